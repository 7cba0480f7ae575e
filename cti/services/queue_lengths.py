"""How many waited, over time: from every wait that is over, and from those that last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cti.core.call import Call
from cti.core.measures.facts import epoch_ms
from cti.core.measures.intervals import Length, labels, scale
from cti.core.measures.waiting import QueueLength, Wait, queue_lengths
from cti.services.measure_ports import MeasureStore
from cti.services.measures import SHORTEST, NotMeasured
from cti.services.wallboard import WAITING

MOST_INTERVALS = 3000
"""A month of quarter-hours: all its waits are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthRow:
    """From ``at`` on, for one interval."""

    at: datetime
    length: QueueLength


class QueueLengths:
    """``snapshot`` gives the live calls. Raises HistoryDown and NotMeasured."""

    def __init__(
        self,
        store: MeasureStore,
        snapshot: Callable[[], Sequence[Call]],
        zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._snapshot, self._zone, self._now = store, snapshot, zone, now

    async def rows(
        self, since: datetime, until: datetime, length: Length, queue: str | None
    ) -> Sequence[LengthRow]:
        """Each interval of the period; of one queue, or of all."""
        try:
            if (until - since) / SHORTEST[length] > MOST_INTERVALS:
                raise NotMeasured("too_many_intervals", most=MOST_INTERVALS)
            used = scale(since, until, length, self._zone)
        except KeyError:
            raise NotMeasured("wrong_interval", known=", ".join(SHORTEST)) from None
        except (ValueError, OverflowError):
            raise NotMeasured("empty_period") from None
        over = await self._store.waits(used.begin_ms, used.end_ms, queue)
        waits = [*over, *self._lasting(queue)]
        found = await asyncio.to_thread(queue_lengths, waits, used, epoch_ms(self._now()))
        begins = labels(used, self._zone)
        return [LengthRow(at=at, length=one) for at, one in zip(begins, found, strict=True)]

    def _lasting(self, queue: str | None) -> Sequence[Wait]:
        calls = (call for call in self._snapshot() if call.phase in WAITING and call.ticket is None)
        mine = (call for call in calls if queue is None or call.queue == queue)
        return [Wait(epoch_ms(call.queued_at), None) for call in mine if call.queued_at]
