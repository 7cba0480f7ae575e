"""What every book says of the calls of a scene: journal, call table, queue_log, figures, webhooks."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from cti.core.event_wire import from_wire
from cti.core.events import (
    ConnectionCleared,
    Established,
    Event,
    Queued,
    QueueLeft,
)
from cti.store.sql_link import open_engine
from cti.store.sql_schema import call as call_table
from cti.store.sql_schema import event as event_table
from cti.store.sql_schema import queue_log
from tests.bonds import offered_twice
from tests.faults.hotline import Hotline

ENDS = {
    "ABANDON",
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "EXITWITHTIMEOUT",
    "EXITEMPTY",
    "EXITWITHKEY",
    "WITHDRAW",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
}
"""The lines of queue_log that end a visit to a queue."""


@dataclass(frozen=True, slots=True)
class Story:
    """One call in history."""

    call_id: str
    events: Sequence[Event]
    rows: int
    log: Counter[str]

    def kinds(self) -> Counter[str]:
        return Counter(event.TYPE for event in self.events)


async def story(hotline: Hotline, call_id: str) -> Story:
    """All that is written of a call, read past the relays."""
    engine = open_engine(hotline.sql_url)
    try:
        async with engine.connect() as connection:
            mine = select(event_table.c.body).where(event_table.c.call_id == call_id)
            ordered = mine.order_by(event_table.c.recorded_ms, event_table.c.sequence)
            events = [from_wire(body) for body in (await connection.scalars(ordered)).all()]
            counted = select(func.count()).where(call_table.c.call_id == call_id)
            rows = (await connection.scalar(counted)) or 0
            lines = select(queue_log.c.event).where(queue_log.c.callid == call_id)
            told = Counter((await connection.scalars(lines)).all())
            return Story(call_id, events, rows, told)
    finally:
        await engine.dispose()


async def journal_of(hotline: Hotline, call_ids: Iterable[str]) -> list[Event]:
    """What happened in these calls, in the order in which it was decided: one moment may have several
    facts, as when an agent's offer ends and he has the next one."""
    engine = open_engine(hotline.sql_url)
    try:
        async with engine.connect() as connection:
            mine = select(event_table.c.body).where(event_table.c.call_id.in_([*call_ids]))
            ordered = mine.order_by(event_table.c.recorded_ms, event_table.c.sequence)
            return [from_wire(body) for body in (await connection.scalars(ordered)).all()]
    finally:
        await engine.dispose()


async def calls_from(hotline: Hotline, *numbers: str) -> dict[str, list[str]]:
    """The calls of each number in this test that history knows now."""
    found: dict[str, list[str]] = {number: [] for number in numbers}
    engine = open_engine(hotline.sql_url)
    try:
        async with engine.connect() as connection:
            column = call_table.c
            mine = select(column.caller_number, column.call_id).where(
                column.caller_number.in_(numbers), column.arrived_at >= hotline.began_at
            )
            for number, call_id in (await connection.execute(mine)).all():
                found[number].append(str(call_id))
    finally:
        await engine.dispose()
    return found


async def books_agree(hotline: Hotline, *call_ids: str, native: bool = False) -> dict[str, float]:
    """Every book counts every call once, and no agent had two at once; figures for the page.

    With ``native`` a call may have been with the native queue, whose visit has no line of ours.
    """
    stories = [await told_to_its_end(hotline, call_id) for call_id in call_ids]
    for each in stories:
        counted_once(each, native=native)
    twice = offered_twice(await journal_of(hotline, call_ids))
    assert not twice, twice
    assert hotline.doubles.seen == 0
    await figures_stand(hotline)
    await hooks_told_once(hotline, call_ids)
    return {
        "calls": len(stories),
        "calls_lost": 0,
        "offered_twice": 0,
        "counted_twice": 0,
        "stuck": 0,
    }


async def told_to_its_end(hotline: Hotline, call_id: str, limit_s: float = 50) -> Story:
    """A call once all of it is in history and in queue_log. What a server had read when it was killed,
    another one takes over after half a minute."""
    found = await story(hotline, call_id)

    async def whole() -> bool:
        nonlocal found
        found = await story(hotline, call_id)
        kinds = found.kinds()
        ended = kinds["offered"] and kinds["callCleared"] and kinds["queueLeft"] >= visits(found)
        logged = sum(found.log[end] for end in ENDS) >= min(visits(found), kinds["queueLeft"])
        return bool(ended and logged)

    try:
        await hotline.until(whole, limit_s, f"the whole story of {call_id}")
    except AssertionError:
        raise AssertionError(f"{call_id}: {found.kinds()} {found.log}") from None
    return found


def visits(told: Story) -> int:
    """How often the call joined a queue; coming back after a missed offer is the same visit."""
    inside, count = False, 0
    for event in told.events:
        if isinstance(event, Queued):
            count += not inside
            inside = True
        elif isinstance(event, QueueLeft):
            inside = False
    return count


def counted_once(told: Story, *, native: bool) -> None:
    kinds = told.kinds()
    assert (kinds["offered"], kinds["callCleared"], told.rows) == (1, 1, 1), (told.call_id, kinds)
    assert kinds["queueLeft"] == visits(told), (told.call_id, kinds)
    talks = sum(isinstance(event, Established) for event in told.events)
    ends = sum(isinstance(event, ConnectionCleared) for event in told.events)
    assert talks == ends, (told.call_id, kinds)
    logged = sum(told.log[end] for end in ENDS)
    if not native:
        assert (told.log["ENTERQUEUE"], logged) == (visits(told), visits(told)), (kinds, told.log)
    assert logged <= visits(told), (told.call_id, told.log)


async def figures_stand(hotline: Hotline) -> None:
    """The figures are what the events add up to: ``cti measures recompute --check``."""

    async def same() -> bool:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cti", "measures", "recompute", "--check"),
            env={**hotline.site.environment, "CTI_SQL_URL": hotline.sql_url},
            stdout=asyncio.subprocess.DEVNULL,
        )
        return await asyncio.wait_for(process.wait(), 60) == 0

    await hotline.until(same, 20, "figures equal to a recomputation")


async def hooks_told_once(hotline: Hotline, call_ids: Iterable[str]) -> None:
    wanted = set(call_ids)

    async def told() -> bool:
        return wanted <= hotline.hook.got.keys()

    await hotline.until(told, 20, "webhooks of all calls")
    assert {call_id: hotline.hook.got[call_id] for call_id in wanted} == dict.fromkeys(wanted, 1)
