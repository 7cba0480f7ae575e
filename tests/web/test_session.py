"""Signing in, and what guards every request."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from cti.web.parts import WebLimits
from cti.web.windows import Windows
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.parts import PROXY_ORIGIN, World
from tests.web.samples import NOW, PASSWORD


async def test_a_right_password_opens_a_session(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    status, body = await browser.sign_in("ma")
    expected = {
        "login": "ma",
        "name": "马晓梅",
        "role": "agent",
        "agentId": "1023",
        "mustChange": False,
        "language": "zh",
    }
    assert (status, body) == (200, expected)
    assert (await browser.request("GET", "/api/v1/session"))[:2] == (200, expected)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    _, _, headers = await browser.request(
        "POST", "/api/v1/session", json={"login": "ma", "password": PASSWORD}
    )
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=Strict" in headers["Set-Cookie"]


async def test_signing_out_ends_the_session(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    assert (await browser.request("DELETE", "/api/v1/session"))[0] == 200
    assert world.sessions.accounts == {}
    status, body, _ = await browser.request("GET", "/api/v1/session")
    assert (status, body["code"]) == (401, "signin.needed")


@pytest.mark.parametrize(("login", "password"), [("ma", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_login_and_a_wrong_password_sound_the_same(
    world: World, open_browser: OpenBrowser, login: str, password: str
) -> None:
    browser = await open_browser(world)
    status, body = await browser.sign_in(login, password)
    assert (status, body) == (401, {"code": "signin.wrong", "message": "工号或密码不正确。"})


async def test_the_sixth_wrong_password_in_a_minute_is_not_even_checked(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    for _ in range(5):
        assert (await browser.sign_in("ma", "wrong"))[0] == 401
    assert (await browser.sign_in("ma"))[0] == 429
    assert world.accounts.checks == 5
    assert (await browser.sign_in("li"))[0] == 200
    world.clock.move(61)
    assert (await browser.sign_in("ma"))[0] == 200


async def guess_for_an_hour(world: World, browser: Browser, login: str) -> None:
    """As many wrong passwords as are let through, slowly enough for the minute's limit."""
    for _ in range(13):
        for _ in range(4):
            await browser.sign_in(login, "wrong")
        world.clock.move(61)


async def test_a_login_that_was_guessed_at_for_an_hour_opens_for_no_stranger(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    await guess_for_an_hour(world, browser, "ma")
    assert world.accounts.checks == 50
    assert (await browser.sign_in("ma"))[0] == 429
    assert (await browser.sign_in("li"))[0] == 200
    world.clock.move(3600)
    assert (await browser.sign_in("ma"))[0] == 200


async def test_guessing_keeps_nobody_from_the_desk_he_signed_in_at(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    await guess_for_an_hour(world, browser, "ma")
    assert (await browser.sign_in("ma"))[0] == 200


async def test_right_passwords_are_not_counted(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    for _ in range(10):
        assert (await browser.sign_in("ma"))[0] == 200


async def test_a_sign_in_without_an_answer_is_no_wrong_password(
    world: World, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await open_browser(world)
    with monkeypatch.context() as overloaded:
        overloaded.setattr(world.accounts, "check", AsyncMock(side_effect=TimeoutError))
        assert [(await browser.sign_in("ma"))[0] for _ in range(6)] == [504] * 6
    assert (await browser.sign_in("ma"))[0] == 200


async def test_what_an_address_may_not_try_any_more_is_not_held_against_the_login(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    for n in range(30):
        await browser.sign_in(f"guess{n}", "wrong")
        world.clock.move(1)
    assert [(await browser.sign_in("ma"))[0] for _ in range(6)] == [429] * 6
    world.clock.move(31)
    assert (await browser.sign_in("ma"))[0] == 200


async def test_one_address_cannot_try_many_logins(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    statuses = [(await browser.sign_in(f"guess{n}", "wrong"))[0] for n in range(32)]
    assert statuses == [401] * 30 + [429] * 2


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.example"}, "signin.origin"),
        ({"Origin": "null"}, "signin.origin"),
        ({"Origin": ""}, "signin.origin"),
        ({"X-Requested-With": ""}, "signin.header"),
    ],
)
async def test_a_foreign_page_cannot_change_anything(
    world: World, open_browser: OpenBrowser, headers: dict[str, str], code: str
) -> None:
    browser = await open_browser(world, "ma")
    status, body, _ = await browser.request("DELETE", "/api/v1/session", headers=headers)
    assert (status, body["code"]) == (403, code)
    assert len(world.sessions.accounts) == 1


async def test_the_page_that_a_proxy_shows_is_ours(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "ma")
    headers = {"Origin": PROXY_ORIGIN}
    status, _, _ = await browser.request("DELETE", "/api/v1/session", headers=headers)
    assert status < 300


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"login": 1, "password": "x"}',
        b'{"login": "ma"}',
        b'{"login": "", "password": "x"}',
        b'{"login": "' + b"x" * 65 + b'", "password": "x"}',
        b"[" * 50_000,
    ],
)
async def test_a_body_that_is_no_sign_in_gets_400(
    world: World, open_browser: OpenBrowser, body: bytes
) -> None:
    browser = await open_browser(world)
    status, answer, _ = await browser.request("POST", "/api/v1/session", data=body)
    assert (status, answer["code"].split(".")[0]) == (400, "request")
    assert world.accounts.checks == 0


async def test_a_body_over_the_limit_gets_413(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    status, body, _ = await browser.request("POST", "/api/v1/session", data=b"x" * 70_000)
    assert (status, body["code"]) == (413, "http.413")


async def test_while_the_store_is_down_the_answer_says_so(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    world.sessions.down = True
    status, body, _ = await browser.request("GET", "/api/v1/session")
    assert (status, body["code"]) == (503, "failure.store")


@pytest.mark.parametrize(
    ("header", "query", "message"),
    [
        ("en-US,en;q=0.9,zh;q=0.8", "", "Please sign in."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "请先登录。"),
        ("fr", "", "请先登录。"),
        ("fr, en;q=0.5", "", "Please sign in."),
        ("zh", "?language=en", "Please sign in."),
        ("en", "?language=../../etc", "Please sign in."),
    ],
)
async def test_errors_speak_the_language_of_the_request(
    world: World, open_browser: OpenBrowser, header: str, query: str, message: str
) -> None:
    browser = await open_browser(world)
    _, body, _ = await browser.request(
        "GET", f"/api/v1/session{query}", headers={"Accept-Language": header}
    )
    assert body["message"] == message


async def test_an_unknown_cookie_is_no_session(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    for cookie in ("x", "x" * 5000, "\u20ac"):
        headers = {"Cookie": f"cti_session={cookie}"}
        assert (await browser.request("GET", "/api/v1/session", headers=headers))[0] == 401


async def test_every_answer_carries_the_security_headers(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    for path in ("/", "/api/v1/session", "/nothing.here", "/healthz", "/assets/index-1a2b.js"):
        _, _, headers = await browser.request("GET", path)
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy, path
        assert "unsafe-" not in policy, path
        assert "data:" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert "aiohttp" not in headers["Server"], path


async def test_a_request_that_takes_too_long_gets_504(open_world: OpenWorld) -> None:
    world = await open_world(limits=WebLimits(request_s=0.05))
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(
        f"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:{world.port}\r\nOrigin: {world.origin}"
        "\r\nX-Requested-With: cti\r\nContent-Length: 100\r\n\r\n{".encode()
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 504 ")
    writer.close()


def test_windows_of_forgotten_keys_do_not_pile_up() -> None:
    windows = Windows(1, 60.0, keys=10)
    for n in range(100):
        windows.of(str(n)).mark(NOW)
    assert not windows.of("5").mark(NOW)
    assert windows.of("99").mark(NOW)
