"""Pages' phones through the server: what reaches Asterisk, how sockets end, and what pages are told."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from cti.web.parts import WebLimits
from cti.web.sip_proxy import PAGE_BYTES
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.fake_sip import FakeSip, MemorySecrets, fake_sip, phones_of
from tests.web.parts import World
from tests.web.samples import LIMIT_S
from tests.web.sip_texts import CONTACT, answer, request

LIMITS = WebLimits(session_check_s=0.05, frames_in_10_s=20)


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeSip]:
    async with fake_sip() as found:
        yield found


@pytest.fixture
def secrets() -> MemorySecrets:
    return MemorySecrets()


@pytest.fixture
async def world(open_world: OpenWorld, asterisk: FakeSip, secrets: MemorySecrets) -> World:
    return await open_world(phone=phones_of(secrets, asterisk.port), limits=LIMITS)


async def sip(browser: Browser, query: str = "", **headers: str) -> Any:
    return await browser.http.ws_connect(
        f"{browser.world.origin}/sip{query}",
        headers={**browser.headers, **headers},
        protocols=("sip",),
    )


async def closed(socket: aiohttp.ClientWebSocketResponse) -> tuple[int | None, str]:
    """How the server ends a socket, whatever it says before."""
    while True:
        frame = await socket.receive(timeout=LIMIT_S)
        if frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
            return socket.close_code, str(frame.extra or "")


async def test_a_page_is_told_as_whom_it_registers(
    world: World, open_browser: OpenBrowser, secrets: MemorySecrets
) -> None:
    browser = await open_browser(world, "ma")
    status, told, _ = await browser.request("GET", "/api/v1/phone")
    assert status == 200
    assert told["password"] == secrets.passwords["8001w"]
    assert (told["extension"], told["endpoint"], told["uri"]) == (
        "8001",
        "8001w",
        "sip:8001w@95518",
    )
    assert (told["realm"], told["socket"], told["callerPage"]) == ("95518", "/sip", True)
    assert (await browser.request("GET", "/api/v1/phone"))[1]["password"] == told["password"]


async def test_each_sign_in_has_a_password_of_its_own_that_goes_with_it(
    world: World, open_browser: OpenBrowser, secrets: MemorySecrets
) -> None:
    first, second = await open_browser(world, "ma"), await open_browser(world, "ma")
    of_first = (await first.request("GET", "/api/v1/phone"))[1]["password"]
    of_second = (await second.request("GET", "/api/v1/phone"))[1]["password"]
    assert of_first != of_second
    await first.request("DELETE", "/api/v1/session")
    assert secrets.passwords == {"8001w": of_second}
    await second.request("DELETE", "/api/v1/session")
    assert secrets.passwords == {}


async def test_who_has_no_extension_has_no_phone(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    status, told, _ = await browser.request("GET", "/api/v1/phone")
    assert (status, told["code"]) == (409, "desk.no_extension")
    assert (await closed(await sip(browser)))[0] == 4403


async def test_sip_goes_through_as_it_is_both_ways(
    world: World, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    phone = await sip(await open_browser(world, "ma"))
    await phone.send_str("\r\n\r\n")
    await phone.send_str(request("REGISTER"))
    assert await asterisk.until_said(2) == ["\r\n\r\n", request("REGISTER")]
    await asterisk.phones[0].send_str(answer("REGISTER", "401 Unauthorized"))
    assert await phone.receive_str(timeout=LIMIT_S) == answer("REGISTER", "401 Unauthorized")


@pytest.mark.parametrize(
    ("frame", "how"),
    [
        (
            request("REGISTER", over={"From": "<sip:8002w@x>;tag=1", "To": "<sip:8002w@x>"}),
            (4403, "registers as another"),
        ),
        (request("MESSAGE"), (4403, "a method that is not allowed")),
        ("hello", (4400, "no end of the headers")),
        (b"\x00\x01", (4400, "no text")),
    ],
)
async def test_what_a_page_may_not_say_ends_its_socket_and_reaches_nobody(
    world: World,
    open_browser: OpenBrowser,
    asterisk: FakeSip,
    frame: str | bytes,
    how: tuple[int, str],
) -> None:
    phone = await sip(await open_browser(world, "ma"))
    await (phone.send_str(frame) if isinstance(frame, str) else phone.send_bytes(frame))
    assert await closed(phone) == how
    assert asterisk.said == []


async def test_a_flood_ends_the_socket(world: World, open_browser: OpenBrowser) -> None:
    phone = await sip(await open_browser(world, "ma"))
    for _ in range(LIMITS.frames_in_10_s + 1):
        await phone.send_str("\r\n")
    assert (await closed(phone))[0] == 4400


async def test_a_message_that_is_too_large_ends_the_socket(
    world: World, open_browser: OpenBrowser
) -> None:
    phone = await sip(await open_browser(world, "ma"))
    await phone.send_str("x" * (PAGE_BYTES + 1))
    assert (await closed(phone))[0] == 1009


async def test_signing_out_ends_the_phone_too(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    phone = await sip(browser)
    await browser.request("DELETE", "/api/v1/session")
    assert (await closed(phone))[0] == 4401


async def test_a_session_that_ran_out_ends_the_phone_and_its_password(
    world: World, open_browser: OpenBrowser, secrets: MemorySecrets
) -> None:
    phone = await sip(await open_browser(world, "ma"))
    assert "8001w" in secrets.passwords
    world.sessions.accounts.clear()
    assert (await closed(phone))[0] == 4401
    assert secrets.passwords == {}


async def test_without_a_session_nobody_speaks(world: World, open_browser: OpenBrowser) -> None:
    assert (await closed(await sip(await open_browser(world))))[0] == 4401


async def test_a_foreign_page_does_not_even_connect(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await sip(browser, Origin="https://evil.example")
    assert refused.value.status == 403


async def test_the_newest_page_that_registers_has_the_phone(
    world: World, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    browser = await open_browser(world, "ma")
    older, newer = await sip(browser), await sip(browser)
    await newer.send_str(request("REGISTER"))
    await asterisk.until_said(1)
    await asterisk.phones[1].send_str(answer("REGISTER"))
    assert (await closed(older))[0] == 4009
    assert await newer.receive_str(timeout=LIMIT_S) == answer("REGISTER")


@pytest.mark.parametrize(
    "removal",
    [
        {"Expires": "0", "Contact": CONTACT},
        {"Expires": "600", "Contact": f"{CONTACT};expires=0"},
        {"Expires": "0", "Contact": "*"},
    ],
)
async def test_a_page_that_signs_off_takes_the_phone_from_nobody(
    world: World,
    open_browser: OpenBrowser,
    asterisk: FakeSip,
    removal: dict[str, str],
) -> None:
    browser = await open_browser(world, "ma")
    older, newer = await sip(browser), await sip(browser)
    await older.send_str(request("REGISTER", over=removal))
    await asterisk.until_said(1)
    await asterisk.phones[0].send_str(answer("REGISTER"))
    assert await older.receive_str(timeout=LIMIT_S) == answer("REGISTER")
    await newer.send_str(request("OPTIONS"))
    assert (await asterisk.until_said(2))[1] == request("OPTIONS")


async def test_a_registration_that_came_late_of_a_page_that_signs_off_makes_others_register_again(
    world: World, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    browser = await open_browser(world, "ma")
    older, newer = await sip(browser), await sip(browser)
    await older.send_str(request("REGISTER", over={"CSeq": "1 REGISTER"}))
    removal = {"CSeq": "2 REGISTER", "Contact": f"{CONTACT};expires=0"}
    await older.send_str(request("REGISTER", over=removal))
    await asterisk.until_said(2)
    await asterisk.phones[0].send_str(answer("REGISTER"))
    assert (await closed(newer))[0] == 1012


async def test_while_asterisk_is_away_the_socket_does_not_open(
    open_world: OpenWorld, open_browser: OpenBrowser, secrets: MemorySecrets
) -> None:
    async with fake_sip() as gone:
        pass
    world = await open_world(phone=phones_of(secrets, gone.port))
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await sip(await open_browser(world, "ma"))
    assert refused.value.status == 502


async def test_while_nothing_can_be_told_to_asterisk_there_is_no_phone(
    world: World, open_browser: OpenBrowser, secrets: MemorySecrets
) -> None:
    browser = await open_browser(world, "ma")
    secrets.away = True
    assert (await browser.request("GET", "/api/v1/phone"))[0] == 503
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await sip(browser)
    assert refused.value.status == 502
    assert (await browser.request("DELETE", "/api/v1/session"))[0] == 200


async def test_a_page_whose_asterisk_went_is_told_to_come_again(
    world: World, open_browser: OpenBrowser, asterisk: FakeSip
) -> None:
    phone = await sip(await open_browser(world, "ma"))
    await phone.send_str("\r\n")
    await asterisk.until_said(1)
    await asterisk.hang_up()
    assert (await closed(phone))[0] == 1012
