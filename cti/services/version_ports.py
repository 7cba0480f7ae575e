"""Where published dialplans are kept: in force in Redis, all of them in SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cti.core.ivr.check import Site
from cti.core.ivr.versions import Change, InForce, Version
from cti.core.problems import Problem, Severity
from cti.core.version_events import ShadowDiffered


class OutrunBy(Exception):
    """Somebody else changed what is in force first; nothing was written."""

    def __init__(self, held: InForce) -> None:
        super().__init__(f"change {held.sequence} came first")
        self.held = held


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What one server says of itself: the change it follows, and what it could not load."""

    server: str
    sequence: int
    current: int
    at: datetime
    refused: Mapping[int, str] = field(default_factory=dict)


class VersionStore(Protocol):
    """What is in force, with the content to go on when SQL is away. All raise StoreDown."""

    async def in_force(self) -> InForce | None:
        """None where nothing was ever published, as far as this store knows."""
        ...

    async def version(self, number: int) -> Version | None:
        """A version that is kept here; the archive has the others."""
        ...

    async def commit(self, before: InForce, change: Change, version: Version | None) -> None:
        """Change what is in force, keep the version's content and tell the journal, in one step.

        May be repeated when the answer was lost. Raises OutrunBy.
        """
        ...

    async def restore(self, in_force: InForce, versions: Sequence[Version]) -> None:
        """Put back what an older or empty store does not know; a newer state stays."""
        ...

    async def not_archived(self) -> tuple[Sequence[InForce], Sequence[Version]]:
        """Changes, oldest first, and contents that the archive may lack."""
        ...

    async def archived(self, changes: Sequence[InForce], numbers: Sequence[int]) -> None:
        """These are in the archive; contents that nobody needs at hand are dropped."""
        ...

    async def report(self, follower: Follower) -> None:
        """Say how far this server is."""
        ...

    async def followers(self) -> Sequence[Follower]:
        """What every server said last."""
        ...

    async def count_shadow(self, number: int, result: str) -> None:
        """One more visit was compared: ``same``, ``differed``, ``failed`` or ``skipped``."""
        ...

    async def shadow_counts(self, number: int) -> Mapping[str, int]:
        """How many visits were compared with which result."""
        ...


class VersionArchive(Protocol):
    """Every version and change there ever was. All raise HistoryDown."""

    async def save(self, changes: Sequence[InForce], versions: Sequence[Version]) -> None:
        """Add what is not there; what is there stays as it is."""
        ...

    async def last_change(self) -> InForce | None:
        """The newest change."""
        ...

    async def changes(self) -> Sequence[InForce]:
        """All changes, oldest first."""
        ...

    async def versions(self) -> Sequence[Version]:
        """All versions without their files, newest first."""
        ...

    async def version(self, number: int) -> Version | None:
        """One version with its files."""
        ...

    async def shadow_differed(self, number: int, limit: int) -> Sequence[ShadowDiffered]:
        """The newest visits that a shadow version would have led elsewhere, newest first."""
        ...


NOT_SPOKEN = "prompts.not_spoken"
"""The code of a problem: words of a version whose sound is not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Files as they were checked: ``site`` is None where they cannot be used."""

    site: Site | None
    problems: Sequence[Problem] = ()

    @property
    def errors(self) -> Sequence[Problem]:
        """What refuses the files."""
        return [each for each in self.problems if each.severity is Severity.ERROR]


Examine = Callable[[Mapping[str, str]], Examined]
"""Checks files against today's queues, skills and prompts. Takes its time: not for the event loop."""
