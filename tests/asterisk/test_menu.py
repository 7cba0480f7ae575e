"""The menu by ear and by key: what is said, and where keys, silence and nonsense lead."""

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.house import NIGHT, House, hearing
from tests.asterisk.short_ways import SHORT_MENU

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

ONE_CAR, VIP = "13997000002", "13997000001"
"""Sample customers: one vehicle is registered to the first one's number."""
STRANGER, FOREIGNER = "13997000091", "13997000092"
"""Of whom nothing is known; the second one's language is remembered."""


async def test_the_caller_hears_welcome_notice_menu_and_music(house: House, tmp_path: Path) -> None:
    leg, call_id = await house.call(house.caller(STRANGER, record_to=tmp_path), "95518")
    await house.event("nodeEntered", call_id, node="root")
    await asyncio.sleep(11.5)
    leg.press("1")
    await house.event("digitsDialed", call_id, digits="1")
    await asyncio.sleep(1.5)
    leg.press("2")
    await house.event("queued", call_id, 15)
    await asyncio.sleep(2.5)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    heard = await hearing(leg)
    said = [heard.prompt(name) for name in ("welcome", "recording_notice", "root", "motor")]
    said += [heard.prompt("motor_general_connecting"), heard.music()]
    assert all(said)
    starts = [each.first_s for each in said]
    assert starts == sorted(starts)
    assert said[1].last_s - said[1].first_s > 3, "no key may cut the recording notice short"


async def test_keys_pressed_ahead_lead_through_the_menus(house: House) -> None:
    leg, call_id = await house.call(house.caller(ONE_CAR), "95518")
    leg.press("121")
    queued = await house.event("queued", call_id, 25)
    assert (queued["queue"], queued["keys"]) == ("motor", ["1", "2", "1"])
    assert queued["variables"]["vehicle_confirmed"] == "true"


async def test_a_vip_is_greeted_as_one_and_waits_for_a_person_without_a_key(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await house.call(house.caller(VIP, record_to=tmp_path), "95518")
    queued = await house.event("queued", call_id, 30)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    assert (queued["queue"], queued["variables"]["call_type"]) == ("consult", "vip")
    assert (await hearing(leg)).prompt("vip_welcome").seconds > 3
    assert "root" not in house.nodes(call_id)


async def test_a_claims_progress_is_spoken_by_its_report_number(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await house.call(house.caller(STRANGER, record_to=tmp_path), "95518")
    leg.press("3120260001")
    found = await house.event("lookupEnded", call_id, 25, source="claims.status")
    assert found["result"] == "found"
    await house.event("nodeEntered", call_id, 40, node="claim_after")
    await asyncio.sleep(14)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    heard = await hearing(leg)
    names = ("claim_tail_intro", "digits/00", "digits/01")
    said = [heard.says(name) for name in (*names, "claim_now", "claim_status_assessed")]
    starts = [at for at in said if at is not None]
    assert len(starts) == len(said)
    assert starts == sorted(starts)


async def test_a_wrong_report_number_leads_to_a_person_at_the_second_try(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await house.call(house.caller(STRANGER, record_to=tmp_path), "95518")
    leg.press("3199999999")
    missing = await house.event("lookupEnded", call_id, 25, source="claims.status")
    assert missing["result"] == "missing"
    await house.event("nodeEntered", call_id, node="claim_not_found")
    await asyncio.sleep(1.5)
    leg.press("99999998")
    queued = await house.event("queued", call_id, 20)
    assert (queued["queue"], queued["variables"]["auth"]) == ("consult", "failed")
    leg.hang_up()
    await leg.until("DISCONNECTED")
    assert (await hearing(leg)).prompt("claim_not_found").seconds > 1


async def test_silence_three_times_leads_to_a_person(house: House, tmp_path: Path) -> None:
    leg, call_id = await house.call(house.caller(record_to=tmp_path), SHORT_MENU)
    await house.event("queued", call_id, 30)
    leg.hang_up()
    await leg.until("DISCONNECTED")
    assert house.events(call_id).count("noInput") == 3
    assert (await hearing(leg)).prompt("too_many_errors")


async def test_nonsense_on_the_keys_leads_to_a_person(house: House) -> None:
    leg, call_id = await house.call(house.caller(), SHORT_MENU)
    leg.press("#7#88")
    await house.event("queued", call_id, 30)
    kinds = house.events(call_id)
    assert kinds.count("noMatch") == 3
    assert leg.state == "CONFIRMED"


async def test_a_long_burst_of_keys_harms_nobody(house: House) -> None:
    leg, call_id = await house.call(house.caller(STRANGER), "95518")
    leg.press("*#" * 8 + "9" * 8)
    queued = await house.event("queued", call_id, 30)
    assert queued["queue"] == "consult"
    assert leg.state == "CONFIRMED"


async def test_key_8_speaks_english_and_rings_an_agent_who_does(
    house: House, tmp_path: Path
) -> None:
    await house.seats["1001"].ready()
    await house.seats["1003"].ready()
    leg, call_id = await house.call(house.caller(FOREIGNER, record_to=tmp_path), "95518")
    leg.press("812")
    queued = await house.event("queued", call_id, 30)
    assert (queued["language"], queued["queue"]) == ("en", "motor")
    await house.event("established", call_id, agentId="1003")
    leg.hang_up()
    await leg.until("DISCONNECTED")
    assert (await hearing(leg)).prompt("motor_general_connecting", "en")


async def test_at_night_advice_is_closed_and_loss_reports_are_not(house: House) -> None:
    leg, call_id = await house.call(house.caller(STRANGER), NIGHT)
    leg.press("41")
    await house.event("nodeEntered", call_id, node="welcome_night")
    await house.event("nodeEntered", call_id, 25, node="closed")
    leg.press("12")
    queued = await house.event("queued", call_id, 25)
    assert queued["queue"] == "motor"


async def test_a_caller_who_leaves_in_the_menu_is_cleared_and_was_in_no_queue(
    house: House,
) -> None:
    leg, call_id = await house.call(house.caller(STRANGER), "95518")
    await house.event("nodeEntered", call_id)
    leg.hang_up()
    await house.event("callCleared", call_id, clearedBy="caller")
    assert "queueLeft" not in house.events(call_id)
