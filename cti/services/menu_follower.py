"""Keeps a server's menus at what is published: follows the journal, loads, swaps, reports.

A version that cannot be loaded here (a prompt's sound is missing, this program is older) changes
nothing: the server goes on with what it has, and says so.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace

from cti.core.events import Event
from cti.core.ivr.versions import SYSTEM, InForce, NotPossible, Version, files_apart
from cti.core.version_events import (
    CanaryEnded,
    CanaryStarted,
    DialplanNotLoaded,
    DialplanPublished,
    DialplanRolledBack,
    ShadowEnded,
    ShadowStarted,
)
from cti.services.feed import CutOff, Feed, Subscription
from cti.services.menus import LiveMenus
from cti.services.ports import Clock, HistoryDown, StoreDown
from cti.services.version_desk import VersionDesk, Wish
from cti.services.version_ports import (
    NOT_SPOKEN,
    Examine,
    Examined,
    Follower,
    OutrunBy,
    VersionStore,
)

log = logging.getLogger(__name__)

NEWS = (
    DialplanPublished,
    DialplanRolledBack,
    CanaryStarted,
    CanaryEnded,
    ShadowStarted,
    ShadowEnded,
)
RETRY_S = 0.5
LOAD_AGAIN_S = 30.0


class NothingToServe(Exception):
    """Nothing was ever published, and the folder's files cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerParts:
    """``first``: the folder's files and trees, or None where they cannot be used; ``first_wish``
    publishes them as version 1; ``in_use``: versions that live calls walk; ``swapped`` is told after
    each change; ``speak`` is told of a version whose words nobody has spoken here, and does not wait."""

    server: str
    store: VersionStore
    desk: VersionDesk
    menus: LiveMenus
    feed: Feed
    examine: Examine
    record: Callable[[Event], Awaitable[None]]
    in_use: Callable[[], Collection[int]]
    now: Clock
    first: Examined
    first_files: Mapping[str, str]
    swapped: Callable[[LiveMenus], None]
    look_every_s: float = 5.0
    speak: Callable[[Mapping[str, str]], None] = lambda _files: None


class MenuFollower:
    """``run`` until cancelled."""

    def __init__(self, parts: FollowerParts) -> None:
        self._parts = parts
        self._refused: dict[int, str] = {}
        self._try_again_at = 0.0
        self._trouble = ""
        self._archive_known = False
        self._compared = False

    @property
    def refused(self) -> Mapping[int, str]:
        """Versions that should be in force but could not be loaded here, and why."""
        return self._refused

    async def run(self) -> None:
        """Follow for ever. Raises NothingToServe."""
        while True:
            with self._parts.feed.subscribe() as news, contextlib.suppress(CutOff):
                while True:
                    served = await self._look()
                    await self._wait(news, self._parts.look_every_s if served else RETRY_S)

    async def _wait(self, news: Subscription, limit_s: float) -> None:
        """Until the versions change, or the limit. Raises CutOff."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while not any(isinstance(one.event, NEWS) for one in await news.next()):
                    pass

    async def _look(self) -> bool:
        """Bring the menus to what is in force; False when to look again soon."""
        try:
            in_force = await self._in_force()
            await self._follow(in_force)
            await self._parts.desk.archive()
            await self._report(in_force)
            await self._tell_unpublished(in_force)
        except (StoreDown, HistoryDown) as down:
            if str(down) != self._trouble:
                log.warning("menus not followed: %s", down, extra={"fact": "menus_not_followed"})
            self._trouble = str(down)
            return False
        except NothingToServe:
            raise
        except Exception:  # what is in force goes on being served, whatever a store holds
            log.exception("menus not followed", extra={"fact": "menus_not_followed"})
            return False
        self._trouble = ""
        return self._archive_known

    async def _tell_unpublished(self, in_force: InForce) -> None:
        """Once, at the start: an edited folder is not what callers meet."""
        if self._compared or not in_force.current:
            return
        self._compared = True
        published = (await self._parts.desk.version(in_force.current)).files
        if names := files_apart(self._parts.first_files, published):
            log.warning(
                "not published: %d files of the dialplan folder; cti publish",
                len(names),
                extra={"fact": "dialplan_unpublished", "files": ", ".join(names)},
            )

    # What is in force, with a first version where there is none.

    async def _in_force(self) -> InForce:
        held = await self._parts.store.in_force()
        if held is not None and self._archive_known:
            return held
        if held is not None:
            # Calls do not wait for the database to say whether it knows more.
            await self._follow(held)
        elif not self._parts.menus.ready:
            self._stand_unpublished()
        known = await self._known(held)
        return known if known.current else await self._publish_first()

    async def _known(self, held: InForce | None) -> InForce:
        try:
            async with asyncio.timeout(3.0):
                await self._parts.desk.restore()
        except (HistoryDown, TimeoutError) as down:
            if held is None:
                raise HistoryDown(f"no published dialplan at hand: {down}") from down
            return held
        self._archive_known = True
        return await self._parts.store.in_force() or InForce()

    def _stand_unpublished(self) -> None:
        """With both stores unable to say what is published, the folder's trees serve callers."""
        if self._parts.first.site is not None:
            self._parts.menus.put(0, self._parts.first.site)
            self._parts.menus.stand(InForce())
            self._parts.swapped(self._parts.menus)

    async def _publish_first(self) -> InForce:
        if self._parts.first.site is None:
            raise NothingToServe
        files = self._parts.first_files
        wish = Wish(files=files, author=SYSTEM, message="first start", proved=False)
        with contextlib.suppress(OutrunBy, NotPossible):  # another server was first
            await self._parts.desk.publish(InForce(), wish)
        return await self._parts.store.in_force() or InForce()

    # Loading and swapping.

    async def _follow(self, in_force: InForce) -> None:
        menus, before = self._parts.menus, self._parts.menus.in_force
        changed = in_force.sequence != before.sequence or bool(self._refused)
        if changed and self._may_load(in_force):
            await self._swap(in_force)
        await self._load_in_use()
        menus.keep(self._parts.in_use())

    def _may_load(self, in_force: InForce) -> bool:
        """What was refused is tried again only now and then: a check takes a while."""
        now_s = asyncio.get_running_loop().time()
        fresh = not in_force.numbers <= {*self._refused, *self._parts.menus.loaded}
        if self._refused and not fresh and now_s < self._try_again_at:
            return in_force.sequence != self._parts.menus.in_force.sequence
        self._try_again_at = now_s + LOAD_AGAIN_S
        return True

    async def _swap(self, in_force: InForce) -> None:
        missing = in_force.numbers - self._parts.menus.loaded
        refused = {n: why for n in sorted(missing) if (why := await self._load(n))}
        for number in refused.keys() - self._refused.keys():
            await self._say_refused(number, refused[number])
        self._refused = refused
        canary, shadow = in_force.canary, in_force.shadow
        stand = replace(
            in_force,
            current=await self._old(in_force) if in_force.current in refused else in_force.current,
            canary=None if canary and canary.number in refused else canary,
            shadow=None if shadow and shadow.number in refused else shadow,
        )
        self._parts.menus.stand(stand)
        self._parts.swapped(self._parts.menus)
        log.info(
            "dialplan in force: version %d",
            stand.current,
            extra={"fact": "dialplan_in_force", "sequence": in_force.sequence},
        )

    async def _old(self, in_force: InForce) -> int:
        """What serves callers here instead of the current version; 0: the folder's files."""
        menus = self._parts.menus
        if menus.ready:
            return menus.in_force.current
        if in_force.previous and not await self._load(in_force.previous):
            return in_force.previous
        if self._parts.first.site is not None:
            menus.put(0, self._parts.first.site)
        return 0

    async def _load(self, number: int) -> str:
        """Put the version at hand; why not, or ''. Raises StoreDown, HistoryDown."""
        try:
            version = await self._parts.desk.version(number)
        except NotPossible:
            return "its content is in neither store"
        found = await asyncio.to_thread(self._examined, version)
        if isinstance(found, str):
            return found
        if found.site is None:
            problems = found.errors or found.problems
            if any(each.code == NOT_SPOKEN for each in problems):
                self._parts.speak(version.files)
            return "; ".join(f"{each.mark} {each.code}" for each in problems[:5])
        self._parts.menus.put(number, found.site)
        return ""

    def _examined(self, version: Version) -> Examined | str:
        try:
            return self._parts.examine(version.files)
        except Exception as wrong:  # files of a later program may hold what this one trips over
            return repr(wrong)

    async def _say_refused(self, number: int, why: str) -> None:
        log.error(
            "dialplan version %d cannot be loaded here: %s",
            number,
            why,
            extra={"fact": "dialplan_not_loaded", "number": number},
        )
        told = DialplanNotLoaded(
            at=self._parts.now(), server=self._parts.server, version=number, why=why
        )
        await self._parts.record(told)

    async def _load_in_use(self) -> None:
        """After a restart, calls that began with an older version find it again."""
        wanted = set(self._parts.in_use()) - self._parts.menus.loaded - {0}
        for number in wanted - self._refused.keys():
            with contextlib.suppress(HistoryDown):
                await self._load(number)

    async def _report(self, in_force: InForce) -> None:
        follower = Follower(
            server=self._parts.server,
            sequence=in_force.sequence,
            current=self._parts.menus.in_force.current,
            at=self._parts.now(),
            refused=self._refused,
        )
        await self._parts.store.report(follower)
