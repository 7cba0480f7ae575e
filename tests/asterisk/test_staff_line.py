"""The staff line as it ships: a number and a PIN by key, on a live line."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.simulation.phones import Leg
from cti.staff_pins import FAILURES, FILE, StaffPins
from tests.asterisk.house import House, hearing
from tests.asterisk.odd_trees import STAFF

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

NUMBER, PIN, WRONG = "6001", "471100", "0815"
KEY_S, REFUSAL_S = 0.25, 2.5


@pytest.fixture(autouse=True)
def pins(_house: House) -> Iterator[StaffPins]:
    """One number is on the line."""
    folder = _house.site.folder / "secrets"
    found = StaffPins(folder)
    found.put(NUMBER, PIN)
    yield found
    (folder / FILE).unlink()


async def try_pins(leg: Leg, *pins: str) -> None:
    """Key number and PIN, again when the refusal has been heard."""
    for pin in pins:
        leg.press(keys := f"{NUMBER}#{pin}#")
        await asyncio.sleep(KEY_S * len(keys) + REFUSAL_S)


async def test_the_right_pin_leads_to_the_staff_queue(house: House) -> None:
    leg, call_id = await house.call(house.caller("13997000111"), STAFF)
    leg.press("*518")
    await house.event("nodeEntered", call_id, node="staff")
    leg.press(f"{NUMBER}#{PIN}#")
    queued = await house.event("queued", call_id, 30)
    assert queued["queue"] == "staff"
    told = queued["variables"]
    assert (told["staff.number"], told["staff.result"]) == (NUMBER, "ok")
    assert PIN not in house.site.log("server")


async def test_three_wrong_pins_lead_back_to_the_menu(house: House, tmp_path: Path) -> None:
    leg, call_id = await house.call(house.caller("13997000112", record_to=tmp_path), STAFF)
    leg.press("*518")
    await house.event("nodeEntered", call_id, node="staff")
    await try_pins(leg, WRONG, WRONG, WRONG)
    await house.event("nodeEntered", call_id, 30, node="refused")
    leg.hang_up()
    await leg.until("DISCONNECTED")
    assert house.nodes(call_id)[:4] == ["main", "staff", "checked", "refused"]
    assert (await hearing(leg)).prompt("staff_refused")


async def test_a_locked_number_is_refused_with_the_right_pin_too(
    house: House, pins: StaffPins
) -> None:
    for _ in range(FAILURES):
        pins.check(NUMBER, WRONG, datetime.now(UTC))
    leg, call_id = await house.call(house.caller("13997000113"), STAFF)
    leg.press("*518")
    await house.event("nodeEntered", call_id, node="staff")
    await try_pins(leg, PIN, PIN, PIN)
    await house.event("nodeEntered", call_id, 30, node="refused")
