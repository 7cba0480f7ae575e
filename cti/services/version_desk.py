"""Publishing and taking back: what ``cti publish`` and the admin's page both do.

Everything is examined before, then one compare-and-set brings it into force; whoever is second is
told who was first. The archive in SQL follows, now or when it is back.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cti.core.ivr import versions as core
from cti.core.ivr.versions import Act, Change, InForce, NotPossible, Version, digest_of
from cti.core.problems import Problem
from cti.core.version_events import ShadowDiffered
from cti.services.ports import Clock, HistoryDown, StoreDown
from cti.services.version_ports import Examine, Follower, VersionArchive, VersionStore

FRESH_S = 15.0
"""A server that said nothing for so long is not running."""


SHADOW_LIMIT = 10_000
"""The newest differences that a report looks at."""


class Way(StrEnum):
    """How a new version meets callers."""

    ALL = "all"
    CANARY = "canary"
    SHADOW = "shadow"


class Unfit(Exception):
    """The files cannot be used as things stand today; ``problems`` says all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A dialplan to be published; ``share``: per cent of the callers of a canary."""

    files: Mapping[str, str]
    author: str
    message: str
    way: Way = Way.ALL
    share: float = 0.0
    proved: bool = True
    """Whether its flow tests must pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version without its files, as lists show it; ``state`` as ``InForce.state_of``."""

    version: Version
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowResults:
    """What a shadow version was compared on; ``differed`` newest first."""

    number: int
    counts: Mapping[str, int]
    differed: Sequence[ShadowDiffered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiners:
    """``check``: can these files serve callers today? ``prove``: and do their flow tests pass?"""

    check: Examine
    prove: Examine


class VersionDesk:
    """Over the two stores. Methods raise StoreDown, OutrunBy, NotPossible and Unfit."""

    def __init__(
        self,
        store: VersionStore,
        archive: VersionArchive,
        examiners: Examiners,
        now: Clock,
        ticket: Callable[[], str],
    ) -> None:
        self._store, self._archive = store, archive
        self._examiners, self._now, self._ticket = examiners, now, ticket

    async def in_force(self) -> InForce:
        """What callers meet, as the newer of both stores knows it.

        Raises HistoryDown where Redis knows nothing and the archive cannot be asked.
        """
        held = await self._store.in_force()
        try:
            await self.restore()
        except HistoryDown:
            if held is None:
                raise
        return await self._store.in_force() or InForce()

    async def restore(self) -> None:
        """Let the archive give back what Redis lost. Raises HistoryDown."""
        last, held = await self._archive.last_change(), await self._store.in_force()
        if last is None or (held and held.sequence >= last.sequence):
            return
        numbers = sorted(last.numbers | {last.previous} - {0})
        found = [await self._archive.version(number) for number in numbers]
        await self._store.restore(last, [each for each in found if each])

    async def publish(self, before: InForce, wish: Wish) -> Version:
        """A new version; ``before`` is what the author saw in force when he decided."""
        await self.weigh(before, wish)
        act = self._act(wish.author, wish.message)
        version = Version(
            number=before.newest + 1,
            author=wish.author,
            message=wish.message,
            at=act.at,
            digest=digest_of(wish.files),
            files=dict(wish.files),
        )
        match wish.way:
            case Way.ALL:
                change = core.publish(before, version, act)
            case Way.CANARY:
                change = core.start_canary(before, version, wish.share, act)
            case Way.SHADOW:
                change = core.start_shadow(before, version, act)
        await self._commit(before, change, version)
        return version

    async def weigh(self, before: InForce, wish: Wish) -> None:
        """All that could refuse a publish, and nothing more."""
        await self._refuse_same(before, digest_of(wish.files))
        await self._fit(wish.files, self._examiners.prove if wish.proved else self._examiners.check)

    async def roll_back(
        self, before: InForce, author: str, message: str, number: int | None = None
    ) -> int:
        """Back to a version, or the one before; without a number a canary just ends."""
        act = self._act(author, message)
        if number is None and before.canary:
            await self._commit(before, core.end_canary(before, act), None)
            return before.current
        wanted = number or before.previous
        if not wanted:
            raise NotPossible("nothing_before")
        version = await self.version(wanted)
        change = core.roll_back(before, version, act)
        await self._fit(version.files, self._examiners.check)
        await self._commit(before, change, version)
        return wanted

    async def promote(self, before: InForce, author: str, message: str) -> int:
        """The version on trial is in force for everybody."""
        version = await self.version(core.on_trial(before))
        await self._fit(version.files, self._examiners.check)
        change = core.promote(before, version, self._act(author, message))
        await self._commit(before, change, version)
        return version.number

    async def end_shadow(self, before: InForce, author: str, message: str) -> None:
        """The shadow runs no more."""
        await self._commit(before, core.end_shadow(before, self._act(author, message)), None)

    async def shadow_results(self, number: int | None = None) -> ShadowResults:
        """How the shadow (or one of before) fared. Raises NotPossible, HistoryDown."""
        if number is None:
            held = await self.in_force()
            if held.shadow is None:
                raise NotPossible("no_shadow")
            number = held.shadow.number
        return ShadowResults(
            number=number,
            counts=await self._store.shadow_counts(number),
            differed=await self._archive.shadow_differed(number, SHADOW_LIMIT),
        )

    async def version(self, number: int) -> Version:
        """A version with its files. Raises NotPossible: there is none, HistoryDown."""
        found = await self._either(number)
        if found is None:
            raise NotPossible("no_such_version", number=number)
        return found

    async def listed(self) -> Sequence[Listed]:
        """Every version, newest first; those at hand alone while the archive is away."""
        held = await self.in_force()
        await self.archive()
        found: dict[int, Version] = {}
        with contextlib.suppress(HistoryDown):
            found = {each.number: each for each in await self._archive.versions()}
        for number in held.numbers | {held.previous, held.newest} - {0}:
            if number not in found and (version := await self._store.version(number)):
                found[number] = version
        numbers = sorted(found, reverse=True)
        return [Listed(version=found[n], state=held.state_of(n)) for n in numbers]

    async def every(self, known: Collection[str]) -> Sequence[Version]:
        """Every version that may come into force, with its files, but those of ``known`` digests.

        Raises HistoryDown while the archive is away.
        """
        held = await self.in_force()
        found = {each.number: each for each in await self._archive.versions()}
        _, fresh = await self._store.not_archived()
        found |= {each.number: each for each in fresh}
        there = [n for n, each in found.items() if each.digest not in known]
        elsewhere = (held.numbers | {held.previous, held.newest} - {0}) - found.keys()
        return [each for n in sorted({*there, *elsewhere}) if (each := await self._either(n))]

    async def _either(self, number: int) -> Version | None:
        return await self._store.version(number) or await self._archive.version(number)

    async def running(self) -> Sequence[Follower]:
        """The servers that run now, and how far each is."""
        now = self._now()
        found = await self._store.followers()
        return [each for each in found if (now - each.at).total_seconds() < FRESH_S]

    async def archive(self) -> None:
        """Copy into SQL what is not there; quietly later where it is away."""
        changes, versions = await self._store.not_archived()
        if changes:
            with contextlib.suppress(HistoryDown):
                await self._archive.save(changes, versions)
                await self._store.archived(changes, [each.number for each in versions])

    async def _refuse_same(self, before: InForce, digest: str) -> None:
        for number in sorted(before.numbers):
            if (found := await self._store.version(number)) and found.digest == digest:
                raise NotPossible(f"same_as_{before.state_of(number)}", number=number)

    async def _fit(self, files: Mapping[str, str], examine: Examine) -> None:
        examined = await asyncio.to_thread(examine, files)
        if examined.site is None or examined.errors:
            raise Unfit(examined.errors or examined.problems)

    async def _commit(self, before: InForce, change: Change, version: Version | None) -> None:
        try:
            await self._store.commit(before, change, version)
        except StoreDown:
            # Its answer may be lost: said again, a change that was made is made no second time.
            await self._store.commit(before, change, version)
        await self.archive()

    def _act(self, author: str, message: str) -> Act:
        return Act(author=author, message=message, at=self._now(), ticket=self._ticket())
