"""Callers who hang up, say nothing or hammer on the keys, at every kind of node: nothing remains."""

import asyncio
import itertools
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cti.simulation.phones import Phone
from tests.asterisk.house import DIRECT, House, hearing
from tests.asterisk.odd_trees import NODES
from tests.asterisk.raw_sip import RawCaller, raw_caller
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.test_history import row_of

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

HANGS_UP: Mapping[str, tuple[str, str]] = {
    "a menu": ("", "main"),
    "a number that is collected": ("1", "digits"),
    "a look-up": ("2", "looks"),
    "a script": ("3", "asks"),
    "a message": ("4", "message"),
    "a text message": ("5", "text"),
    "a callback": ("6", "call_back"),
    "a survey": ("7", "rated"),
    "a language": ("8", "english"),
    "prompts": ("#", "plays"),
    "prompts that no key ends": ("*4", "deaf"),
}
"""What is left → keys that lead there, and the node."""
STAYS_SILENT: Mapping[str, tuple[str, str, str]] = {
    "a menu": ("", "main", "queued"),
    "a number that is collected": ("1", "digits", "queued"),
    "a script that asks": ("3", "asks", "queued"),
    "a message": ("4", "message", "callCleared"),
    "a menu that lets go": ("*7", "gives_up", "callCleared"),
}
"""Where nothing is said → keys, the node, and what his call comes to."""
FLOODS: Mapping[str, tuple[str, str]] = {
    "a menu": ("", "main"),
    "a number that is collected": ("1", "digits"),
    "a script that asks": ("3", "asks"),
    "a message": ("4", "message"),
    "prompts": ("#", "plays"),
    "prompts that no key ends": ("*4", "deaf"),
}
FLOOD = "".join(itertools.islice(itertools.cycle("1234567890*#55##**"), 200))
FLOOD_S = 2.0
END_S, SURVEY_S, LONGEST_GAP_S = 30.0, 45.0, 3.0


async def come_to(
    house: House, number: str, keys: str, node: str, record_to: Path | None = None
) -> tuple[Phone, str]:
    phone = house.caller(number, record_to)
    leg, call_id = await house.call(phone, NODES)
    await house.event("nodeEntered", call_id, node="main")
    if keys:
        leg.press(keys)
    await house.event("nodeEntered", call_id, node=node)
    return phone, call_id


async def hang_up_at(house: House, number: str, keys: str, node: str) -> tuple[str, str]:
    """How the call ended, and how history says so."""
    phone, call_id = await come_to(house, number, keys, node)
    phone.leg.hang_up()
    cleared = await house.event("callCleared", call_id, END_S)
    row = await row_of(house, call_id)
    return str(cleared["clearedBy"]), str(row["clearedBy"])


async def test_a_hang_up_at_any_node_leaves_nothing_behind(house: House) -> None:
    ends = await asyncio.gather(
        *(
            hang_up_at(house, f"139970013{n:02d}", keys, node)
            for n, (keys, node) in enumerate(HANGS_UP.values())
        )
    )
    assert dict(zip(HANGS_UP, ends, strict=True)) == dict.fromkeys(HANGS_UP, ("caller", "caller"))
    for ticket in [f for f in house.board.frames if f.get("type") == "callbackRequested"]:
        await house.board.delete(f"/api/v1/callbacks/{ticket['callId']}", {"reason": "test over"})
    await house.until_quiet()


async def stay_silent(house: House, number: str, keys: str, node: str, end: str) -> str:
    silent = Phone(number, house.registrar, tone_hz=0)
    house.callers[number] = house.phones.add(silent)
    _, call_id = await come_to(house, number, keys, node)
    await house.event(end, call_id, END_S)
    return end


async def silence_at_the_survey(house: House) -> int:
    """How often he was asked before he was let go."""
    seat = house.seats["1001"]
    await seat.ready()
    leg, call_id = await house.call(house.caller("13997001450"), DIRECT["motor"])
    await house.event("established", call_id)
    await seat.do("clearConnection")
    await leg.until("DISCONNECTED", SURVEY_S)
    return house.events(call_id).count("noInput")


async def test_whoever_says_nothing_comes_to_an_end(house: House) -> None:
    *ends, counted = await asyncio.gather(
        *(
            stay_silent(house, f"139970014{n:02d}", *each)
            for n, each in enumerate(STAYS_SILENT.values())
        ),
        silence_at_the_survey(house),
    )
    assert ends == [end for _, _, end in STAYS_SILENT.values()]
    assert counted == 2


async def flood_at(house: House, caller: RawCaller, number: str, keys: str, node: str) -> None:
    """200 keys in two seconds; then his call is cleared, whatever they came to."""
    sender = f"<sip:{number}@127.0.0.1>".encode()
    assert await caller.invite(NODES, sender) == 200
    masked = f"{number[:3]}****{number[-4:]}"
    call_id = (await house.board.until(type="offered", callerNumber=masked))["callId"]
    await caller.speak(25)
    await house.event("nodeEntered", call_id, node="main")
    await caller.press(keys, 0.2)
    await house.event("nodeEntered", call_id, node=node)
    await caller.press(FLOOD, FLOOD_S / len(FLOOD))
    await asyncio.sleep(1)
    await caller.bye()
    await house.event("callCleared", call_id, END_S)


async def test_a_flood_of_keys_anywhere_harms_nobody(house: House) -> None:
    other, other_id = await house.call(house.caller("13997001599"), SHORT_MENU)
    async with AsyncExitStack() as stack:
        port = house.registrar.port
        callers = [
            await stack.enter_async_context(raw_caller(house.registrar.host, port)) for _ in FLOODS
        ]
        await asyncio.gather(
            *(
                flood_at(house, caller, f"139970015{n:02d}", *where)
                for n, (caller, where) in enumerate(zip(callers, FLOODS.values(), strict=True))
            ),
            reacts(house, other_id),
        )
    assert other.state == "CONFIRMED"
    assert "agi visit failed" not in house.site.log("server")


async def reacts(house: House, call_id: str) -> None:
    """Another caller's keys count within a second while the floods come in."""
    leg = house.callers["13997001599"].leg
    await house.event("nodeEntered", call_id, node="main")
    for count in range(1, 8):
        leg.press("2")
        async with asyncio.timeout(1.0):
            while house.events(call_id).count("digitsDialed") < count:  # noqa: ASYNC110 (of one kind)
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.5)


async def test_a_flood_of_keys_at_the_survey_is_one_answer(house: House) -> None:
    seat = house.seats["1001"]
    await seat.ready()
    async with raw_caller(house.registrar.host, house.registrar.port) as caller:
        assert await caller.invite(DIRECT["motor"], b"<sip:13997001560@127.0.0.1>") == 200
        offered = await house.board.until(type="offered", callerNumber="139****1560")
        call_id = str(offered["callId"])
        await caller.speak(25)
        await house.event("established", call_id)
        await seat.do("clearConnection")
        await house.event("nodeEntered", call_id, node="after_call/ask")
        await caller.press(FLOOD, FLOOD_S / len(FLOOD))
        await house.event("callCleared", call_id, END_S)
    assert house.events(call_id).count("surveyAnswered") <= 1


@pytest.mark.parametrize(
    ("missing", "english"), [(("zh",), True), (("zh", "en"), False)], ids=["here", "everywhere"]
)
async def test_a_missing_prompt_is_heard_in_english_or_left_out_and_the_rest_goes_on(
    house: House, tmp_path: Path, missing: tuple[str, ...], english: bool
) -> None:
    prompts = house.site.configuration.settings.folders.prompts
    lost = {prompts / each / "claim_received.alaw": tmp_path / each for each in missing}
    for path, aside in lost.items():
        path.rename(aside)
    try:
        phone, _ = await come_to(house, "13997001570", "*8", "patchy", tmp_path)
        await phone.leg.until("DISCONNECTED", END_S)
    finally:
        for path, aside in lost.items():
            aside.rename(path)
    heard = await hearing(phone.leg)
    before, after = heard.says("claim_now"), heard.says("claim_report_of")
    assert before is not None
    assert after is not None
    assert bool(heard.says("claim_received", "en")) is english
    # No more silence than what stands in for the prompt takes: an English sentence, or nothing.
    assert 0 < after - before < (LONGEST_GAP_S + 2 if english else LONGEST_GAP_S)
    assert ("no such sound: 95518/claim_received" in house.site.log("server")) is not english
