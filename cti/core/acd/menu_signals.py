"""An agent's caller in the menu: what the agent asks for, what the menu tells, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.ids import AgentId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToMenu:
    """The agent's caller does ``task`` in the menu, and comes back to him."""

    agent_id: AgentId
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuAnswered:
    """The menu that an agent sent his caller to is over; nothing in ``variables`` is personal."""

    call_id: CallId
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLeft:
    """The caller has left that menu; ``result`` as ``BackFromMenu`` has it."""

    call_id: CallId
    result: str
