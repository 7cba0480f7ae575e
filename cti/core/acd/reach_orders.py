"""What transfers, outbound calls and supervision ask of Asterisk."""

from dataclasses import dataclass

from cti.core.control_events import TargetKind
from cti.core.ids import AgentId, CallId, ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCaller:
    """Take the caller out of his talk, which ends for the agent, and send him on."""

    call_id: CallId
    channel: ChannelName
    kind: TargetKind
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOut:
    """Ring the agent's phone; when he has answered, ``number`` is dialled and sees ``shown_number``.

    ``call_id`` becomes the unique id of the agent's leg, which leads the call.
    """

    call_id: CallId
    agent_id: AgentId
    extension: str
    ring_s: int
    number: str
    shown_number: str
    customer_ring_s: int
    record: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Ring the supervisor's phone; when he has answered, he hears the channel's talk as ``mode`` says.

    ``leg`` becomes the unique id of his leg.
    """

    leg: CallId
    extension: str
    ring_s: int
    channel: ChannelName
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewatch:
    """The supervisor on this leg listens, whispers or barges from now on."""

    leg: CallId
    mode: str


ReachOrder = SendCaller | DialOut | Watch | Rewatch
