"""Every command by whom it is not for, at the wrong time, of others' calls, malformed, twice: a code with
words in both languages, and nothing changed."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from cti.core.ids import CallId
from cti.messages import text
from cti.web.command_fields import Field
from cti.web.commands import COMMANDS
from tests.web.browsers import Browser, Desk
from tests.web.conftest import OpenBrowser
from tests.web.live_floor import ME, MINE, NUMBER, OTHER, OVER, THEIRS, FloorWorld

WHY = {"reason": "测试"}
WELL_FORMED: Mapping[str, Mapping[str, Any]] = {
    "logOn": {"extension": "8023"},
    "logOff": {},
    "setAgentState": {"status": "not_ready", "reason": "REST"},
    "cancelPending": {},
    "clearConnection": {},
    "saveWrapUp": {"callId": MINE, "reason": "report"},
    "extendWrapUp": {},
    "endWrapUp": {},
    "answerCall": {},
    "holdCall": {},
    "retrieveCall": {},
    "consultationCall": {"kind": "agent", "target": OTHER},
    "transferCall": {},
    "reconnectCall": {},
    "alternateCall": {},
    "conferenceCall": {},
    "setMute": {"on": True},
    "pauseRecording": {},
    "resumeRecording": {},
    "sendDigits": {"digits": "1"},
    "singleStepTransfer": {"kind": "queue", "target": "advice"},
    "transferToSurvey": {},
    "sendToMenu": {"task": "identity"},
    "makeCall": {"number": NUMBER},
    "monitorStart": {"agentId": ME, "mode": "listen", **WHY},
    "monitorChange": {"mode": "barge"},
    "monitorStop": {},
    "interceptCall": {"agentId": ME, "to": OTHER, **WHY},
    "pickUpCall": {"callId": MINE, "to": OTHER, **WHY},
    "releaseCall": {"agentId": ME, **WHY},
    "changeWaitingCall": {"callId": MINE, "priority": 90, **WHY},
    "forceAgentState": {"agentId": ME, "status": "not_ready", **WHY},
    "changeSkills": {"agentId": ME, "skills": {"motor": 2}, **WHY},
    "decideReason": {"agentId": ME, "granted": True, **WHY},
    "sendNotice": {"text": "大雪"},
}
OF_SUPERVISORS = {
    "monitorStart",
    "monitorChange",
    "monitorStop",
    "interceptCall",
    "releaseCall",
    "changeWaitingCall",
    "forceAgentState",
    "changeSkills",
    "decideReason",
    "sendNotice",
}
BY_ANYBODY = {"pickUpCall"}
OF_AGENTS = set(WELL_FORMED) - OF_SUPERVISORS - BY_ANYBODY

Say = Callable[..., Awaitable[dict[str, Any]]]
OpenSay = Callable[[str], Awaitable[Say]]


@pytest.fixture
async def floor(static: Path) -> AsyncIterator[FloorWorld]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(FloorWorld(static))


@pytest.fixture(params=["socket", "request"])
async def open_say(
    request: pytest.FixtureRequest, floor: FloorWorld, open_browser: OpenBrowser
) -> OpenSay:
    """A person's way to command: by his desktop's socket, or by request."""

    async def opened(login: str) -> Say:
        browser = await open_browser(floor, login)
        return await by_socket(browser) if request.param == "socket" else by_request(browser)

    return opened


async def by_socket(browser: Browser) -> Say:
    desk = Desk(await browser.socket())
    await desk.resume()
    return desk.answer


def by_request(browser: Browser) -> Say:
    refs = itertools.count()

    async def say(cmd: str, **fields: Any) -> dict[str, Any]:
        body = {"cmd": cmd, "ref": f"p{next(refs)}", **fields}
        _, found, _ = await browser.request("POST", "/api/v1/commands", json=body)
        return {"ok": False, **found}

    return say


def in_words(answer: Mapping[str, Any]) -> str:
    """The code of a refusal, which has a sentence of its own in both languages."""
    assert answer["ok"] is False, answer
    code = str(answer["code"])
    assert answer["message"]
    key = code if code.startswith("desk.") else f"web.{code}"
    values = dict.fromkeys(("field", "name", "longest", "first", "last"), "1")
    assert text(key, "zh", **values) != text(key, "en", **values)
    return code


def test_every_command_is_in_the_table() -> None:
    assert set(WELL_FORMED) | {"resume", "ping"} == set(COMMANDS)


async def test_nobody_commands_what_his_role_may_not(floor: FloorWorld, open_say: OpenSay) -> None:
    await floor.talks(ME, MINE)
    before = floor.kept()
    forbidden = {
        "ma": OF_SUPERVISORS,
        "supervisor": OF_AGENTS,
        "qa": set(WELL_FORMED),
        "auditor": set(WELL_FORMED),
    }
    for login, commands in forbidden.items():
        say = await open_say(login)
        for cmd in sorted(commands):
            code = in_words(await say(cmd, **WELL_FORMED[cmd]))
            assert code in {"desk.not_a_supervisor", "desk.not_an_agent"}, (login, cmd, code)
    assert floor.kept() == before
    assert floor.audit.lines == []


def misshapen(field: Field) -> Iterator[Any]:
    """Values that the field must not take."""
    if not field.optional:
        yield None
    yield from (1.5, [{"a": 1}], {"a": {"b": 1}}, [[["x"]]])
    if field.kind is str:
        yield from (7, True, ["x"], "字" * (field.longest + 1), "x" * 60_000)
    if field.kind is not bool:
        yield True
    if field.kind is not int:
        yield 10**30
    if field.pattern and field.kind is str and field.longest < 200:
        yield from ("no such\nvalue", "\u202e1", "1;DROP TABLE", "${SHELL(id)}")
        if not re.fullmatch(field.pattern, ""):  # a choice that may be left open
            yield ""


@pytest.mark.parametrize("login", ["ma", "supervisor"])
async def test_a_malformed_field_is_named_and_nothing_is_done(
    floor: FloorWorld, open_say: OpenSay, login: str
) -> None:
    await floor.talks(ME, MINE)
    say, before = await open_say(login), floor.kept()
    for cmd, good in WELL_FORMED.items():
        for name, field in COMMANDS[cmd].items():
            for value in misshapen(field):
                code = in_words(await say(cmd, **{**good, name: value}))
                assert code in {"protocol.wrong_field", "protocol.not_json"}, (cmd, name, value)
    assert floor.kept() == before
    assert floor.audit.lines == []


FITTING: Mapping[str, set[str]] = {
    "logged_out": {"logOn"},
    "not_ready": {"logOn", "logOff", "setAgentState", "makeCall"},
    "idle": {"logOn", "logOff", "setAgentState", "makeCall"},
    "ringing": {"logOn", "setAgentState", "answerCall", "clearConnection"},
    "wrap_up": {
        "logOn",
        "logOff",
        "setAgentState",
        "saveWrapUp",
        "extendWrapUp",
        "endWrapUp",
        "makeCall",
    },
}
"""What an agent may do in each state, without a talk; everything else is refused."""


async def _put(floor: FloorWorld, state: str) -> None:
    if state in ("not_ready", "idle"):
        await floor.ready(ME)
    if state == "ringing":
        await floor.ready(ME)
        await floor.waits(MINE)
    if state == "wrap_up":
        await floor.talks(ME, MINE)
        await floor.leaves(MINE)


@pytest.mark.parametrize("state", sorted(FITTING))
async def test_what_does_not_fit_the_agents_state_is_refused_and_changes_nothing(
    floor: FloorWorld, open_say: OpenSay, state: str
) -> None:
    await _put(floor, state)
    say = await open_say("ma")
    if state == "not_ready":
        assert (await say("setAgentState", status="not_ready", reason="REST"))["ok"]
    before = floor.kept()
    for cmd in sorted(OF_AGENTS - FITTING[state]):
        answer = await say(cmd, **WELL_FORMED[cmd])
        assert answer.get("code", "").startswith("desk."), (cmd, answer)
        code = in_words(answer)
        assert floor.kept() == before, (cmd, code)


OF_OTHERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "wrap-up of another's call": ("ma", {"cmd": "saveWrapUp", "callId": THEIRS}),
    "wrap-up of a call long over": ("ma", {"cmd": "saveWrapUp", "callId": OVER}),
    "taking a call that is talked": ("ma", {"cmd": "pickUpCall", "callId": THEIRS, "to": None}),
    "taking a call long over": ("ma", {"cmd": "pickUpCall", "callId": OVER, "to": None}),
    "moving a call that is talked": ("supervisor", {"cmd": "changeWaitingCall", "callId": THEIRS}),
    "moving a call long over": ("supervisor", {"cmd": "changeWaitingCall", "callId": OVER}),
    "taking over a call long over": (
        "supervisor",
        {"cmd": "interceptCall", "agentId": None, "callId": OVER},
    ),
    "taking over from who has no call": ("supervisor", {"cmd": "interceptCall", "to": OTHER}),
    "taking over to who is in a talk": (
        "supervisor",
        {"cmd": "interceptCall", "agentId": OTHER, "to": OTHER},
    ),
    "handing a call to nobody known": (
        "supervisor",
        {"cmd": "pickUpCall", "callId": OVER, "to": "9999"},
    ),
    "listening without a phone": ("supervisor", {"cmd": "monitorStart", "agentId": OTHER}),
    "ending nobody's call": ("supervisor", {"cmd": "releaseCall"}),
    "ending a stranger's call": ("supervisor", {"cmd": "releaseCall", "agentId": "9999"}),
    "forcing a stranger": ("supervisor", {"cmd": "forceAgentState", "agentId": "9999"}),
    "forcing who is not there": ("supervisor", {"cmd": "forceAgentState", "agentId": "1025"}),
    "skills that nobody has": ("supervisor", {"cmd": "changeSkills", "skills": {"magic": 3}}),
    "skills of no level": ("supervisor", {"cmd": "changeSkills", "skills": {"motor": 99}}),
    "languages that nobody speaks": ("supervisor", {"cmd": "changeSkills", "languages": ["xx"]}),
    "a reason that nobody asked for": ("supervisor", {"cmd": "decideReason"}),
    "a notice to a queue that is none": (
        "supervisor",
        {"cmd": "sendNotice", "text": "x", "queues": ["no such"]},
    ),
    "a queue that is none": ("supervisor", {"cmd": "changeWaitingCall", "queue": "no such"}),
    "a reason that is none": ("ma", {"cmd": "setAgentState", "reason": "NO_SUCH"}),
    "a phone that is none": ("ma", {"cmd": "logOn", "extension": "9"}),
    "a seat that is none": ("ma", {"cmd": "logOn", "extension": None, "seat": "S9"}),
    "an emergency line": ("ma", {"cmd": "makeCall", "number": "110"}),
    "our own number": ("ma", {"cmd": "makeCall", "number": "95518"}),
    "a number with letters": ("ma", {"cmd": "makeCall", "number": "138ABC38000"}),
    "a number with more behind a comma": ("ma", {"cmd": "makeCall", "number": f"{NUMBER},1"}),
    "a number with a variable": ("ma", {"cmd": "makeCall", "number": "${EXTEN}"}),
    "a number in another script": ("ma", {"cmd": "makeCall", "number": "１３８００１３８０００"}),
    "a shown number that is not ours": ("ma", {"cmd": "makeCall", "shownNumber": "10086"}),
}


@pytest.mark.parametrize("case", OF_OTHERS)
async def test_calls_of_others_and_names_of_nothing_are_refused(
    floor: FloorWorld, open_say: OpenSay, case: str
) -> None:
    await floor.talks(OTHER, THEIRS)
    await floor.talks(ME, MINE)
    await floor.leaves(MINE)
    if case.startswith(("taking a", "ending nobody", "taking over from", "handing")):
        await (await open_say("ma"))("endWrapUp")
    login, changed = OF_OTHERS[case]
    asked = dict(changed)
    cmd = asked.pop("cmd")
    say, before = await open_say(login), floor.kept()
    code = in_words(await say(cmd, **{**WELL_FORMED[cmd], **asked}))
    assert code not in {"desk.fault", "desk.refused", "desk.not_a_supervisor"}, code
    assert floor.kept() == before


async def test_what_is_larger_than_any_command_is_not_read(
    floor: FloorWorld, open_browser: OpenBrowser
) -> None:
    await floor.talks(ME, MINE)
    browser, before = await open_browser(floor, "ma"), floor.kept()
    huge = {"cmd": "saveWrapUp", "ref": "1", "callId": MINE, "reason": "x" * 70_000}
    status, found, _ = await browser.request("POST", "/api/v1/commands", json=huge)
    assert (status, in_words({"ok": False, **found})) == (413, "http.413")
    desk = Desk(await browser.socket())
    await desk.resume()
    await desk.ws.send_json(huge)
    assert await desk.close_code() == 1009
    assert floor.kept() == before


async def test_the_same_ref_twice_is_done_once(
    floor: FloorWorld, open_browser: OpenBrowser
) -> None:
    await floor.talks(ME, MINE)
    say = await by_socket(await open_browser(floor, "ma"))
    first = await say("holdCall", ref="same")
    done = floor.kept()
    assert (first, await say("holdCall", ref="same")) == ({"ref": "same", "ok": True},) * 2
    assert floor.kept() == done


TWICE: Mapping[str, str] = {
    "holdCall": "talking",
    "setMute": "talking",
    "consultationCall": "talking",
    "singleStepTransfer": "talking",
    "clearConnection": "talking",
    "setAgentState": "talking",
    "extendWrapUp": "wrap_up",
    "endWrapUp": "wrap_up",
    "saveWrapUp": "wrap_up",
    "logOff": "idle",
    "logOn": "logged_out",
    "makeCall": "idle",
}


@pytest.mark.parametrize("cmd", TWICE)
async def test_the_same_wish_again_is_refused_or_changes_nothing(
    floor: FloorWorld, open_say: OpenSay, cmd: str
) -> None:
    if TWICE[cmd] == "talking":
        await floor.talks(ME, MINE)
        await floor.ready(OTHER)
    await _put(floor, TWICE[cmd])
    say = await open_say("ma")
    assert (await say(cmd, **WELL_FORMED[cmd])).get("code") is None
    agents_then, calls_then, *_ = floor.kept()
    again = await say(cmd, **WELL_FORMED[cmd])
    if again.get("code"):
        in_words(again)
    agents_now, calls_now, *_ = floor.kept()
    assert (agents_now, calls_now) == (agents_then, calls_then)


async def test_a_hundred_commands_at_once_leave_one_call_with_one_agent(
    floor: FloorWorld, open_browser: OpenBrowser
) -> None:
    await floor.talks(ME, MINE)
    say = by_request(await open_browser(floor, "ma"))
    wishes = ["holdCall", "retrieveCall", "setMute", "sendDigits"] * 25
    answers = await asyncio.gather(*(say(cmd, **WELL_FORMED[cmd]) for cmd in wishes))
    assert all("code" not in each or in_words(each) for each in answers)
    call = floor.dispatcher.floor.calls[CallId(MINE)]
    assert (call.agent_id, floor.dispatcher.floor.agents[ME].call_id) == (ME, MINE)
