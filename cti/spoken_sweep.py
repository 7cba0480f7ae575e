"""Deletes the sounds of words that no version has, no draft and no call: once a day, beside the calls."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.draft_paths import CATALOGUE
from cti.core.ivr.versions import Version
from cti.core.ivr.wording import Wording
from cti.prompts.catalogue import CatalogueError
from cti.prompts.spoken_files import Cleared, SpokenFiles
from cti.services.ports import Clock, HistoryDown, StoreDown

log = logging.getLogger(__name__)

UNUSED = timedelta(days=7)
"""What nobody needs stays so long after its last use: an admin may take his words back, and an older
program may have to serve again."""
FIRST_S, EVERY_S, AGAIN_S = 600.0, 86_400.0, 3600.0
"""After the start, once a day, and after a look that failed."""

Names = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepParts:
    """``versions`` gives every version that may come into force but those of known digests, with files;
    ``drafts`` the beginning and the catalogues of each draft; ``wordings`` what calls here hear; ``names``
    the sounds that a catalogue has. The first two raise StoreDown, HistoryDown; ``names`` CatalogueError."""

    files: SpokenFiles
    versions: Callable[[Collection[str]], Awaitable[Sequence[Version]]]
    drafts: Callable[[], Awaitable[Sequence[tuple[datetime, str]]]]
    wordings: Callable[[], Iterable[Wording]]
    names: Names
    now: Clock


class SpokenSweep:
    """``run`` is its task; ``gone`` counts since the start, ``last`` is what was left."""

    def __init__(self, parts: SweepParts) -> None:
        self._parts = parts
        self._versions: dict[str, frozenset[str]] = {}
        self._gone, self._last = 0, Cleared(0, 0, 0)

    def gauges(self) -> Mapping[str, float]:
        """Figures for /metrics."""
        return {
            "spoken_sounds": self._last.stay,
            "spoken_bytes": self._last.stay_bytes,
            "spoken_deleted": self._gone,
        }

    async def run(self) -> None:
        """Look once a day, until cancelled."""
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await self.sweep()
                rest_s = EVERY_S
            except (StoreDown, HistoryDown, CatalogueError, OSError) as wrong:
                log.warning("sounds not swept: %s", wrong, extra={"fact": "sounds_not_swept"})
                rest_s = AGAIN_S
            await asyncio.sleep(rest_s)

    async def sweep(self) -> Cleared:
        """Delete what nobody needs. Raises StoreDown, HistoryDown, CatalogueError, OSError: then everything
        stays."""
        needed, before = await self._needed()
        found = await asyncio.to_thread(self._parts.files.clear, needed, before.timestamp())
        self._gone, self._last = self._gone + found.gone, found
        log.info(
            "sounds nobody needs deleted: %d, %d stay",
            found.gone,
            found.stay,
            extra={"fact": "sounds_swept", "bytes": found.stay_bytes},
        )
        return found

    async def _needed(self) -> tuple[set[str], datetime]:
        """The names, and before when others must have been used last."""
        before = self._parts.now() - UNUSED
        for version in await self._parts.versions(self._versions.keys()):
            self._versions[version.digest] = await self._of(version.files.get(CATALOGUE))
        needed = set().union(*self._versions.values())
        for begun_at, text in await self._parts.drafts():
            try:
                needed |= await self._of(text)
            except (
                CatalogueError
            ):  # its author is in the middle of a word: what he may have had spoken stays
                before = min(before, begun_at)
        for wording in self._parts.wordings():
            said = (each for by_prompt in wording.values() for each in by_prompt.values())
            needed |= {each.sound.rpartition("/")[2] for each in said}
        return needed, before

    async def _of(self, catalogue: str | None) -> frozenset[str]:
        if catalogue is None:
            return frozenset()
        return await asyncio.to_thread(self._parts.names, catalogue)
