"""The server dies, hangs or stops: nobody is lost, talks go on, and it finds its way back."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, DIRECT, Seat
from tests.asterisk.site import Desktop
from tests.faults.hotline import FALLBACK_S, RECOVERY_S, Hotline, patience
from tests.faults.matrix import Seen, fault
from tests.faults.scenes import agents_in, calls_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(150)]

log = logging.getLogger(__name__)
ONLY_RING = Answering(after_s=None)
MENU = "95518"


@dataclass(frozen=True)
class Four:
    """Ids of four calls at four stages."""

    talking: str
    ringing: str
    waiting: str
    in_menu: str

    @property
    def all(self) -> set[str]:
        return {self.talking, self.ringing, self.waiting, self.in_menu}


async def four_calls(
    hotline: Hotline, board: Desktop, seats: Mapping[str, Seat], folder: Path
) -> Four:
    """One talks, one rings, one waits and one is in the menu; each agent but 1002 has a call."""
    hotline.agents["1001"].record(folder)
    await seats["1002"].ready(Answering(after_s=0.1))
    await seats["1001"].ready(Answering(after_s=0.1))
    await hotline.call("13997000001", DIRECT["motor"], folder)
    talking = await board.until(15, type="established", agentId="1001")
    await seats["1003"].ready(ONLY_RING)
    await hotline.call("13997000002", DIRECT["motor"])
    ringing = await board.until(15, type="delivered", agentId="1003")
    await hotline.call("13997000003", DIRECT["motor"])
    waiting = await board.until(15, type="offered", callerNumber="139****0003")
    await board.until(15, type="queued", callId=waiting["callId"])
    await hotline.call("13997000004", MENU)
    in_menu = await board.until(15, type="offered", dialedNumber=MENU)
    return Four(*(str(each["callId"]) for each in (talking, ringing, waiting, in_menu)))


@fault("server-killed", "menu", "waiting", "ringing", "talking")
async def test_a_killed_server_loses_nobody_and_finds_everybody_again(
    hotline: Hotline, tmp_path: Path, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001", "1002", "1003") as seats:
        four = await four_calls(hotline, board, seats, tmp_path)
        hotline.kill_server()
    fallback_s = await everybody_is_served_natively(hotline, time.monotonic())
    took_s = await hotline.start_server()
    async with hotline.board() as board:
        log.info("live %.1f s, snapshot %.1f s after the start", took_s, since(hotline))
        assert since(hotline) < patience(RECOVERY_S)
        seen.record(fallback_s=fallback_s, recovery_s=since(hotline))
        stranded = everybody_is_where_he_was(board, four)
        async with hotline.seats("1001") as seats:
            await seats["1001"].do("clearConnection")
            await board.until(20, type="established", callId=stranded, agentId="1001")
    hotline.hang_up_all()
    await hotline.until_quiet()
    for call_id in four.all:
        told = await hotline.history(call_id)
        assert (told["offered"], told["callCleared"]) == (1, 1), told
        assert told["callRecovered"] >= 1, told
        assert told["established"] == 1, told
        assert told["queueLeft"] <= 1, told
    heard_all_the_time(hotline)


async def everybody_is_served_natively(hotline: Hotline, killed_at: float) -> float:
    """The ringing phone can be answered, the menu goes on natively, a native agent is found; how soon
    all were with the native queue."""
    ringing = hotline.agents["1003"].leg
    ringing.pick_up()
    await ringing.until("CONFIRMED")
    await hotline.until_callers_in("acd-survive", 1, 3)
    hotline.callers["13997000004"].leg.press("0")
    await hotline.until_callers_in("acd-survive", 2, FALLBACK_S, "Queue")
    fallback_s = time.monotonic() - killed_at
    log.info("with the native queue %.1f s after the kill", fallback_s)
    assert fallback_s < patience(FALLBACK_S)
    native = hotline.agents["1002"]
    await native.until_rung(10)
    await native.leg.until("CONFIRMED")
    return fallback_s


def everybody_is_where_he_was(board: Desktop, four: Four) -> str:
    """As the snapshot says; the id of the caller whom no native agent has."""
    phases, agents = calls_in(board), agents_in(board)
    assert set(phases) == four.all
    assert agents["1001"] == ("talking", four.talking)
    assert agents["1003"] == ("talking", four.ringing)
    assert (phases[four.talking], phases[four.ringing]) == ("talking", "talking")
    doing, native_call = agents["1002"]
    assert (doing, phases[str(native_call)]) == ("talking", "surviving")
    [stranded] = {four.waiting, four.in_menu} - {native_call}
    return stranded


def since(hotline: Hotline) -> float:
    return time.monotonic() - hotline.started_at


def heard_all_the_time(hotline: Hotline) -> None:
    """In the first talk each heard the other without a break."""
    agent_leg, caller_leg = hotline.agents["1001"].legs[0], hotline.callers["13997000001"].legs[0]
    for leg, tone in ((agent_leg, CALLER_TONE_HZ), (caller_leg, AGENT_TONES_HZ["1001"])):
        assert leg.recording is not None
        heard = Hearing(leg.recording).tone(tone)
        assert heard.seconds > 6
        # A phone that gets no processor for a moment leaves a gap; a lost talk would end here.
        assert heard.longest_gap_s <= 0.6
        assert heard.seconds > 0.9 * (heard.last_s - heard.first_s)


async def test_a_caller_who_comes_while_the_server_is_away_is_served_and_in_history(
    hotline: Hotline,
) -> None:
    hotline.kill_server()
    await hotline.call("13997000005", MENU)
    await hotline.until_callers_in("acd-survive", 1, FALLBACK_S)
    await hotline.start_server()
    await hotline.until_callers_in("acd-wait", 1, 5)
    async with hotline.board() as board, hotline.seats("1001") as seats:
        [call_id] = calls_in(board)
        await seats["1001"].ready(Answering(after_s=0.1))
        await board.until(15, type="established", callId=call_id)
        hotline.hang_up_all()
        told = await hotline.history(call_id)
        assert (told["offered"], told["established"], told["callCleared"]) == (1, 1, 1)


@pytest.mark.parametrize(("code", "reason"), [(None, "RNA"), (603, "REFUSED"), (486, "BUSY")])
@fault("server-killed", "ringing")
async def test_who_missed_a_call_while_the_server_was_away_is_not_rung_for_it_again(
    hotline: Hotline, code: int | None, reason: str
) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        await seats["1001"].ready(ONLY_RING)
        await hotline.call("13997000002", DIRECT["motor"])
        ringing = await board.until(15, type="delivered", agentId="1001")
        hotline.kill_server()
    phone = hotline.agents["1001"].leg
    if code:
        phone.refuse(code)
    await phone.until("DISCONNECTED", 15)
    await hotline.start_server()
    await hotline.until_callers_in("acd-wait", 1, 5)
    async with hotline.board() as board:
        [agent] = [each for each in board.frames[0]["agents"] if each["agentId"] == "1001"]
        assert (agent["status"], agent["reason"]) == ("not_ready", reason)
        assert calls_in(board) == {ringing["callId"]: "waiting"}


@fault("server-hangs", "waiting")
async def test_a_hanging_server_lets_waiting_callers_go_and_takes_them_back(
    hotline: Hotline, seen: Seen
) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        await hotline.call("13997000002", DIRECT["motor"])
        await hotline.until_callers_in("acd-wait", 1, 5)
        pid = hotline.site.pid("server")
        os.kill(pid, signal.SIGSTOP)
        try:
            took_s = await hotline.until_callers_in("acd-survive", 1, FALLBACK_S)
            log.info("fell back %.1f s after the server hung", took_s)
            seen.record(fallback_s=took_s)
            assert await hotline.callers_in("acd-connect", "Dial") == 1
        finally:
            os.kill(pid, signal.SIGCONT)
        await hotline.until_callers_in("acd-wait", 1, 5)
    async with hotline.board() as board:
        assert agents_in(board)["1001"] == ("talking", talking)
        assert sorted(calls_in(board).values()) == ["talking", "waiting"]


@fault("server-hangs", "watchdog")
async def test_the_watchdog_replaces_a_hanging_server(hotline: Hotline, seen: Seen) -> None:
    watching = asyncio.create_task(hotline.site.programs.watch(hotline.site.wanted["server"]))
    try:
        async with hotline.board() as board, hotline.seats("1001") as seats:
            talking = await talk(hotline, board, seats["1001"])
            await asyncio.sleep(1.5)
            hanging = hotline.site.pid("server")
            os.kill(hanging, signal.SIGSTOP)
            began = time.monotonic()

            async def replaced() -> bool:
                return hotline.site.pid("server") != hanging and await hotline.live()

            await hotline.until(replaced, 20, "a new server")
            log.info("hanging server replaced after %.1f s", time.monotonic() - began)
            seen.record(replaced_s=time.monotonic() - began)
        async with hotline.board() as board:
            assert agents_in(board)["1001"] == ("talking", talking)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


@fault("server-stopped", "talking")
async def test_an_orderly_stop_leaves_talks_untouched(hotline: Hotline) -> None:
    async with hotline.board() as board, hotline.seats("1001") as seats:
        talking = await talk(hotline, board, seats["1001"])
        pid = hotline.site.pid("server")
        os.kill(pid, signal.SIGTERM)

    async def gone() -> bool:
        return not hotline.running("server")

    await hotline.until(gone, 10, "the end of the server")
    assert '"fact": "stopped"' in hotline.site.log("server")
    assert hotline.agents["1001"].leg.state == "CONFIRMED"
    await hotline.start_server()
    async with hotline.board() as board:
        assert agents_in(board)["1001"] == ("talking", talking)
