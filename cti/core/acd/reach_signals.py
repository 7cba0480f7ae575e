"""What agents and supervisors ask for a call beyond hold and consultation: transfers, calls of their
own, and a hand in another agent's call; and what is seen of these on the line.
"""

from dataclasses import dataclass

from cti.core.acd.menu_signals import MenuAnswered, MenuLeft, SendToMenu
from cti.core.control_events import TargetKind
from cti.core.ids import AgentId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleStepTransfer:
    """The agent sends his caller on and leaves: CSTA's single step transfer.

    ``target`` is an agent's id, a queue's name, a number; nothing for the survey.
    """

    agent_id: AgentId
    kind: TargetKind
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCall:
    """The agent dials ``number``, which sees ``shown_number``. ``call_id`` is new, and nobody else's."""

    agent_id: AgentId
    call_id: CallId
    number: str
    shown_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMonitoring:
    """Supervisor ``watcher`` (sign-in ``by``) listens to an agent's talk from the phone on his desk.

    ``leg`` is new, and becomes the unique id of his leg.
    """

    watcher: AgentId
    agent_id: AgentId
    leg: CallId
    mode: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMonitoring:
    """He listens, whispers or barges from now on."""

    watcher: AgentId
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMonitoring:
    """He has heard enough."""

    watcher: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringSeen:
    """The supervisor's phone is connected to the agent's talk."""

    leg: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptCall:
    """Take the talk of ``agent_id`` over: ``to`` gets the caller, the agent his wrap-up."""

    agent_id: AgentId
    to: AgentId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUpCall:
    """A call that waits, or rings elsewhere, rings at ``to``."""

    call_id: CallId
    to: AgentId
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCall:
    """End the talk of ``agent_id``; the caller goes on to what follows a talk."""

    agent_id: AgentId
    by: str
    reason: str


ReachSignal = MonitoringSeen | MenuAnswered | MenuLeft
ReachWish = (
    SingleStepTransfer
    | SendToMenu
    | MakeCall
    | StartMonitoring
    | ChangeMonitoring
    | StopMonitoring
    | InterceptCall
    | PickUpCall
    | ReleaseCall
)
