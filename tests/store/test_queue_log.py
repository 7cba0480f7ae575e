"""queue_log's file and table: every line once, whatever happens between writing and confirming."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import Event, Outcome, Queued, QueueLeft
from cti.core.ids import CallId, EventId, QueueName
from cti.core.queue_log import QueueLogLine, QueueLogWords
from cti.services.ports import HistoryDown, Recorded
from cti.services.queue_log import Kept, NumberedLine, QueueLogKeeper
from cti.store.queue_log_file import ConfirmedFile
from cti.store.sql_queue_log import SqlQueueLog

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MOTOR = QueueName("motor")
LINE = QueueLogLine(NOW, "1.1", MOTOR, "NONE", "ENTERQUEUE", ("", "139****0001", "1"))


def facts(count: int) -> list[Recorded]:
    """So many callers who join and give up."""
    found: list[Event] = []
    for n in range(count):
        call, at = CallId(f"1.{n}"), NOW + timedelta(seconds=n)
        found.append(Queued(at=at, call_id=call, queue=MOTOR, priority=1, needs={}, language="zh"))
        found.append(
            QueueLeft(at=at, call_id=call, queue=MOTOR, outcome=Outcome.ABANDONED, waited_s=9)
        )
    return [Recorded(EventId(f"{n + 1}-0"), event) for n, event in enumerate(found)]


class Journal:
    """``EventStream`` of a list."""

    def __init__(self, recorded: Sequence[Recorded]) -> None:
        self.recorded = list(recorded)
        self.read_to_end = asyncio.Event()

    async def read_after(
        self, last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        after = int(last.partition("-")[0])
        found = [one for one in self.recorded if int(one.event_id.partition("-")[0]) > after]
        if not found:
            self.read_to_end.set()
            await asyncio.sleep(0.01)
        return found[:3]

    async def last_id(self) -> EventId:
        return self.recorded[-1].event_id

    async def holds(self, _event_id: EventId) -> bool:
        return True


def words(state: Mapping[str, Any] | None) -> QueueLogWords:
    return QueueLogWords(lambda _agent: (), lambda number: number, state)


async def kept_up(journal: Journal, path: Path, table: SqlQueueLog) -> None:
    """Run a keeper until it has read everything."""
    journal.read_to_end.clear()
    keeper = QueueLogKeeper(journal, ConfirmedFile(path), table, words)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(10):
        await journal.read_to_end.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def table(engine: AsyncEngine) -> AsyncIterator[SqlQueueLog]:
    yield SqlQueueLog(engine)


async def in_table(table: SqlQueueLog) -> int:
    return len(await table.lines(NOW - timedelta(days=1), NOW + timedelta(days=1)))


async def test_file_and_table_hold_every_line_once(table: SqlQueueLog, tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    await kept_up(Journal(facts(4)), path, table)
    assert len(path.read_text("utf-8").splitlines()) == 8
    assert await in_table(table) == 8


async def test_a_second_run_adds_only_what_is_new(table: SqlQueueLog, tmp_path: Path) -> None:
    path, all_facts = tmp_path / "queue_log", facts(4)
    await kept_up(Journal(all_facts[:3]), path, table)
    await kept_up(Journal(all_facts), path, table)
    lines = path.read_text("utf-8").splitlines()
    assert (len(lines), len(set(lines)), await in_table(table)) == (8, 8, 8)


async def test_lines_that_were_not_confirmed_are_written_anew(
    table: SqlQueueLog, tmp_path: Path
) -> None:
    path, all_facts = tmp_path / "queue_log", facts(4)
    await kept_up(Journal(all_facts[:3]), path, table)
    with path.open("a", encoding="utf-8") as file:
        file.write("torn by a crash|half a li")
    await kept_up(Journal(all_facts), path, table)
    lines = path.read_text("utf-8").splitlines()
    assert (len(lines), any("torn" in line for line in lines)) == (8, False)


async def test_a_file_that_was_rotated_away_is_begun_anew(
    table: SqlQueueLog, tmp_path: Path
) -> None:
    path, all_facts = tmp_path / "queue_log", facts(4)
    await kept_up(Journal(all_facts[:4]), path, table)
    path.rename(tmp_path / "queue_log.1")
    await kept_up(Journal(all_facts), path, table)
    both = (tmp_path / "queue_log.1").read_text("utf-8") + path.read_text("utf-8")
    assert len(set(both.splitlines())) == len(both.splitlines()) == 8


def test_a_broken_mark_is_none_and_a_good_one_tells_where_to_go_on(tmp_path: Path) -> None:
    file = ConfirmedFile(tmp_path / "queue_log")
    assert file.load() == Kept()
    file.append([LINE], Kept(EventId("7-0"), {"visits": {}, "numbers": {}}))
    assert file.load() == Kept(EventId("7-0"), {"visits": {}, "numbers": {}})
    (tmp_path / "queue_log.mark").write_text("{not json", "utf-8")
    assert file.load() == Kept()


def test_the_file_is_not_for_everybody(tmp_path: Path) -> None:
    ConfirmedFile(tmp_path / "queue_log").append([LINE], Kept())
    assert (tmp_path / "queue_log").stat().st_mode & 0o007 == 0


async def test_while_sql_is_away_nothing_is_written_and_then_everything(tmp_path: Path) -> None:
    class Table:
        def __init__(self) -> None:
            self.away, self.lines = True, 0

        async def add(self, lines: Sequence[NumberedLine]) -> None:
            if self.away:
                self.away = False
                raise HistoryDown("away")
            self.lines += len(lines)

    journal, table, path = Journal(facts(2)), Table(), tmp_path / "queue_log"
    keeper = QueueLogKeeper(journal, ConfirmedFile(path), table, words)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(10):
        await journal.read_to_end.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (table.lines, len(path.read_text("utf-8").splitlines())) == (4, 4)
