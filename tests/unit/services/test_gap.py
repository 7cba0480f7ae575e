"""Which calls of an outage are news."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cti.core.acd.past import NativeLine
from cti.core.events import CallCleared, ClearedBy
from cti.core.ids import CallId, EventId
from cti.services.gap import LONGEST, PAGE, Gap
from cti.services.ports import Recorded
from cti.store.memory_state import MemoryState

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Lines:
    """A native log of calls that all came and went."""

    def __init__(self, *call_ids: str) -> None:
        self._ids = call_ids
        self.since: datetime | None = None

    async def lines(self, since: datetime) -> Sequence[NativeLine]:
        self.since = since
        return [
            NativeLine(at=NOW, call_id=CallId(each), queue="NONE", member="NONE", event="ACDGONE")
            for each in self._ids
        ]


class Journal:
    """Ends of calls that are recorded already."""

    def __init__(self, *call_ids: str) -> None:
        self._all = [
            Recorded(
                EventId(f"{number}-0"),
                CallCleared(at=NOW, call_id=CallId(each), cleared_by=ClearedBy.CALLER),
            )
            for number, each in enumerate(call_ids, 1)
        ]

    async def read_after(
        self,
        last: EventId,
        *,
        limit: int = 500,
        block_s: float = 0.0,
    ) -> Sequence[Recorded]:
        places = [each.event_id for each in self._all]
        start = places.index(last) + 1 if last in places else 0
        return self._all[start : start + limit]

    async def last_id(self) -> EventId:
        return EventId("0-0")

    async def holds(self, event_id: EventId) -> bool:
        return True


async def gap(lines: Lines, journal: Journal, marked: datetime | None) -> Gap:
    state = MemoryState()
    if marked:
        await state.mark_live(marked)
    return Gap(native=lines, mark=state, journal=journal)


async def test_a_call_whose_end_is_recorded_is_no_news() -> None:
    found = await gap(Lines("1.1", "1.2"), Journal("1.1"), NOW - timedelta(minutes=5))
    assert list(await found.calls(NOW)) == ["1.2"]


async def test_the_journal_is_read_to_its_end() -> None:
    known = [f"2.{number}" for number in range(PAGE + 5)]
    found = await gap(Lines(known[-1], "1.2"), Journal(*known), NOW - timedelta(minutes=5))
    assert list(await found.calls(NOW)) == ["1.2"]


async def test_before_the_first_live_moment_nothing_is_told() -> None:
    lines = Lines("1.1")
    assert await (await gap(lines, Journal(), None)).calls(NOW) == {}
    assert lines.since is None


async def test_a_gap_is_read_a_day_back_at_most() -> None:
    lines = Lines("1.1")
    await (await gap(lines, Journal(), NOW - timedelta(days=9))).calls(NOW)
    assert lines.since == NOW - LONGEST
