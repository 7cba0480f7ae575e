"""A supervisor listens, whispers, barges, takes calls over, picks them up and ends talks."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering, Leg
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import (
    AGENT_TONES_HZ,
    CALLER_TONE_HZ,
    DIRECT,
    SUPERVISOR_TONE_HZ,
    House,
    hearing,
)

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

SOON = Answering(after_s=0.1)
ONLY_RING = Answering(after_s=None)
WHY = "new colleague"


async def talks(house: House, record_to: Path | None = None) -> tuple[Leg, str]:
    """A caller for motor talks with 1001."""
    motor = house.seats["1001"]
    motor.phone.record(record_to)
    await motor.ready(SOON)
    leg, call_id = await house.call(house.caller(record_to=record_to), DIRECT["motor"])
    await house.event("established", call_id, agentId="1001")
    return leg, call_id


async def supervise(house: House, cmd: str, **more: str) -> None:
    answer = await house.board.command(cmd, **more)
    assert answer["ok"], answer


async def listens(house: House, call_id: str, mode: str, record_to: Path | None = None) -> Leg:
    """The supervisor hears 1001's talk."""
    house.supervisor.record(record_to)
    house.supervisor.answer_like(SOON)
    await supervise(house, "monitorStart", agentId="1001", mode=mode, reason=WHY)
    begun = await house.event("monitoringStarted", call_id, agentId="1001")
    assert (begun["by"], begun["mode"], begun["reason"]) == ("2001", mode, WHY)
    return house.supervisor.leg


def seconds(heard: Hearing, hz: int) -> float:
    return heard.tone(hz).seconds


@pytest.mark.parametrize(
    ("mode", "agent_hears", "caller_hears"),
    [("listen", False, False), ("whisper", True, False), ("barge", True, True)],
)
async def test_who_hears_a_supervisor(
    house: House, tmp_path: Path, mode: str, agent_hears: bool, caller_hears: bool
) -> None:
    caller, call_id = await talks(house, tmp_path)
    ear = await listens(house, call_id, mode, tmp_path)
    await asyncio.sleep(2.5)
    await house.seats["1001"].do("clearConnection")
    await house.event("monitoringEnded", call_id, agentId="1001", by="2001")
    await ear.until("DISCONNECTED")
    await house.rate(caller, call_id)
    supervisor, agent = await hearing(ear), await hearing(house.seats["1001"].phone.leg)
    both = _mixed(supervisor)
    assert both > 1.0
    assert (agent.part(SUPERVISOR_TONE_HZ).seconds > 0.5) == agent_hears
    assert ((await hearing(caller)).part(SUPERVISOR_TONE_HZ).seconds > 0.5) == caller_hears


def _mixed(heard: Hearing) -> float:
    """Seconds in which agent and caller were both heard."""
    return min(heard.part(hz).seconds for hz in (CALLER_TONE_HZ, AGENT_TONES_HZ["1001"]))


def own_states(house: House, call_id: str) -> list[object]:
    """What the supervisor's own desktop was told of him, in order: mode and whether he hears."""
    found: list[object] = []
    for frame in (each for each in house.board.frames if each.get("type") == "ownState"):
        ear, state = frame["monitoring"], frame["me"]["state"]
        assert (ear is None) == (state == "idle")
        assert ear is None or (ear["agentId"], ear["callId"]) == ("1001", call_id)
        told = (ear["mode"], ear["heard"]) if ear else state
        if found[-1:] != [told]:
            found.append(told)
    return found[1:] if found[:1] == ["idle"] else found


async def test_a_listener_changes_to_whisper_and_stops(house: House, tmp_path: Path) -> None:
    caller, call_id = await talks(house, tmp_path)
    ear = await listens(house, call_id, "listen")
    await asyncio.sleep(1.0)
    await supervise(house, "monitorChange", mode="whisper")
    await house.event("monitoringChanged", call_id, mode="whisper")
    await asyncio.sleep(1.5)
    await supervise(house, "monitorStop")
    await house.event("monitoringEnded", call_id)
    await ear.until("DISCONNECTED")
    assert own_states(house, call_id) == [
        ("listen", False),
        ("listen", True),
        ("whisper", True),
        "idle",
    ]
    await house.seats["1001"].do("clearConnection")
    await house.rate(caller, call_id)
    agent = await hearing(house.seats["1001"].phone.leg)
    assert agent.part(SUPERVISOR_TONE_HZ).seconds > 0.8
    assert (await hearing(caller)).part(SUPERVISOR_TONE_HZ).seconds < 0.2


async def test_only_a_supervisor_may_and_only_with_a_reason_where_somebody_talks(
    house: House,
) -> None:
    asked = {"agentId": "1001", "mode": "listen", "reason": WHY}
    other = await house.seats["1003"].desktop.command("monitorStart", **asked)
    assert other["code"] == "desk.not_a_supervisor"
    assert (await house.board.command("monitorStart", **asked))["code"] == "desk.no_talk_there"
    silent = await house.board.command("monitorStart", **{**asked, "reason": " "})
    assert silent["code"] == "desk.reason_missing"
    assert (await house.board.command("monitorStop"))["code"] == "desk.not_monitoring"
    assert (await house.board.command("releaseCall", agentId="1001", reason=WHY))["code"] == (
        "desk.no_talk_there"
    )


async def test_the_supervisor_takes_the_call_over(house: House, tmp_path: Path) -> None:
    caller, call_id = await talks(house, tmp_path)
    await listens(house, call_id, "listen")
    await asyncio.sleep(0.5)
    await supervise(house, "interceptCall", agentId="1001", reason=WHY)
    taken = await house.event("callIntercepted", call_id)
    assert (taken["agentId"], taken["to"], taken["by"]) == ("1001", "2001", "2001")
    await house.seats["1001"].until_state("wrap_up")
    await house.event("established", call_id, agentId="2001")
    await asyncio.sleep(1.0)
    await supervise(house, "clearConnection")
    await house.rate(caller, call_id)
    assert seconds(await hearing(caller), SUPERVISOR_TONE_HZ) > 0.5
    assert house.events(call_id).count("connectionCleared") == 2


async def test_a_waiting_call_is_picked_up(house: House) -> None:
    house.supervisor.answer_like(SOON)
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("queued", call_id)
    await asyncio.sleep(0.5)
    await supervise(house, "pickUpCall", callId=call_id, reason=WHY)
    await house.event("callPickedUp", call_id, to="2001", by="2001")
    await house.event("established", call_id, agentId="2001")
    await house.event("queueLeft", call_id, outcome="answered")
    await supervise(house, "clearConnection")
    await house.rate(leg, call_id)


async def test_a_call_that_rings_elsewhere_is_picked_up_and_rings_once(house: House) -> None:
    motor, other = house.seats["1001"], house.seats["1003"]
    await motor.ready(ONLY_RING)
    _, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("delivered", call_id, agentId="1001")
    other.phone.answer_like(SOON)
    assert (await other.desktop.command("logOn"))["ok"]
    await other.do("pickUpCall", callId=call_id, reason="sits beside me")
    withdrawn = await house.event("diverted", call_id, agentId="1001")
    assert (withdrawn["cause"], withdrawn["agent"]["status"]) == ("withdrawn", "ready")
    await house.event("established", call_id, agentId="1003")
    await motor.phone.leg.until("DISCONNECTED")
    assert len(motor.phone.legs) == 1


async def test_a_talk_is_ended_and_the_caller_is_asked_how_it_was(house: House) -> None:
    caller, call_id = await talks(house)
    await supervise(house, "releaseCall", agentId="1001", reason=WHY)
    ended = await house.event("callReleased", call_id, agentId="1001")
    assert (ended["by"], ended["reason"]) == ("2001", WHY)
    await house.seats["1001"].until_state("wrap_up")
    await house.rate(caller, call_id)


async def test_a_listener_is_found_again_after_the_server_was_killed(house: House) -> None:
    _, call_id = await talks(house)
    ear = await listens(house, call_id, "listen")
    house.site.kill("server")
    await house.site.start("server")
    await house.board_again()
    assert (await house.board.command("monitorStop"))["ok"]
    await ear.until("DISCONNECTED")
    await house.event("monitoringEnded", call_id)
