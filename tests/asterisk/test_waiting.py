"""What waiting callers are told: their place and their time, in their language, with music around it."""

import asyncio
from pathlib import Path

import pytest

from cti.simulation.phones import Answering, Leg
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import ANNOUNCED_AFTER_S, DIRECT, House, Seat, hearing
from tests.asterisk.lines import plays, until_lines, waiting
from tests.asterisk.test_callbacks import press_until_chosen
from tests.asterisk.waiting_trees import ENGLISH_SALES

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(180)]

QUICKLY = Answering(after_s=0.1)
SALES = "1002"
ANSWERS_NEEDED = 3
MUSIC_S = 2.0
"""So long the music after the words is listened to."""


async def serve(house: House, seat: Seat, number: str) -> None:
    """One short call, from the first ring to the end of the wrap-up."""
    leg, call_id = await house.call(house.caller(number), DIRECT["sales"])
    await house.event("established", call_id)
    await asyncio.sleep(0.5)
    leg.hang_up()
    await house.event("wrapUpEnded", call_id)
    house.board.frames.clear()


async def busy(house: House) -> tuple[Seat, Leg]:
    """The one who sells has served enough calls for a figure, and is in a talk."""
    seat = house.seats[SALES]
    await seat.ready(QUICKLY)
    for turn in range(ANSWERS_NEEDED):
        await serve(house, seat, f"1379700000{turn}")
    leg, call_id = await house.call(house.caller("13797000009"), DIRECT["sales"])
    await house.event("established", call_id)
    return seat, leg


async def waits(house: House, number: str, dialled: str, tmp_path: Path) -> tuple[Leg, str]:
    phone = house.caller(number, record_to=tmp_path)
    leg, call_id = await house.call(phone, dialled)
    await house.event("queued", call_id)
    return leg, call_id


def rests(heard: Hearing, first_s: float, last_s: float) -> bool:
    """Music before the words, and again soon after them."""
    music = heard.music()
    before = [at for at in music.at_s if at < first_s]
    after = [at for at in music.at_s if at > last_s]
    return bool(before) and first_s - before[-1] < 1.7 and bool(after) and after[0] - last_s < 1.7


async def test_three_callers_hear_their_places_and_times_and_are_served_in_that_order(
    house: House, tmp_path: Path
) -> None:
    seat, talk = await busy(house)
    first, one = await waits(house, "13797000001", DIRECT["sales"], tmp_path)
    second, two = await waits(house, "13797000002", DIRECT["sales"], tmp_path)
    third, three = await waits(house, "13797000003", ENGLISH_SALES, tmp_path)
    told = [await house.event("waitAnnounced", each, 15) for each in (one, two, three)]
    assert [(each["position"], each["waitS"]) for each in told] == [(1, 60), (2, 60), (3, None)]
    await until_lines(house.site, lambda found: not any(map(plays, waiting(found))))
    await asyncio.sleep(MUSIC_S)
    third.hang_up()
    second.hang_up()
    await third.until("DISCONNECTED")
    await second.until("DISCONNECTED")
    talk.hang_up()
    await house.event("established", one)
    await asyncio.sleep(1)
    first.hang_up()
    await first.until("DISCONNECTED")
    head, behind, english = [await hearing(each) for each in (first, second, third)]
    assert head.says("queue_next") is not None
    assert head.prompt("queue_ahead_intro").seconds < 0.5
    begins, ends = behind.says("queue_ahead_intro"), behind.says("queue_eta_about")
    assert begins is not None
    assert ends is not None
    assert ANNOUNCED_AFTER_S - 1 <= begins <= ANNOUNCED_AFTER_S + 5
    order = [behind.says(each) for each in ("unit/callers", "queue_eta_intro", "unit/minutes")]
    assert [begins, *order, ends] == sorted([begins, *order, ends])  # type: ignore[type-var]
    assert rests(behind, begins, ends + 0.8)
    assert english.says("queue_ahead_intro", "en") is not None
    assert english.says("unit/callers", "en") is not None
    assert english.says("queue_eta_intro", "en") is None
    gauges = await house.site.gauges()
    assert gauges["callback_invariant_broken"] == 0
    assert gauges["wait_error_told"] >= 1
    await seat.until_state("wrap_up")


async def test_a_key_pressed_into_the_words_still_opens_the_choice(
    house: House, tmp_path: Path
) -> None:
    leg, call_id = await waits(house, "13797000001", DIRECT["sales"], tmp_path)
    await house.event("waitAnnounced", call_id, 15)
    await asyncio.sleep(0.5)
    leg.press("2")
    await house.event("nodeEntered", call_id, 3, node="which_number")
    leg.hang_up()


async def test_a_free_agent_cuts_the_words_short(house: House, tmp_path: Path) -> None:
    leg, call_id = await waits(house, "13797000001", DIRECT["sales"], tmp_path)
    await house.event("waitAnnounced", call_id, 15)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await house.seats[SALES].ready(QUICKLY)
    await house.event("delivered", call_id)
    assert loop.time() - began < 1.5
    await house.event("established", call_id)
    leg.hang_up()


async def test_whoever_still_waits_when_the_office_closes_may_leave_a_message(house: House) -> None:
    leg, call_id = await house.call(house.caller("13797000001"), DIRECT["consult"])
    await house.event("queued", call_id)
    await house.board.put("/api/v1/modes/night", {"on": True, "hours": 1, "reason": "closing"})
    try:
        await press_until_chosen(house, leg, call_id, "late")
        leg.press("3")
        left = await house.event("queueLeft", call_id, 20)
        await asyncio.sleep(2)  # the caller speaks for a while
        leg.hang_up()
        await house.event("voicemailLeft", call_id, 20)
    finally:
        await house.board.put("/api/v1/modes/night", {"on": False, "reason": "open again"})
    assert left["outcome"] == "voicemail"
    assert house.events(call_id).count("queueLeft") == 1
