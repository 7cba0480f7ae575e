"""Transfers, own calls and supervision by command: whom they are done for, and who may not."""

from typing import Any

import pytest

from cti.core.control_events import TargetKind
from cti.services.reach_ports import Act
from tests.web.conftest import OpenDesk
from tests.web.parts import World

WHY = {"reason": "新人"}
ACT = Act(by="supervisor", reason="新人")


@pytest.mark.parametrize(
    ("cmd", "fields", "done"),
    [
        (
            "singleStepTransfer",
            {"kind": "queue", "target": "consult"},
            ("transfer", "1023", TargetKind.QUEUE, "consult"),
        ),
        ("transferToSurvey", {}, ("to_survey", "1023")),
        ("sendToMenu", {"task": "identity"}, ("to_menu", "1023", "identity")),
        ("makeCall", {"number": "13800138000"}, ("make_call", "1023", "13800138000", None)),
        (
            "pickUpCall",
            {"callId": "c-1", **WHY},
            ("pick_up", Act(by="ma", reason="新人"), "c-1", "1023"),
        ),
    ],
)
async def test_an_agents_command_is_done_for_himself(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any], done: object
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["ok"]
    assert world.reach.asked == [done]


@pytest.mark.parametrize(
    ("cmd", "fields", "done"),
    [
        (
            "interceptCall",
            {"agentId": "1023", "to": "1024", **WHY},
            ("intercept", ACT, "1023", "1024"),
        ),
        (
            "interceptCall",
            {"callId": "c-1", "to": "1024", **WHY},
            ("intercept", ACT, "with c-1", "1024"),
        ),
        ("pickUpCall", {"callId": "c-1", "to": "1024", **WHY}, ("pick_up", ACT, "c-1", "1024")),
        ("releaseCall", {"agentId": "1023", **WHY}, ("release", ACT, "1023")),
    ],
)
async def test_a_supervisors_command_is_done_in_his_name(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any], done: object
) -> None:
    desk = await open_desk(world, "supervisor")
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["ok"]
    assert world.reach.asked == [done]


@pytest.mark.parametrize(
    ("cmd", "fields"),
    [
        ("monitorStart", {"agentId": "1024", "mode": "listen", **WHY}),
        ("monitorChange", {"mode": "barge"}),
        ("monitorStop", {}),
        ("interceptCall", {"agentId": "1024", **WHY}),
        ("releaseCall", {"agentId": "1024", **WHY}),
    ],
)
async def test_an_agent_has_no_hand_in_others_calls(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any]
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.answer(cmd, **fields))["code"] == "desk.not_a_supervisor"
    assert world.reach.asked == []


async def test_a_supervisor_without_a_phone_cannot_listen(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world, "supervisor")
    await desk.resume()
    answer = await desk.answer("monitorStart", agentId="1023", mode="whisper", **WHY)
    assert answer["code"] == "desk.no_phone"


async def test_what_the_floor_refuses_is_told_in_words(world: World, open_desk: OpenDesk) -> None:
    world.reach.refuse = "number_blocked"
    desk = await open_desk(world)
    await desk.resume()
    answer = await desk.answer("makeCall", number="13800138000")
    assert (answer["ok"], answer["code"]) == (False, "desk.number_blocked")
    assert answer["message"]
