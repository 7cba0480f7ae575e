"""Whatever frames come, in whatever order, on each of our WebSockets: no fault of ours, nobody else's name
reaches Asterisk, nothing stays behind, and the next honest page is served."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.web.caller_socket import READERS
from cti.web.commands import COMMANDS
from cti.web.hub import HUB
from cti.web.parts import WebLimits
from cti.web.phone_parts import CallerPageRule
from cti.web.sip_proxy import SIP_PHONES
from tests.web.browsers import Browser, Desk
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.fake_sip import FakeSip, MemorySecrets, fake_sip, phones_of
from tests.web.parts import World
from tests.web.samples import LIMIT_S
from tests.web.sip_texts import CONTACT, call, request
from tests.web.test_sip_proxy import closed

NUMBER = "13997000002"
PATHS = {
    "desktop": ("/ws", ()),
    "caller page": ("/ws/caller", ()),
    "phone": ("/sip", ("sip",)),
    "calling phone": ("/sip?as=caller", ("sip",)),
}
MOST_MORE_BYTES = 60_000_000
LIMITS = WebLimits(
    frames_in_10_s=1000, bad_frames=1000, session_check_s=0.05, heartbeat_s=0.2, close_s=0.2
)

Frame = tuple[WSMsgType, bytes]

# -- frames ---------------------------------------------------------------------------------

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
_json = st.recursive(
    _scalars, lambda deep: st.lists(deep, max_size=3) | st.dictionaries(st.text(), deep, max_size=3)
)
_commands = st.builds(
    lambda cmd, ref, fields: {**fields, "cmd": cmd, "ref": ref},
    st.sampled_from(sorted(COMMANDS)),
    st.text(max_size=8) | _scalars,
    st.dictionaries(
        st.sampled_from(sorted({field for shape in COMMANDS.values() for field in shape})),
        _scalars,
        max_size=4,
    ),
)
_FOREIGN = "<sip:8002w@95518.invalid>;tag=1"
_sip = st.sampled_from(
    [
        request("REGISTER"),
        request("REGISTER", over={"From": _FOREIGN, "To": _FOREIGN}),
        request("INVITE", body="v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"),
        request("BYE", over={"To": "<sip:95518@95518.invalid>;tag=as1"}),
        call("c0ffee", NUMBER),
        call("c0ffee", "110"),
        f"SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\nContact: {CONTACT}\r\nContent-Length: 0\r\n\r\n",
        "\r\n\r\n",
    ]
)
_pieces = st.text(max_size=20) | st.sampled_from(
    [
        *(
            "\r\n",
            "\n",
            "\r",
            "\r\n ",
            "\r\n\r\n",
            "\x00",
            ":",
            ";",
            ",",
            "<",
            ">",
            '"',
            "%38",
            "@",
        ),
        f"\r\nFrom: {_FOREIGN}",
        f"\r\nf: {_FOREIGN}",
        f"\r\nFROM : {_FOREIGN}",
        f"\r\nTo: {_FOREIGN}",
        "\r\nContact: <sip:8002w@10.0.0.9>",
        "\r\nP-Asserted-Identity: <sip:110@95518>",
        "\r\nRoute: <sip:10.0.0.9;lr>",
        "\r\nContent-Length: 0",
        "8002w",
        request("REGISTER", over={"From": _FOREIGN, "To": _FOREIGN}),
    ]
)


@st.composite
def _changed_sip(draw: st.DrawFn) -> str:
    text = draw(_sip)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(_pieces) + text[at + draw(st.integers(0, 12)) :]
    return text


def _text(text: str) -> Frame:
    return WSMsgType.TEXT, text.encode("utf-8", "surrogatepass")


FRAMES = (
    st.builds(_text, st.text(max_size=60))
    | st.builds(lambda found: _text(json.dumps(found)), _json | _commands)
    | st.builds(_text, _changed_sip())
    | st.builds(lambda found: _text(json.dumps({"token": found})), _json)
    | st.builds(lambda found: (WSMsgType.BINARY, found), st.binary(max_size=60))
    | st.builds(lambda found: (WSMsgType.TEXT, found), st.binary(max_size=60))
    | st.builds(lambda size: _text("[" * size), st.sampled_from([1025, 16_385, 40_000, 70_000]))
    | st.builds(lambda found: (WSMsgType.PING, found), st.binary(max_size=125))
)
SCRIPTS = st.lists(FRAMES, max_size=6)
ENDS = st.sampled_from(["closed", "cut off"])


# -- the house ------------------------------------------------------------------------------


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeSip]:
    async with fake_sip() as found:
        yield found


@pytest.fixture
async def world(open_world: OpenWorld, asterisk: FakeSip) -> World:
    phone = phones_of(MemorySecrets(), asterisk.port, CallerPageRule.OPEN)
    return await open_world(phone=phone, limits=LIMITS)


@pytest.fixture
async def browser(world: World, open_browser: OpenBrowser) -> Browser:
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", f"/api/v1/caller-phone?number={NUMBER}"))[0] == 200
    return browser


async def opened(browser: Browser, name: str) -> Any:
    path, protocols = PATHS[name]
    url = browser.world.origin + path
    return await browser.http.ws_connect(
        url, headers=browser.headers, protocols=protocols, max_msg_size=0
    )


def left_open(world: World) -> int:
    return (
        len(world.app[HUB].desktops)
        + len(world.app[SIP_PHONES].phones)
        + world.app[READERS].running
    )


async def said_to(browser: Browser, name: str, script: list[Frame], end: str) -> None:
    """Send the frames as far as the server takes them, and go."""
    socket = await opened(browser, name)
    try:
        for kind, payload in script:
            await socket.send_frame(payload, kind)
    except ConnectionError:
        pass
    if end == "cut off":
        Desk(socket).transport.abort() if not socket.closed else None
    await socket.close()


async def is_served(browser: Browser, asterisk: FakeSip) -> None:
    """An honest page at each socket gets what it came for."""
    desk = Desk(await opened(browser, "desktop"))
    assert (await desk.resume())["type"] == "snapshot"
    said = len(asterisk.said)
    phone = await opened(browser, "phone")
    await phone.send_str(request("REGISTER"))
    assert (await asterisk.until_said(said + 1))[-1] == request("REGISTER")
    await phone.close()
    await desk.ws.close()


_LINE = re.compile(r"\s*(from|f|to|t|contact|m|p-asserted-identity)\s*:(.*)", re.IGNORECASE)
_USER = re.compile(r"sips?:([^@>;\s]*)@", re.IGNORECASE)


def names_in(frame: str) -> set[str]:
    """Whoever a lenient reader could take for the speaker: any end of a line counts as one."""
    found = set()
    for line in re.split(r"[\r\n]+", frame):
        if header := _LINE.match(line):
            found.update(_USER.findall(header[2]))
    return found


# -- tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PATHS)
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=SCRIPTS, end=ENDS)
async def test_no_frames_break_a_socket_or_anything_beside_it(
    world: World,
    browser: Browser,
    asterisk: FakeSip,
    caplog: pytest.LogCaptureFixture,
    name: str,
    script: list[Frame],
    end: str,
) -> None:
    caplog.clear()
    await said_to(browser, name, script, end)
    await world.until(lambda: left_open(world) == 0)
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert not any({"8002w", "110"} & names_in(frame) for frame in asterisk.said)
    await is_served(browser, asterisk)
    await world.until(lambda: left_open(world) == 0)


@pytest.mark.parametrize("path", [path for path, _ in PATHS.values()])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Key": "x"},
        {"Sec-WebSocket-Version": "99"},
        {"Sec-WebSocket-Protocol": "\u00e9, ,,"},
        {"Upgrade": "h2c"},
        {"Cookie": "cti_session=" + "x" * 4000},
        {"Accept-Language": ";q=" * 500},
        {"Origin": "http://[::1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_a_broken_handshake_is_refused_and_no_fault_of_ours(
    world: World, path: str, headers: Mapping[str, str]
) -> None:
    right = {
        "Host": f"127.0.0.1:{world.port}",
        "Origin": world.origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "sip",
    }
    lines = [f"{name}: {value}" for name, value in {**right, **headers}.items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1"))
    async with asyncio.timeout(LIMIT_S):
        status = int((await reader.readline()).split()[1])
    writer.close()
    assert status < 500, status


@pytest.mark.parametrize("name", PATHS)
async def test_a_page_that_is_there_no_more_is_gone_within_two_heartbeats(
    world: World, browser: Browser, name: str
) -> None:
    socket = await opened(browser, name)
    if name == "caller page":
        _, told, _ = await browser.request("GET", f"/api/v1/caller-phone?number={NUMBER}")
        await socket.send_json({"token": told["token"]})
    await world.until(lambda: left_open(world) == 1)
    Desk(socket).transport.pause_reading()
    await world.until(lambda: left_open(world) == 0)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


async def test_a_flood_that_nobody_takes_fills_no_memory(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    phone = phones_of(MemorySecrets(), asterisk.port, CallerPageRule.OPEN)
    limits = WebLimits(heartbeat_s=0.5, close_s=0.2, frames_in_10_s=100_000)
    world = await open_world(phone=phone, limits=limits)
    browser = await open_browser(world, "ma")
    page = await opened(browser, "phone")
    await world.until(lambda: len(asterisk.phones) == 1)
    Desk(page).transport.pause_reading()
    before = resident()
    line = f"SIP/2.0 100 Trying\r\nX: {'x' * 15_000}\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises((ConnectionError, TimeoutError)):
        async with asyncio.timeout(LIMIT_S):
            while True:
                await asterisk.phones[0].send_str(line)
    assert resident() - before < MOST_MORE_BYTES
    await world.until(lambda: left_open(world) == 0)


async def test_too_much_at_once_ends_a_phone_and_not_its_neighbours(
    open_world: OpenWorld, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    phone = phones_of(MemorySecrets(), asterisk.port)
    world = await open_world(phone=phone)
    neighbour = await open_browser(world, "li")
    flood = await opened(await open_browser(world, "ma"), "phone")
    try:
        for _ in range(2 * WebLimits().frames_in_10_s):
            await flood.send_str(request("OPTIONS"))
    except aiohttp.ClientConnectionError:
        pass
    assert (await closed(flood))[0] == 4400
    assert len(asterisk.said) <= WebLimits().frames_in_10_s
    await is_neighbour_served(neighbour)


async def is_neighbour_served(browser: Browser) -> None:
    desk = Desk(await opened(browser, "desktop"))
    assert (await desk.resume())["type"] == "snapshot"
    await desk.ws.close()
