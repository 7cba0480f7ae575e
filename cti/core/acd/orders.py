"""What the floor asks Asterisk to do after a step is written down. ``extension`` is the phone as Asterisk
calls it: ``8001``, or ``8001w`` for the one in the browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.acd.control_orders import ControlOrder
from cti.core.ids import AgentId, CallId, ChannelName, QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class RingAgent:
    """Ring one phone for the waiting caller; the agent hears the queue's name before the talk."""

    call_id: CallId
    channel: ChannelName
    agent_id: AgentId
    extension: str
    ring_s: int
    attempt: int
    queue: QueueName
    record: bool = False
    reconnects: int = 0
    """How often, in all, the caller may come back should this talk break off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBack:
    """Ring the agent's phone for a callback; when he has answered, ``number`` is dialled.

    ``call_id`` becomes the unique id of the agent's leg, so that Asterisk itself refuses a second
    dial of one ticket. ``dialed_number`` is shown to the customer.
    """

    call_id: CallId
    agent_id: AgentId
    extension: str
    ring_s: int
    attempt: int
    queue: QueueName
    number: str
    dialed_number: str
    customer_ring_s: int
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLeg:
    """Hang up one leg, by its name or its unique id."""

    channel: ChannelName | CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Bring a caller from the native fallback into our waiting loop."""

    call_id: CallId
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorMember:
    """Keep the native queues' member as our agent is, so that the fallback is right when needed.

    ``queues``: queue → his penalty there, None where he is no member; empty: as they were.
    """

    extension: str
    signed_in: bool
    paused: bool
    queues: Mapping[QueueName, int | None] = field(default_factory=dict)


Order = RingAgent | DialBack | DropLeg | TakeBack | MirrorMember | ControlOrder
