"""The time in which we were not live: since when, and which calls came and went in it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from cti.core.acd.past import NativeLine, PastCall, past_calls
from cti.core.events import CallCleared
from cti.core.ids import CallId, EventId
from cti.services.ports import EventStream

log = logging.getLogger(__name__)

MARGIN = timedelta(seconds=60)
"""Lines a little older than the gap are looked at too: what is known already is left out anyway."""
LONGEST = timedelta(hours=24)
MOST_CALLS = 2_000
PAGE, MOST_PAGES = 1_000, 200


class NativeLog(Protocol):
    """What Asterisk wrote down by itself."""

    async def lines(self, since: datetime) -> Sequence[NativeLine]:
        """The lines from ``since`` on, oldest first; none where they are out of reach."""
        ...


class LiveMark(Protocol):
    """When we were last known to be live."""

    async def last_live(self) -> datetime | None:
        """None for a new journal. Raises StoreDown."""
        ...

    async def mark_live(self, at: datetime) -> None:
        """We are live at ``at``. Raises StoreDown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Reads the gap from Asterisk's own log, less what the journal has of it."""

    native: NativeLog
    mark: LiveMark
    journal: EventStream

    async def calls(self, now: datetime) -> Mapping[CallId, PastCall]:
        """Calls of the gap whose end the journal does not have. Raises StoreDown."""
        marked = await self.mark.last_live()
        if marked is None:
            return {}
        since = max(marked - MARGIN, now - LONGEST)
        found = past_calls(await self.native.lines(since))
        if not found:
            return {}
        closed = await self._closed(since)
        news = {call_id: call for call_id, call in found.items() if call_id not in closed}
        if len(news) > MOST_CALLS:
            log.error("%d calls of the gap left out", len(news) - MOST_CALLS)
        return dict(islice(news.items(), MOST_CALLS))

    async def _closed(self, since: datetime) -> set[CallId]:
        """Calls whose end was recorded since then, at whatever time it happened."""
        last = EventId(f"{int(since.timestamp() * 1000)}-0")
        closed: set[CallId] = set()
        for _ in range(MOST_PAGES):
            page = await self.journal.read_after(last, limit=PAGE)
            closed |= {each.event.call_id for each in page if isinstance(each.event, CallCleared)}
            if len(page) < PAGE:
                break
            last = page[-1].event_id
        return closed
