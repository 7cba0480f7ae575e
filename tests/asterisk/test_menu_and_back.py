"""An agent sends his caller to the menu and gets him back, with what was found out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.control import TALK_S, Talk, between, heard_by, spans, talk
from tests.asterisk.hearing import Hearing
from tests.asterisk.house import AGENT_TONES_HZ, CALLER_TONE_HZ, MENU_S, House
from tests.asterisk.lines import Line, until_lines

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

FIRST, SECOND = AGENT_TONES_HZ["1001"], AGENT_TONES_HZ["1003"]
ASKED = "from_agent/report_no"


async def sent(house: House, folder: Path, *others: str) -> Talk:
    """A caller who hears the menu while his agent waits for him."""
    call = await talk(house, folder, *others)
    await call.seat.do("sendToMenu", task="report_no")
    await call.event("held", agentId="1001")
    await call.event("sentToMenu", agentId="1001", task="report_no")
    await call.event("nodeEntered", node=ASKED)
    await call.seat.until_state("held")
    return call


async def ended(call: Talk) -> tuple[Hearing, Hearing]:
    """The agent leaves, the caller rates him; what the caller and the agent heard."""
    await call.seat.do("clearConnection")
    agent = await heard_by(call.agent)
    await call.house.rate(call.caller, call.call_id)
    return await heard_by(call.caller), agent


def talked_twice(caller: Hearing, agent: Hearing) -> None:
    """Both heard each other before and after, and neither the other in between."""
    before, after = spans(agent.tone(CALLER_TONE_HZ))
    assert after[0] - before[1] > TALK_S / 2
    assert not agent.prompt("claim_ask_report_no") and not agent.music()
    first, again = spans(caller.tone(FIRST))
    assert not between(caller.tone(FIRST), first[1] + 0.1, again[0] - 0.1)
    assert caller.prompt("claim_ask_report_no")


async def test_the_caller_keys_in_a_number_and_the_same_agent_has_it(
    house: House, tmp_path: Path
) -> None:
    call = await sent(house, tmp_path)
    await asyncio.sleep(TALK_S)
    call.caller.press("20261123")
    await call.event("backFromMenu", agentId="1001", result="returned")
    await call.event("retrieved", agentId="1001")
    pop = await call.seat.desktop.until(
        5, type="screenPop", callId=call.call_id, variables={"report_no": "20261123"}
    )
    assert pop
    await call.seat.until_state("talking")
    await asyncio.sleep(TALK_S)
    talked_twice(*await ended(call))
    kinds = house.events(call.call_id)
    assert (kinds.count("recordStarted"), kinds.count("recordStopped")) == (2, 2)
    assert kinds.index("recordStopped") > kinds.index("sentToMenu")
    assert [kinds.count(one) for one in ("queued", "queueLeft", "connectionCleared")] == [1, 1, 1]


async def test_an_agent_calls_his_caller_back_from_the_menu(house: House, tmp_path: Path) -> None:
    call = await sent(house, tmp_path)
    refused = await call.seat.desktop.command("holdCall")
    assert refused["code"] == "desk.caller_in_menu"
    await asyncio.sleep(TALK_S)
    await call.seat.do("retrieveCall")
    await call.event("backFromMenu", agentId="1001", result="recalled")
    await call.seat.until_state("talking")
    await asyncio.sleep(TALK_S)
    talked_twice(*await ended(call))


async def test_a_recall_in_the_moment_of_his_return_parts_nobody(
    house: House, tmp_path: Path
) -> None:
    """It comes to Asterisk when the two are joined already."""
    call = await sent(house, tmp_path)
    await asyncio.sleep(TALK_S)
    call.caller.press("20261123")
    await call.event("backFromMenu", agentId="1001", result="returned")
    await call.seat.until_state("talking")
    await asyncio.sleep(TALK_S)
    channel, leg = await legs(call)
    await house.site.asterisk_says(f"dialplan set chanvar {channel} ACD_RECALLED {leg}")
    await house.site.asterisk_says(f"channel redirect {channel} acd-menu,recalled,1")
    await asyncio.sleep(2 * TALK_S)
    caller, agent = await ended(call)
    assert len(spans(agent.tone(CALLER_TONE_HZ))) >= 2
    assert spans(caller.tone(FIRST))[-1][1] > spans(caller.tone(FIRST))[0][1] + 2 * TALK_S
    kinds = house.events(call.call_id)
    assert [kinds.count(one) for one in ("queued", "connectionCleared")] == [1, 1]


async def legs(call: Talk) -> tuple[str, str]:
    """The channels of the caller and of his agent."""
    text = await call.house.site.asterisk_says("core show channels concise")
    rows = [row.split("!") for row in text.splitlines() if row.count("!") > 11]
    [caller] = [row[0] for row in rows if row[-1] == call.call_id]
    [agent] = [row[0] for row in rows if row[-1] != call.call_id]
    return caller, agent


async def test_whoever_takes_too_long_is_back_with_his_agent(house: House, tmp_path: Path) -> None:
    call = await sent(house, tmp_path)
    await call.event("backFromMenu", MENU_S + 5, agentId="1001", result="timeOut")
    await call.seat.until_state("talking")
    await asyncio.sleep(TALK_S)
    talked_twice(*await ended(call))


async def test_a_caller_whose_agent_left_meanwhile_goes_to_the_head_of_his_queue(
    house: House, tmp_path: Path
) -> None:
    call = await sent(house, tmp_path, "1003")
    await call.seat.do("clearConnection")
    await call.event("backFromMenu", agentId="1001", result="agentLeft")
    await call.seat.until_state("wrap_up")
    call.caller.press("20261123")
    queued = await call.event("queued", why="agentLeft")
    assert (queued["queue"], queued["call"]["head"]) == ("motor", True)  # type: ignore[index]
    await call.event("established", agentId="1003")
    other = house.seats["1003"]
    await other.desktop.until(5, type="screenPop", callId=call.call_id)
    await asyncio.sleep(TALK_S)
    await other.do("clearConnection")
    await house.rate(call.caller, call.call_id)
    assert spans((await heard_by(call.caller)).tone(SECOND))


async def test_a_caller_who_hangs_up_in_the_menu_leaves_his_agent_to_the_wrap_up(
    house: House, tmp_path: Path
) -> None:
    call = await sent(house, tmp_path)
    call.caller.hang_up()
    await call.event("callCleared", clearedBy="caller")
    await call.seat.until_state("wrap_up")
    await heard_by(call.agent)
    assert "backFromMenu" not in house.events(call.call_id)


async def test_a_task_that_the_menu_does_not_have_is_refused(house: House, tmp_path: Path) -> None:
    call = await talk(house, tmp_path)
    answer = await call.seat.desktop.command("sendToMenu", task="pin")
    assert answer["code"] == "desk.unknown_task"
    assert "held" not in house.events(call.call_id)
    options = await house.board.get("/api/v1/options")
    assert [one["name"] for one in options["menuTasks"]] == ["identity", "report_no"]
    await ended(call)


def together(found: Sequence[Line]) -> bool:
    """Two lines are in one bridge."""
    bridges = [line.bridge for line in found if line.bridge]
    return len(bridges) == 2 and len(set(bridges)) == 1


async def test_a_server_that_dies_in_the_middle_leaves_the_two_together(
    house: House, tmp_path: Path
) -> None:
    call = await sent(house, tmp_path)
    house.site.kill("server")
    # Asterisk looks at the socket when the prompt and the wait for keys are over.
    await until_lines(house.site, together)
    await house.site.start("server")
    await house.board_again()
    snapshot = await house.board.until(type="snapshot")
    [found] = snapshot["calls"]
    assert (found["phase"], found["agentId"], found["task"]) == ("talking", "1001", "")
    states = {agent["agentId"]: agent["state"] for agent in snapshot["agents"]}
    assert states["1001"] == "talking"
    talked_twice(*await ended(call))


async def test_a_caller_whose_agent_and_server_are_gone_is_still_served(
    house: House, tmp_path: Path
) -> None:
    call = await sent(house, tmp_path, "1003")
    # A server that takes long to come back leaves the caller to the native queue, which rings everybody.
    call.seat.phone.answer_like(Answering(refuse_with=486))
    call.agent.hang_up()
    await call.event("backFromMenu", result="agentLeft")
    house.site.kill("server")
    await asyncio.sleep(TALK_S)
    await house.site.start("server")
    await house.board_again()
    their_leg = await house.seats["1003"].phone.until_rung(20)
    await their_leg.until("CONFIRMED", 15)
    await asyncio.sleep(2 * TALK_S)
    call.caller.hang_up()
    assert spans((await heard_by(their_leg)).tone(CALLER_TONE_HZ))
