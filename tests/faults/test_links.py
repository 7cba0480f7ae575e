"""A part the server stands on goes away and comes back: Asterisk's manager, Redis, SQL, Asterisk."""

import logging
import time

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT
from tests.asterisk.short_ways import SHORT_MENU
from tests.faults.hotline import FALLBACK_S, Hotline
from tests.faults.matrix import Seen, fault
from tests.faults.relay import Way
from tests.faults.scenes import agents_in, calls_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(150)]

log = logging.getLogger(__name__)
MENU = "95518"


async def one_talks_and_one_waits(hotline: Hotline) -> str:
    """The id of the call that talks, with agent 1001."""
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        await hotline.call("13997000002", DIRECT["motor"])
        await hotline.until_callers_in("acd-wait", 1, 5)
    return talking


async def all_is_right_again(hotline: Hotline, talking: str) -> None:
    """The talk went on, and the stranded caller is back in our queue and gets an agent."""
    await hotline.until_live()
    await hotline.until_callers_in("acd-wait", 1, 5)
    assert hotline.agents["1001"].leg.state == "CONFIRMED"
    async with hotline.board() as board:
        assert agents_in(board)["1001"] == ("talking", talking)
        phases = calls_in(board)
        assert sorted(phases.values()) == ["talking", "waiting"]
        [waiting] = set(phases) - {talking}
        async with hotline.seats("1003") as seats:
            await seats["1003"].ready(Answering(after_s=0.1))
            await board.until(15, type="established", callId=waiting, agentId="1003")
    hotline.hang_up_all()
    for call_id in (talking, waiting):
        told = await hotline.history(call_id)
        counted = [told[kind] for kind in ("offered", "established", "queueLeft", "callCleared")]
        assert counted == [1, 1, 1, 1], told


@fault("ami-lost", Way.CUT, Way.SILENT)
@pytest.mark.parametrize("way", [Way.CUT, Way.SILENT])
async def test_without_asterisks_manager_waiting_callers_fall_back_and_return(
    hotline: Hotline, way: Way, seen: Seen
) -> None:
    talking = await one_talks_and_one_waits(hotline)
    hotline.ami.put(way)
    # A silent connection is believed for as long as one action may take.
    limit_s = FALLBACK_S + (5 if way is Way.SILENT else 0)
    took_s = await hotline.until_callers_in("acd-survive", 1, limit_s)
    log.info("manager %s: with the native queue after %.1f s", way, took_s)
    seen.record(way, fallback_s=took_s)
    assert not await hotline.live()
    hotline.ami.put(Way.OPEN)
    await all_is_right_again(hotline, talking)


@fault("redis-killed", "menu", "waiting", "talking")
async def test_without_redis_new_calls_are_served_natively_and_all_return(
    hotline: Hotline, seen: Seen
) -> None:
    talking = await one_talks_and_one_waits(hotline)
    hotline.site.kill("redis")
    await hotline.call("13997000003", MENU)
    took_s = await hotline.until_callers_in("acd-survive", 2, FALLBACK_S)
    log.info("redis killed: both callers native after %.1f s", took_s)
    seen.record(fallback_s=took_s)
    hotline.callers["13997000003"].leg.hang_up()
    await hotline.site.start("redis")
    await all_is_right_again(hotline, talking)


@fault("sql-down", "calls")
async def test_without_sql_calls_go_on_and_history_is_written_later(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001", "1003") as seats:
        hotline.sql.put(Way.CUT)
        talking = await talk(hotline, board, seats["1001"])
        await hotline.call("13997000002", SHORT_MENU)
        menu = await board.until(15, type="offered", dialedNumber=SHORT_MENU)
        await seats["1003"].ready(Answering(after_s=0.1))
        await board.until(15, type="nodeEntered", callId=menu["callId"])
        hotline.callers["13997000002"].leg.press("1")
        await board.until(30, type="established", callId=menu["callId"])
        hotline.hang_up_all()
        for call_id in (talking, menu["callId"]):
            await board.until(10, type="callCleared", callId=call_id)
        hotline.sql.put(Way.OPEN)
        for call_id in (talking, menu["callId"]):
            journal = [f["type"] for f in board.frames if f.get("callId") == call_id and "id" in f]
            told = await hotline.history(call_id)
            for kind in ("offered", "queued", "established", "connectionCleared", "callCleared"):
                assert told[kind] == journal.count(kind) == 1, (kind, told)


@fault("sql-down", "start")
async def test_a_server_that_starts_without_sql_serves_calls(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        hotline.sql.put(Way.CUT)
        hotline.kill_server()
    await hotline.start_server()
    leg = await hotline.call("13997000002", DIRECT["motor"])
    await hotline.until_callers_in("acd-wait", 1, 5)
    assert (await hotline.gauges())['cti_up{part="sql"}'] == 0.0
    hotline.sql.put(Way.OPEN)
    assert leg.state == "CONFIRMED"
    hotline.hang_up_all()
    told = await hotline.history(talking)
    assert (told["offered"], told["established"], told["callCleared"]) == (1, 1, 1)


@fault("asterisk-dies", "waiting", "talking")
async def test_after_asterisk_dies_no_call_and_no_bound_agent_remain(
    hotline: Hotline, seen: Seen
) -> None:
    talking = await one_talks_and_one_waits(hotline)
    hotline.site.kill("asterisk")
    await hotline.until_not_live()
    began = time.monotonic()
    await hotline.site.start("asterisk")
    await hotline.until_live()
    seen.record(recovery_s=time.monotonic() - began)
    async with hotline.board() as board:
        assert calls_in(board) == {}
        assert agents_in(board)["1001"][0] in ("wrap_up", "idle")
    told = await hotline.history(talking)
    assert (told["connectionCleared"], told["callCleared"]) == (1, 1)
    hotline.hang_up_all()
    for phone in hotline.agents.values():
        await phone.register(there=True)
    await hotline.until_phones_answer()
    async with hotline.board() as board, hotline.seats("1003") as seats:
        await seats["1003"].ready(Answering(after_s=0.1))
        await hotline.call("13997000002", DIRECT["motor"])
        await board.until(15, type="established")  # 1001 may be free by now too
    seen.record(served_again_s=time.monotonic() - began)
