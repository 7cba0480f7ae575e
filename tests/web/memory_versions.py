"""Both stores of published dialplans in memory, and a desk over them."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cti.core.ivr.check import Site
from cti.core.ivr.versions import Change, InForce, Version
from cti.core.measures.canary import Counts
from cti.core.problems import Mark, Problem
from cti.core.version_events import ShadowDiffered
from cti.services.version_desk import Examiners, VersionDesk
from cti.services.version_ports import Examined, Follower, OutrunBy
from cti.web.parts import DialplanParts

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def examined(files: Mapping[str, str]) -> Examined:
    """Files that say so are broken."""
    if "broken" in files["95518.yaml"]:
        values = {"name": "moter", "known": "motor"}
        return Examined(site=None, problems=(Problem(Mark("a.yaml", 7), "check.not_list", values),))
    return Examined(site=Site())


class MemoryVersions:
    """``VersionStore`` and ``VersionArchive`` in one; ``files`` stands for the folder."""

    def __init__(self) -> None:
        self.files = {"95518.yaml": "first"}
        self.held: InForce | None = None
        self.contents: dict[int, Version] = {}
        self.servers: list[Follower] = []
        self.counted: dict[str, int] = {}
        self.differed: list[ShadowDiffered] = []
        self.counts: tuple[Counts, Counts] | None = None

    def parts(self) -> DialplanParts:
        tickets = itertools.count(1)
        examiners = Examiners(check=examined, prove=examined)
        desk = VersionDesk(self, self, examiners, lambda: NOW, lambda: f"t{next(tickets)}")
        return DialplanParts(desk=desk, files=lambda: self.files, canary=lambda: self.counts)

    async def in_force(self) -> InForce | None:
        return self.held

    async def version(self, number: int) -> Version | None:
        return self.contents.get(number)

    async def commit(self, before: InForce, change: Change, version: Version | None) -> None:
        if (self.held or InForce()) != before:
            raise OutrunBy(self.held or InForce())
        self.held = change.after
        if version:
            self.contents[version.number] = version

    async def restore(self, in_force: InForce, versions: Sequence[Version]) -> None:
        raise AssertionError("nothing to restore")

    async def not_archived(self) -> tuple[Sequence[InForce], Sequence[Version]]:
        return (), ()

    async def archived(self, changes: Sequence[InForce], numbers: Sequence[int]) -> None: ...

    async def report(self, follower: Follower) -> None: ...

    async def followers(self) -> Sequence[Follower]:
        return self.servers

    async def count_shadow(self, number: int, result: str) -> None: ...

    async def shadow_counts(self, number: int) -> Mapping[str, int]:
        return self.counted

    async def save(self, changes: Sequence[InForce], versions: Sequence[Version]) -> None: ...

    async def last_change(self) -> InForce | None:
        return None

    async def changes(self) -> Sequence[InForce]:
        return [self.held] if self.held else []

    async def versions(self) -> Sequence[Version]:
        return list(self.contents.values())

    async def shadow_differed(self, number: int, limit: int) -> Sequence[ShadowDiffered]:
        return self.differed[:limit]
