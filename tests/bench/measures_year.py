"""Figures of a year of calls from SQL, and one picture of the live wallboard."""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from statistics import median
from time import perf_counter

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.events import Event
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.core.measures.facts import MeasureRules
from cti.core.measures.intervals import Length
from cti.core.measures.measuring import Books
from cti.core.measures.registry import figures, stored_kinds
from cti.core.measures.tallies import By
from cti.core.whatif.season import SEASON_2008
from cti.core.whatif.season_events import events_of
from cti.services.feed import Feed
from cti.services.measures import MeasureQuery, Measures
from cti.services.ports import Recorded
from cti.services.wallboard import BoardParts, Pending, Wallboard
from cti.store.sql_figures import SqlFigures
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_measures import FACT_FIELDS, fact_row
from cti.web.measures_api import board_message
from tests.bench.line import ROUNDS, Line, Row, less_is_better
from tests.web.memory import MemoryStream

DAYS, REPEATS = 5, 73
"""Five days of the generated season, one after the other till a year is full."""
DAY_MS = 86_400_000
NAMES = ("service_level_5", "answer_rate", "answer_speed")
LIMIT_S = 10.0
TICK_MS = 1000.0
TICKS = 200
AGENTS, WAITING = 100, 50
RULES = MeasureRules()
QUEUES = [QueueName(name) for name in ("motor", "consult", "rescue", "staff", "nonmotor")]
BEGIN = datetime.combine(SEASON_2008.first, datetime.min.time(), SEASON_2008.zone)
_ADD = f"INSERT INTO contact_fact ({', '.join(FACT_FIELDS)}) VALUES ({', '.join('?' * len(FACT_FIELDS))})"
_KINDS = sorted(
    stored_kinds([each for name, each in figures(RULES).items() if name in NAMES], of_visits=True)
)
_BARE = f"""SELECT queue, (at_ms + 28800000) / 86400000, kind, count(*), sum(value) FROM contact_fact
WHERE at_ms >= ? AND at_ms < ? AND kind IN ({", ".join("?" * len(_KINDS))}) GROUP BY 1, 2, 3"""


def some_days() -> Sequence[Event]:
    """The first days of the season."""
    until = BEGIN + timedelta(days=DAYS)
    return [*takewhile(lambda event: event.at < until, events_of(SEASON_2008))]


def year_rows(events: Sequence[Event]) -> Iterator[tuple[object, ...]]:
    """The facts of those days, again and again, each time some days later and of other calls."""
    books = Books(RULES)
    for event in events:
        books.see(event)
    facts = [fact_row(fact) for each in books.contacts.values() for fact in each.facts(RULES)]
    for again in range(REPEATS):
        moved = again * DAYS * DAY_MS
        for fact in facts:
            row = fact | {"call_id": f"{again}-{fact['call_id']}", "at_ms": fact["at_ms"] + moved}
            yield tuple(row[name] for name in FACT_FIELDS)


def fill(file: Path, events: Sequence[Event]) -> int:
    """Write the year; how many facts it has."""
    asyncio.run(migrate(f"sqlite:///{file}"))
    with closing(sqlite3.connect(file)) as database, database:
        return database.executemany(_ADD, year_rows(events)).rowcount


def asked_bare(file: Path) -> float:
    """Seconds of the same sums by one bare statement."""
    since = round(BEGIN.timestamp() * 1000)
    period = (since, since + DAYS * REPEATS * DAY_MS)
    begun = perf_counter()
    with closing(sqlite3.connect(file)) as database:
        database.execute(_BARE, (*period, *_KINDS)).fetchall()
    return perf_counter() - begun


async def asked_ours(file: Path) -> float:
    """Seconds until three figures are there for every day and queue."""
    engine = open_engine(f"sqlite:///{file}")
    zone = SEASON_2008.zone
    measures = Measures(SqlFigures(engine, RULES), RULES, zone, lambda: datetime.now(UTC))
    query = MeasureQuery(
        since=BEGIN,
        until=BEGIN + timedelta(days=DAYS * REPEATS),
        length=Length.DAY,
        by=By.QUEUE,
        names=NAMES,
    )
    begun = perf_counter()
    report = await measures.report(query)
    spent_s = perf_counter() - begun
    await engine.dispose()
    if len(report.rows) < DAYS * REPEATS * len(QUEUES):
        raise RuntimeError(f"only {len(report.rows)} rows came")
    return spent_s


class Past:
    """``MeasureEvents`` of the days that were played."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._recorded = [Recorded(EventId(f"{n + 1}-0"), each) for n, each in enumerate(events)]

    async def since(self, at: datetime) -> AsyncIterator[Sequence[Recorded]]:
        yield [one for one in self._recorded if one.event.at >= at]


def people(now: datetime) -> tuple[Sequence[Agent], Sequence[Call]]:
    """So many agents in talks, and so many callers waiting."""
    agents = [
        Agent(
            agent_id=AgentId(f"{n}"),
            name="",
            extension=f"{n}",
            skills={"motor": 3},
            status=AgentStatus.READY,
            state=AgentState.TALKING if n % 3 else AgentState.WRAP_UP,
            since=now - timedelta(seconds=n),
        )
        for n in range(AGENTS)
    ]
    calls = [
        Call(
            call_id=CallId(f"{n}"),
            channel=ChannelName(f"PJSIP/{n}"),
            caller_number="13900000001",
            dialed_number="95518",
            arrived_at=now,
            queued_at=now,
            phase=CallPhase.WAITING,
            queue=QUEUES[n % len(QUEUES)],
        )
        for n in range(WAITING)
    ]
    return agents, calls


async def ticks(events: Sequence[Event]) -> Mapping[str, float]:
    """Milliseconds of one picture of the wallboard after a whole day, as supervisors' desktops get it."""
    now = BEGIN + timedelta(days=DAYS) - timedelta(minutes=1)
    stream, standing = MemoryStream(), people(now)

    async def pending() -> Pending:
        return Pending(work_open=3, work_due=1)

    board = Wallboard(
        BoardParts(
            feed=Feed(stream),
            stream=stream,
            events=Past(events),
            snapshot=lambda: standing,
            pending=pending,
            queues=QUEUES,
            rules=RULES,
            zone=SEASON_2008.zone,
            now=lambda: now,
        )
    )
    following = asyncio.create_task(board.run())
    async with asyncio.timeout(LIMIT_S):
        while not board.complete:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    took_s, size = [], 0
    for _ in range(TICKS):
        begun = perf_counter()
        size = len(board_message(board.board()))
        took_s.append(perf_counter() - begun)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    return {"ms": median(took_s) * 1e3, "bytes": size}


def run() -> Sequence[Row]:
    events = some_days()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "year.db"
        fill(file, events)
        found: dict[str, list[float]] = {"ours": [], "bare": [], "tick": []}
        for _ in range(ROUNDS):
            found["ours"].append(asyncio.run(asked_ours(file)))
            found["bare"].append(asked_bare(file))
            found["tick"].append(asyncio.run(ticks(events))["ms"])
    ours, bare, tick = (median(found[name]) for name in ("ours", "bare", "tick"))
    name = "a year by day and queue, three figures"
    board = f"picture of the wallboard, {AGENTS} agents, {WAITING} waiting"
    return [
        less_is_better(name, "s", ours, ("the limit", LIMIT_S), 1.0),
        less_is_better(name, "s", ours, ("one bare GROUP BY over the same facts", bare)),
        less_is_better(board, "ms", tick, ("the time until the next", TICK_MS), 100.0),
    ]


LINE = Line(
    "Measures",
    f"A year of {SEASON_2008.total // SEASON_2008.days} calls a day ({DAYS} days of the generated season, "
    f"{REPEATS} times) in SQLite: service level, answer rate and speed of answer for every day and queue, "
    "from the question to all rows. The peer sums facts of the same kinds in one statement of its own, "
    "without limits of seconds, time zones or other rows, and makes no figures. The wallboard: the day's "
    "sums of all queues, agents by state and waiting callers, made and encoded as once a second.",
    run,
)
