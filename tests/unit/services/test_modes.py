"""Switching modes of the centre, and their end by themselves, over the board in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from cti.core.centre_events import ModeSwitched
from cti.core.clock.hours import ModeRule
from cti.core.ids import EventId
from cti.core.modes import ModeOn, Wish
from cti.services.feed import Feed
from cti.services.modes import Modes
from cti.services.ports import HistoryDown, Recorded, Refused, StoreDown
from cti.store.memory_modes import MemoryModes

LIMIT_S = 5.0
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LABEL = {"zh": "夜间", "en": "Night"}
RULES = {name: ModeRule(label=LABEL, longest_h=12) for name in ("night", "disaster")}


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Audit:
    """Remembers lines; away when told to."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []
        self.down = False

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        if self.down:
            raise HistoryDown("away")
        self.lines.append((actor, action, subject, reason))


class Board(MemoryModes):
    """Away when told to; a journal of what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.asked = asyncio.Event()

    async def all(self) -> Sequence[ModeOn]:
        self.asked.set()
        if self.down:
            raise StoreDown("away")
        return await super().all()


class Journal:
    """The board's facts as the journal that all nodes follow."""

    def __init__(self, board: MemoryModes) -> None:
        self._board = board

    async def read_after(
        self, last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        after = int(last.partition("-")[0])
        while len(self._board.facts) <= after:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        facts = self._board.facts[after:]
        return [Recorded(EventId(f"{after + n}-0"), each) for n, each in enumerate(facts, 1)]

    async def last_id(self) -> EventId:
        return EventId(f"{len(self._board.facts)}-0")

    async def holds(self, event_id: EventId) -> bool:
        return True


class Nodes:
    """Two nodes over one board."""

    def __init__(self) -> None:
        self.clock, self.audit, self.board = Clock(), Audit(), Board()
        self.one, self.two = (Modes(RULES, self.board, self.audit, self.clock) for _ in "12")
        self.feed = Feed(Journal(self.board))

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
async def nodes() -> AsyncIterator[Nodes]:
    found = Nodes()
    work = [
        asyncio.create_task(each)
        for each in (found.feed.run(), found.one.run(found.feed), found.two.run(found.feed))
    ]
    await found.until(lambda: found.feed.position is not None)
    try:
        yield found
    finally:
        for task in work:
            task.cancel()
        for task in work:
            with contextlib.suppress(asyncio.CancelledError):
                await task


def wish(mode: str = "night", hours: float = 2) -> Wish:
    return Wish(mode=mode, hours=hours, by="2001", reason="大雪")


async def test_a_mode_switched_at_one_node_is_in_force_at_all_of_them(nodes: Nodes) -> None:
    await nodes.one.switch_on(wish())
    assert nodes.one.in_force() == ("night",)
    await nodes.until(lambda: nodes.two.in_force() == ("night",))
    await nodes.two.switch_off("night", "admin", "天晴")
    assert nodes.two.in_force() == ()
    await nodes.until(lambda: nodes.one.in_force() == ())


async def test_each_switch_is_a_fact_and_a_line_of_the_audit(nodes: Nodes) -> None:
    await nodes.one.switch_on(wish())
    await nodes.one.switch_off("night", "admin", "天晴")
    until = START + timedelta(hours=2)
    assert nodes.board.facts == [
        ModeSwitched(at=START, mode="night", on=True, by="2001", until=until, reason="大雪"),
        ModeSwitched(at=START, mode="night", on=False, by="admin", reason="天晴"),
    ]
    assert nodes.audit.lines == [
        ("2001", "mode.on", "night", "大雪"),
        ("admin", "mode.off", "night", "天晴"),
    ]


async def test_a_mode_ends_by_itself_with_one_fact_however_many_nodes_see_it(nodes: Nodes) -> None:
    await nodes.one.switch_on(wish(hours=0.00002))
    nodes.clock.now += timedelta(seconds=1)
    assert nodes.one.in_force() == ()
    await nodes.until(lambda: len(nodes.board.facts) > 1)
    await nodes.one.switch_on(wish("disaster"))
    await nodes.until(lambda: nodes.two.in_force() == ("disaster",))
    first, second, third = nodes.board.facts
    assert (second.on, second.by, second.at) == (False, "timer", first.until)
    assert third.mode == "disaster"


async def test_a_mode_that_is_not_on_cannot_be_switched_off(nodes: Nodes) -> None:
    with pytest.raises(Refused, match="mode_not_on"):
        await nodes.one.switch_off("night", "admin", "x")
    assert nodes.board.facts == []


async def test_a_mode_that_may_not_be_is_refused_and_not_written_down(nodes: Nodes) -> None:
    for wrong in (wish("peek"), wish(hours=13)):
        with pytest.raises(Refused):
            await nodes.one.switch_on(wrong)
    assert nodes.board.facts == []


async def test_a_database_that_is_away_does_not_stop_a_switch(
    nodes: Nodes, caplog: pytest.LogCaptureFixture
) -> None:
    nodes.audit.down = True
    await nodes.one.switch_on(wish())
    assert nodes.one.in_force() == ("night",)
    assert "audit line lost" in caplog.text


async def test_while_redis_is_away_what_was_on_stays_on(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.services.modes.RETRY_S", 0.01)
    await nodes.one.switch_on(wish())
    await nodes.until(lambda: nodes.two.in_force() == ("night",))
    nodes.board.down = True
    nodes.board.facts.append(nodes.board.facts[0])
    nodes.board.asked.clear()
    async with asyncio.timeout(LIMIT_S):
        await nodes.board.asked.wait()
    assert nodes.two.in_force() == ("night",)
    nodes.board.down = False
    await nodes.one.switch_off("night", "admin", "x")
    await nodes.until(lambda: nodes.two.in_force() == ())
