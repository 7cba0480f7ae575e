"""What a desktop may ask, and that it is done once."""

from typing import Any

import pytest

from cti.core.agent_state import AgentStatus
from cti.core.events import AgentReady
from cti.core.ids import AgentId, CallId
from cti.services.ports import Refused, StoreDown, WrapUp
from cti.web.command_fields import Field
from tests.web.browsers import Browser, Desk
from tests.web.conftest import OpenBrowser, OpenDesk
from tests.web.parts import World
from tests.web.samples import NOW

READY = AgentReady(at=NOW, agent_id=AgentId("1023"))


@pytest.mark.parametrize(
    ("cmd", "fields", "done"),
    [
        ("logOn", {}, ("log_on", "1023")),
        ("logOff", {}, ("log_off", "1023")),
        ("setAgentState", {"status": "ready"}, ("set_status", "1023", AgentStatus.READY, None)),
        (
            "setAgentState",
            {"status": "not_ready", "reason": "REST"},
            ("set_status", "1023", AgentStatus.NOT_READY, "REST"),
        ),
        ("clearConnection", {}, ("hang_up", "1023")),
        ("extendWrapUp", {}, ("extend_wrap_up", "1023")),
        (
            "saveWrapUp",
            {"callId": "c-1", "reason": "report", "remarks": "好", "solved": False}
            | {"followUp": True},
            (
                "save_wrap_up",
                "1023",
                WrapUp(
                    call_id=CallId("c-1"),
                    reason="report",
                    remarks="好",
                    solved=False,
                    follow_up=True,
                ),
            ),
        ),
    ],
)
async def test_a_command_is_done_for_the_agent_who_signed_in(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, object], done: object
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    assert await desk.answer(cmd, **fields) == {"ref": "r2", "ok": True}
    assert world.desk.done == [done]


async def test_a_refusal_is_told_with_code_and_sentence(world: World, open_desk: OpenDesk) -> None:
    world.desk.refusal = Refused("in_call")
    desk = await open_desk(world)
    await desk.resume()
    assert await desk.answer("logOff") == {
        "ref": "r2",
        "ok": False,
        "code": "desk.in_call",
        "message": "您正在通话或处理来电,现在不能执行此操作。",
    }


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Refused("no_such_code"), "desk.no_such_code"),
        (StoreDown("down"), "failure.store"),
        (RuntimeError("bug"), "failure.internal"),
    ],
)
async def test_a_failing_command_is_answered_and_the_socket_lives(
    world: World, open_desk: OpenDesk, failure: Exception, code: str
) -> None:
    world.desk.refusal = failure
    desk = await open_desk(world)
    await desk.resume()
    found = await desk.answer("logOn")
    assert (found["ok"], found["code"], bool(found["message"])) == (False, code, True)
    assert (await desk.answer("ping"))["ok"] is True


async def test_supervisors_have_no_agents_commands(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world, "supervisor")
    await desk.resume()
    assert (await desk.answer("logOn"))["code"] == "desk.not_an_agent"
    assert world.desk.done == []


async def test_a_repeated_ref_is_answered_again_and_done_once(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    answers = [await desk.answer("logOn", ref="same") for _ in range(3)]
    assert answers == [{"ref": "same", "ok": True}] * 3
    assert len(world.desk.done) == 1


async def test_a_repeated_ref_is_known_after_a_reconnect_in_mid_command(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    world.desk.open.clear()
    first = Desk(await browser.socket())
    await first.resume()
    await first.ask("logOn", ref="same")
    await world.until(lambda: world.desk.asked == 1)
    first.transport.abort()
    second = Desk(await browser.socket())
    await second.resume()
    await second.ask("logOn", ref="same")
    world.desk.open.set()
    assert await second.hear() == {"ref": "same", "ok": True}
    assert len(world.desk.done) == 1


async def test_two_hundred_refs_are_remembered(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world)
    await desk.resume()
    for n in range(199):
        await desk.answer("logOn", ref=f"n{n}")
        world.clock.move(1)
    await desk.answer("logOn", ref="n0")
    assert len(world.desk.done) == 199
    for n in range(199, 201):
        await desk.answer("logOn", ref=f"n{n}")
    await desk.answer("logOn", ref="n0")
    assert len(world.desk.done) == 202


async def asked(browser: Browser, body: object) -> tuple[int, Any]:
    status, found, _ = await browser.request("POST", "/api/v1/commands", json=body)
    return status, found


async def test_a_command_by_request_is_done_and_known_to_the_socket_of_the_session(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    assert await asked(browser, {"cmd": "logOn", "ref": "a"}) == (200, {"ref": "a", "ok": True})
    assert await asked(browser, {"cmd": "logOn", "ref": "a"}) == (200, {"ref": "a", "ok": True})
    desk = Desk(await browser.socket())
    await desk.resume()
    assert await desk.answer("logOn", ref="a") == {"ref": "a", "ok": True}
    assert len(world.desk.done) == 1


async def test_a_refused_command_by_request_has_the_refusals_status_each_time(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    world.desk.refusal = Refused("in_call")
    answers = [await asked(browser, {"cmd": "logOff", "ref": "b"}) for _ in range(2)]
    assert [status for status, _ in answers] == [409, 409]
    assert answers[0][1]["code"] == "desk.in_call"
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "protocol.not_an_object"),
        ({"cmd": "logOn"}, "protocol.no_ref"),
        ({"cmd": "fly", "ref": "1"}, "protocol.unknown_command"),
        ({"cmd": "resume", "ref": "1"}, "protocol.unknown_command"),
        ({"cmd": "setAgentState", "ref": "1", "status": "asleep"}, "protocol.wrong_field"),
    ],
)
async def test_what_is_no_command_is_a_bad_request(
    world: World, open_browser: OpenBrowser, body: object, code: str
) -> None:
    status, found = await asked(await open_browser(world, "ma"), body)
    assert (status, found["code"]) == (400, code)


async def test_a_foreign_page_and_a_stranger_command_nothing(
    world: World, open_browser: OpenBrowser
) -> None:
    ma, stranger = await open_browser(world, "ma"), await open_browser(world)
    foreign = {"Origin": "https://elsewhere.example"}
    body = {"cmd": "logOn", "ref": "1"}
    status, _, _ = await ma.request("POST", "/api/v1/commands", json=body, headers=foreign)
    assert status == 403
    assert (await asked(stranger, body))[0] == 401
    assert world.desk.done == []


def test_fields_take_their_own_kind_only() -> None:
    skills = Field(dict, pattern="[a-z]+")
    assert skills.accepts({"motor": 3})
    assert not any(map(skills.accepts, [{"motor": True}, {"M": 1}, {"motor": "3"}, [], "motor", 1]))
    names = Field(list, longest=4)
    assert names.accepts(["zh", "en"])
    assert not any(map(names.accepts, [["toolong"], [1], {"zh": 1}, "zh", ["a"] * 51]))
    assert Field(int).accepts(3)
    assert not any(map(Field(int).accepts, [True, "3", 3.0, 10**12]))


@pytest.mark.parametrize(
    ("cmd", "fields", "asked"),
    [
        ("answerCall", {}, ("answer", "1023")),
        ("holdCall", {}, ("hold", "1023")),
        ("retrieveCall", {}, ("retrieve", "1023")),
        (
            "consultationCall",
            {"kind": "queue", "target": "major"},
            ("consult", "1023", "queue", "major"),
        ),
        ("transferCall", {}, ("complete", "1023")),
        ("reconnectCall", {}, ("cancel", "1023")),
        ("alternateCall", {}, ("alternate", "1023")),
        ("conferenceCall", {}, ("conference", "1023")),
        ("setMute", {"on": True}, ("set_mute", "1023", "True")),
        ("sendDigits", {"digits": "12#"}, ("send_digits", "1023", "12#")),
    ],
)
async def test_an_agent_controls_his_call_once_for_each_ref(
    world: World, open_desk: OpenDesk, cmd: str, fields: dict[str, Any], asked: tuple[str, ...]
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    answers = [await desk.answer(cmd, ref="same", **fields) for _ in range(2)]
    assert answers == [{"ref": "same", "ok": True}] * 2
    assert world.control.asked == [asked]


async def test_a_call_controls_refusal_is_told_with_its_sentence(
    world: World, open_desk: OpenDesk
) -> None:
    world.control.refuse = "not_held"
    desk = await open_desk(world)
    await desk.resume()
    found = await desk.answer("retrieveCall")
    assert (found["ok"], found["code"]) == (False, "desk.not_held")
    assert found["message"] == "来电人不在保持中。"
