"""What agents want done with the call that they have. CSTA's names stand in web/call_commands.py."""

from dataclasses import dataclass
from enum import StrEnum

from cti.core.ids import AgentId


class Asked(StrEnum):
    """Whom an agent consults."""

    AGENT = "agent"
    QUEUE = "queue"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCall:
    """The agent's ringing phone shall pick up."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCall:
    """The caller hears music, the agent nothing."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveCall:
    """Agent and held caller hear each other again."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCall:
    """The caller is held, and somebody is asked: an agent by his id, anybody of a queue, or a number
    (one that the service allows)."""

    agent_id: AgentId
    kind: Asked
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTransfer:
    """The consulted party gets the caller."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelConsultation:
    """The consulted party is let go, and the agent is back with the caller."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternateCall:
    """The agent talks to the other of the two: caller or consulted party."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceCall:
    """Caller, agent and consulted party hear each other."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMute:
    """The agent's microphone reaches nobody, or does again."""

    agent_id: AgentId
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigits:
    """Keys for whoever the agent talks to: a menu, a door."""

    agent_id: AgentId
    digits: str


ControlWish = (
    AnswerCall
    | HoldCall
    | RetrieveCall
    | ConsultCall
    | CompleteTransfer
    | CancelConsultation
    | AlternateCall
    | ConferenceCall
    | SetMute
    | SendDigits
)
