"""The board of modes in memory, for tests without Redis; one test suite holds both true."""

from collections.abc import Sequence

from cti.core.centre_events import ModeSwitched
from cti.core.modes import ModeOn


class MemoryModes:
    """``ModeBoard``; ``facts`` holds what would be in the journal."""

    def __init__(self) -> None:
        self.facts: list[ModeSwitched] = []
        self._on: dict[str, ModeOn] = {}

    async def all(self) -> Sequence[ModeOn]:
        """Every mode that is on; one may be overdue."""
        return tuple(self._on.values())

    async def put(self, one: ModeOn, fact: ModeSwitched) -> None:
        """Switch it on, or replace the one of the same name."""
        self._on[one.mode] = one
        self.facts.append(fact)

    async def drop(self, one: ModeOn, fact: ModeSwitched) -> bool:
        """Switch it off. False, and no fact, when it is no longer as it was."""
        if self._on.get(one.mode) != one:
            return False
        del self._on[one.mode]
        self.facts.append(fact)
        return True
