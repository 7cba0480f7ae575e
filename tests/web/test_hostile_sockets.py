"""Whatever comes in on a socket: an error reply or a named close code, a log line, no harm."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.web.commands import COMMANDS, BadMessage, Command, decode
from cti.web.hub import HUB
from cti.web.parts import WebLimits
from tests.web.browsers import Desk
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.parts import World
from tests.web.samples import offered

BAD = {
    "no json": ("{", None, "protocol.not_json"),
    "empty": ("", None, "protocol.not_json"),
    "deep": ("[" * 60_000, None, "protocol.not_json"),
    "nan": ('{"ref": NaN}', None, "protocol.not_json"),
    "lone surrogate": ('{"ref": "\\ud800", "cmd": "ping"}', None, "protocol.not_json"),
    "a list": ("[1]", None, "protocol.not_an_object"),
    "a number": ("17", None, "protocol.not_an_object"),
    "no ref": ('{"cmd": "ping"}', None, "protocol.no_ref"),
    "ref of a number": ('{"cmd": "ping", "ref": 7}', None, "protocol.no_ref"),
    "long ref": (json.dumps({"cmd": "ping", "ref": "x" * 65}), None, "protocol.no_ref"),
    "no command": ('{"ref": "a"}', "a", "protocol.unknown_command"),
    "unknown": ('{"ref": "a", "cmd": "__class__"}', "a", "protocol.unknown_command"),
    "cmd of a list": ('{"ref": "a", "cmd": ["ping"]}', "a", "protocol.unknown_command"),
    "wrong after": ('{"ref": "a", "cmd": "resume", "after": "$"}', "a", "protocol.wrong_field"),
    "huge after": (
        json.dumps({"ref": "a", "cmd": "resume", "after": "9" * 60 + "-0"}),
        "a",
        "protocol.wrong_field",
    ),
    "wrong status": (
        '{"ref": "a", "cmd": "setAgentState", "status": "logged_out"}',
        "a",
        "protocol.wrong_field",
    ),
    "status of a list": (
        '{"ref": "a", "cmd": "setAgentState", "status": []}',
        "a",
        "protocol.wrong_field",
    ),
    "solved of a text": (
        '{"ref": "a", "cmd": "saveWrapUp", "callId": "c", "reason": "r", "solved": "yes"}',
        "a",
        "protocol.wrong_field",
    ),
    "long remarks": (
        json.dumps(
            {"ref": "a", "cmd": "saveWrapUp", "callId": "c", "reason": "r", "remarks": "x" * 4001}
        ),
        "a",
        "protocol.wrong_field",
    ),
}


@pytest.fixture
async def witness(world: World, open_desk: OpenDesk) -> AsyncIterator[Desk]:
    """Another desktop, which must still hear events when the test is over."""
    desk = await open_desk(world, "li")
    await desk.resume()
    yield desk
    await world.stream.append(offered())
    assert (await desk.hear())["type"] == "offered"


@pytest.mark.parametrize(("frame", "ref", "code"), BAD.values(), ids=BAD)
async def test_a_bad_frame_gets_an_error_and_a_log_line_and_the_socket_lives(
    world: World,
    open_desk: OpenDesk,
    witness: Desk,
    caplog: pytest.LogCaptureFixture,
    frame: str,
    ref: str | None,
    code: str,
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    await desk.ws.send_str(frame)
    found = await desk.hear()
    assert (found["ref"], found["ok"], found["code"]) == (ref, False, code)
    assert found["message"]
    assert any(getattr(record, "code", "") == code for record in caplog.records)
    assert (await desk.answer("ping"))["ok"] is True


async def test_a_binary_frame_gets_an_error(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    await desk.ws.send_bytes(b'{"cmd": "ping", "ref": "1"}')
    assert (await desk.hear())["code"] == "protocol.binary"


async def test_commands_before_resume_get_an_error(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    found = await desk.answer("logOn")
    assert (found["code"], world.desk.done) == ("protocol.resume_first", [])


async def test_a_huge_frame_closes_with_1009(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    await desk.ws.send_str("x" * 70_000)
    assert await desk.close_code() == 1009


async def test_invalid_utf_8_closes_with_1007(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    await desk.ws.send_frame(b'{"cmd": "\xff\xfe"}', aiohttp.WSMsgType.TEXT)
    assert await desk.close_code() == 1007


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 64, b"\xff" * 64, b"\x83\x80\x00\x00\x00\x00", b"GET / HTTP/1.1"],
    ids=["zeros", "ones", "reserved opcode", "http"],
)
async def test_bytes_that_are_no_frames_end_that_socket_only(
    world: World, open_desk: OpenDesk, witness: Desk, garbage: bytes
) -> None:
    desk = await open_desk(world)
    desk.transport.write(garbage)
    code = await desk.close_code()
    assert code in (1002, 1006, 1007, 1009), code
    await world.until(lambda: "1023" not in _led(world))


def _led(world: World) -> set[str]:
    return {str(desktop.agent_id) for desktop in world.app[HUB].desktops}


async def test_twenty_bad_frames_in_a_minute_close_with_4400(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    for _ in range(19):
        await desk.ws.send_str("{")
        assert (await desk.hear())["ok"] is False
    world.clock.move(61)
    for _ in range(20):
        await desk.ws.send_str("{")
    assert await desk.close_code() == 4400


async def test_a_flood_of_good_frames_closes_with_4400(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    for n in range(400):
        await desk.ws.send_json({"cmd": "ping", "ref": str(n)})
    assert await desk.close_code() == 4400
    assert world.desk.done == []


async def test_a_desktop_that_does_not_read_is_cut_off_with_4008(
    open_world: OpenWorld, open_browser: OpenBrowser, open_desk: OpenDesk
) -> None:
    world = await open_world(limits=WebLimits(backlog_bytes=50_000, close_s=5.0))
    browser = await open_browser(world, "ma")
    slow, quick = Desk(await browser.socket()), await open_desk(world, "li")
    await slow.resume()
    await quick.resume()
    slow.transport.pause_reading()
    written = 0
    while "1023" in _following(world):
        await world.stream.append(offered("c" * 20_000))
        assert (await quick.hear())["type"] == "offered"
        written += 1
        assert written < 1000
    slow.transport.resume_reading()
    assert await slow.close_code() == 4008


def _following(world: World) -> set[str]:
    return {str(desktop.agent_id) for desktop in world.app[HUB].desktops if not desktop.closing}


async def test_a_desktop_that_never_reads_again_is_gone_within_the_limit(
    open_world: OpenWorld, open_browser: OpenBrowser
) -> None:
    world = await open_world(limits=WebLimits(backlog_bytes=50_000, close_s=0.2))
    desk = Desk(await (await open_browser(world, "ma")).socket())
    await desk.resume()
    desk.transport.pause_reading()
    async with asyncio.timeout(10):
        while _led(world):
            await world.stream.append(offered("c" * 20_000))
            await asyncio.sleep(0)


async def test_a_socket_that_vanishes_leaves_nothing_behind(
    world: World, open_desk: OpenDesk, witness: Desk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    desk.transport.abort()
    await world.until(lambda: "1023" not in _led(world))


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_a_named_error(frame: str) -> None:
    _decoded(frame)


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=80) | st.floats()
_VALUES = _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(st.text(), _SCALARS)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(COMMANDS)),
    st.dictionaries(
        st.sampled_from(["ref", "after", "status", "reason", "callId", "solved", "remarks"]),
        _VALUES,
    ),
)
def test_any_fields_make_a_command_of_the_right_shape_or_a_named_error(
    cmd: str, fields: dict[str, object]
) -> None:
    _decoded(json.dumps({**fields, "cmd": cmd}))


def _decoded(frame: str) -> None:
    try:
        command = decode(frame)
    except BadMessage as bad:
        assert bad.code.startswith("protocol.")
    else:
        assert isinstance(command, Command)
        assert set(command.fields) == set(COMMANDS[command.cmd])
