"""What one step changed: new states and the facts that explain them."""

from dataclasses import dataclass

from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """New states and the facts that explain them; written all together or not at all.

    Each record carries its new ``version``; it is accepted only over ``version - 1``
    (no record at all counts as version 0). A call in phase ENDED is removed from the live state.
    With a ``commit_id`` the same changes may be committed again when the answer was lost: the
    repeat writes nothing and gets the first answer.
    """

    agents: tuple[Agent, ...] = ()
    calls: tuple[Call, ...] = ()
    events: tuple[Event, ...] = ()
    commit_id: str = ""

    def __bool__(self) -> bool:
        return bool(self.agents or self.calls or self.events)
