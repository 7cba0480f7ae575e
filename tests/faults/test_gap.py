"""Calls that come and go while our server is away are in the history afterwards, once, as they were."""

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cti.core.event_wire import from_wire
from cti.core.events import CallCleared, ConnectionCleared, Event, Offered, QueueLeft
from cti.simulation.phones import Answering
from cti.store.sql_link import open_engine
from cti.store.sql_schema import call as call_table
from cti.store.sql_schema import event as event_table
from tests.asterisk.house import DIRECT
from tests.faults.hotline import FALLBACK_S, Hotline, patience
from tests.faults.matrix import fault

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(150)]
log = logging.getLogger(__name__)
SERVED, IMPATIENT, CHOOSER = "13997000021", "13997000022", "13997000023"
MENU = "95518"
A_SECOND = timedelta(seconds=1.5)
"""queue_log counts whole seconds."""


async def events_of(hotline: Hotline, number: str) -> list[Event]:
    """All events of the newest call of a number, as they were recorded."""
    engine = open_engine(hotline.sql_url)
    try:
        async with engine.connect() as connection:
            calls = select(call_table.c.call_id).where(call_table.c.caller_number == number)
            found = (await connection.scalars(calls.order_by(call_table.c.arrived_at.desc()))).all()
            assert len(found) <= 1, "one call, one row"
            if not found:
                return []
            mine = select(event_table.c.body).where(event_table.c.call_id == found[0])
            ordered = mine.order_by(event_table.c.recorded_ms, event_table.c.sequence)
            return [from_wire(body) for body in (await connection.scalars(ordered)).all()]
    finally:
        await engine.dispose()


async def until_told(hotline: Hotline, number: str) -> list[Event]:
    found: list[Event] = []

    async def closed() -> bool:
        nonlocal found
        found = await events_of(hotline, number)
        return any(isinstance(event, CallCleared) for event in found)

    await hotline.until(closed, 15, f"the story of {number}")
    return found


async def row_of(hotline: Hotline, number: str) -> dict[str, object]:
    engine = open_engine(hotline.sql_url)
    try:
        async with engine.connect() as connection:
            chosen = select(call_table).where(call_table.c.caller_number == number)
            return dict((await connection.execute(chosen)).mappings().one())
    finally:
        await engine.dispose()


async def until_native_member(hotline: Hotline, extension: str) -> None:
    """The native queue's copy of an agent's choice comes a moment after the choice."""

    async def there() -> bool:
        told = await hotline.site.asterisk_says("queue show acd-motor")
        mine = [line for line in told.splitlines() if extension in line]
        return bool(mine) and "paused" not in mine[0]

    await hotline.until(there, 5, f"{extension} in the native queue")


@fault("server-killed", "calls of the outage")
async def test_calls_of_an_outage_are_told_afterwards_once_and_with_their_true_times(
    hotline: Hotline,
) -> None:
    async with hotline.seats("1001") as seats:
        await seats["1001"].ready(Answering(after_s=0.5))
        await until_native_member(hotline, "8001")
        hotline.kill_server()
        began = datetime.now(UTC)
        first = await hotline.call(SERVED, DIRECT["motor"])
        await hotline.agents["1001"].until_rung(patience(FALLBACK_S))
        await hotline.agents["1001"].leg.until("CONFIRMED")
        second = await hotline.call(IMPATIENT, DIRECT["motor"])
        await hotline.until_callers_in("acd-survive", 2, 5, "Queue")
        await asyncio.sleep(2)  # they talk, and he waits: what is measured
        first.hang_up()
        second.hang_up()
        await hotline.until_callers_in("acd-survive", 0, 5)
        ended = datetime.now(UTC)
    await hotline.start_server()
    served = await until_told(hotline, SERVED)
    left = await until_told(hotline, IMPATIENT)
    told_as_they_were(served, began, ended)
    assert [event.TYPE for event in served if event.TYPE != "callSurvived"] == [
        "offered",
        "queued",
        "established",
        "queueLeft",
        "connectionCleared",
        "callCleared",
    ]
    assert [event.TYPE for event in left if event.TYPE != "callSurvived"] == [
        "offered",
        "queued",
        "queueLeft",
        "callCleared",
    ]
    told_as_they_were(left, began, ended)
    [talk] = [event for event in served if isinstance(event, ConnectionCleared)]
    assert (talk.agent_id, 1 <= talk.talked_s <= 10) == ("1001", True)
    row = await row_of(hotline, SERVED)
    assert (row["agent_id"], row["queue"], row["outcome"]) == ("1001", "motor", "answered")
    assert row["talked_s"] == talk.talked_s
    lost = await row_of(hotline, IMPATIENT)
    assert str(lost["outcome"]) in ("abandoned", "short_abandoned")
    told = await traced(hotline, served[0])
    assert told.count("(reconstructed)") == 5
    await the_same_gap_again(hotline, served, left)


async def traced(hotline: Hotline, arrival: Event) -> str:
    """What ``cti trace`` says of a call."""
    assert isinstance(arrival, Offered)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti", "trace", arrival.call_id, "--language", "en"),
        *("--database", hotline.sql_url),
        env=dict(hotline.site.environment),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return out.decode()


async def test_a_caller_of_the_compiled_menu_comes_back_with_what_he_chose(
    hotline: Hotline,
) -> None:
    hotline.kill_server()
    leg = await hotline.call(CHOOSER, MENU)
    leg.press("861")  # in the notice, which no key cuts short: English, roadside assistance, tow
    await hotline.until_callers_in("acd-survive", 1, 40, "Queue")
    started_at = datetime.now(UTC)
    await hotline.start_server()
    await hotline.until_callers_in("acd-wait", 1, 5)
    async with hotline.board() as board:
        [call] = board.frames[0]["calls"]
    assert (call["queue"], call["language"], call["phase"]) == ("rescue", "en", "waiting")
    assert datetime.fromisoformat(call["queuedAt"]) < started_at


def told_as_they_were(story: list[Event], began: datetime, ended: datetime) -> None:
    for event in story:
        assert began - A_SECOND <= event.at <= ended + A_SECOND
    marked = [e for e in story if isinstance(e, Offered | QueueLeft | CallCleared)]
    assert marked
    assert all(event.reconstructed for event in marked)


async def the_same_gap_again(hotline: Hotline, *before: list[Event]) -> None:
    """A second outage reads the same lines: nothing is told twice."""
    hotline.kill_server()
    await asyncio.sleep(0.5)
    await hotline.start_server()
    await hotline.until_quiet()
    after = [await events_of(hotline, SERVED), await events_of(hotline, IMPATIENT)]
    assert after == list(before)
