"""Users and roles as an admin keeps them, and one's own password."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cti.services.ports import Role
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser, Desk
from tests.web.conftest import OpenBrowser
from tests.web.samples import LIMIT_S, PASSWORD

USERS = f"{ADMIN}/users"
GOOD = "a snowy may in xunhua"


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


def said(**fields: Any) -> dict[str, Any]:
    return {"json": {"reason": "new colleague", **fields}}


async def user(browser: Browser, login: str) -> dict[str, Any]:
    _, body, _ = await browser.request("GET", USERS)
    return next(each for each in body if each["login"] == login)


async def change_own(browser: Browser, password: str, current: str = PASSWORD) -> tuple[int, Any]:
    fields = {"current": current, "password": password}
    return (await browser.request("POST", "/api/v1/session/password", json=fields))[:2]


async def test_everybody_is_listed_with_role_lock_and_sessions(browser: Browser) -> None:
    found = await user(browser, "admin")
    assert found["role"] == "admin"
    assert (found["sessions"], found["you"], found["lastAdmin"]) == (1, True, False)
    assert not (found["locked"] or found["mustChange"])
    assert found["passwordAt"]


async def test_a_new_user_gets_a_password_for_once_and_must_change_it_first(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    status, body, _ = await browser.request(
        "POST", USERS, **said(login="1099", name="新同事", role="agent")
    )
    assert status == 201
    assert body["user"]["mustChange"]
    assert body["user"]["agentId"] == "1099"
    new = await open_browser(admins.world)
    assert (await new.sign_in("1099", body["password"]))[1]["mustChange"]
    status, refused, _ = await new.request("GET", "/api/v1/options")
    assert (status, refused["code"]) == (403, "signin.must_change")
    status, session = await change_own(new, GOOD, body["password"])
    assert (status, session["mustChange"]) == (200, False)
    assert (await new.request("GET", "/api/v1/options"))[0] == 200
    assert (await admins.acts())[0] == ("admin", "account.add", "1099 agent", "new colleague")


async def test_the_socket_too_waits_for_the_new_password(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    await browser.request("POST", f"{USERS}/ma/password", **said())
    his = await open_browser(admins.world)
    await his.sign_in("ma", "one-time-0")
    with pytest.raises(Exception, match="403"):
        await his.socket()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"login": "ma", "name": "x", "role": "qa"}, "admin.login_taken"),
        ({"login": "9999", "name": "x", "role": "agent"}, "admin.not_on_roster"),
    ],
)
async def test_a_login_that_cannot_be_is_refused_in_words(
    browser: Browser, fields: dict[str, str], code: str
) -> None:
    status, body, _ = await browser.request("POST", USERS, **said(**fields))
    assert (status, body["code"]) == (409, code)


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "a b", "name": "x", "role": "qa"},
        {"login": "x" * 33, "name": "x", "role": "qa"},
        {"login": "x", "name": "", "role": "qa"},
        {"login": "x", "name": "y", "role": "king"},
        {"login": "x", "name": "y", "role": "qa", "reason": " "},
    ],
)
async def test_wrong_fields_are_refused(browser: Browser, fields: dict[str, str]) -> None:
    assert (await browser.request("POST", USERS, **said(**fields)))[0] == 400


async def test_a_lock_ends_the_sessions_and_keeps_him_out(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    his = await open_browser(admins.world, "ma")
    desk = Desk(await his.socket())
    await desk.resume()
    status, body, _ = await browser.request("PUT", f"{USERS}/ma", **said(locked=True))
    assert (status, body["locked"]) == (200, True)
    assert (await desk.ws.receive(timeout=LIMIT_S)).data == 4401
    assert (await his.request("GET", "/api/v1/session"))[0] == 401
    assert (await his.sign_in("ma"))[1]["code"] == "signin.locked"
    await browser.request("PUT", f"{USERS}/ma", **said(locked=False))
    assert (await his.sign_in("ma"))[0] == 200
    assert [each[1] for each in await admins.acts()] == ["account.lock", "account.unlock"]


async def test_a_wrong_password_of_a_locked_account_tells_nothing(
    browser: Browser, admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    await browser.request("PUT", f"{USERS}/ma", **said(locked=True))
    his = await open_browser(admins.world)
    assert (await his.sign_in("ma", "wrong"))[1]["code"] == "signin.wrong"


async def test_another_role_holds_from_the_next_sign_in_on(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    his = await open_browser(admins.world, "supervisor")
    status, body, _ = await browser.request("PUT", f"{USERS}/supervisor", **said(role="qa"))
    assert (status, body["role"]) == (200, "qa")
    assert (await his.request("GET", "/api/v1/session"))[0] == 401
    assert (await his.sign_in("supervisor"))[1]["role"] == "qa"
    [line] = await admins.acts()
    assert line == ("admin", "account.role", "supervisor supervisor → qa", "new colleague")


async def test_another_name_ends_no_session(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    his = await open_browser(admins.world, "ma")
    await browser.request("PUT", f"{USERS}/ma", **said(name="马晓"))
    assert (await his.request("GET", "/api/v1/session"))[0] == 200
    assert (await user(browser, "ma"))["name"] == "马晓"


@pytest.mark.parametrize("fields", [{"role": "qa"}, {"locked": True}])
async def test_the_last_admin_stays_and_nobody_removes_himself(
    admins: AdminWorld, browser: Browser, fields: dict[str, Any]
) -> None:
    status, body, _ = await browser.request("PUT", f"{USERS}/admin", **said(**fields))
    assert (status, body["code"]) == (409, "admin.not_yourself")
    await browser.request("PUT", f"{USERS}/second", **said(locked=True))
    assert (await user(browser, "admin"))["lastAdmin"]
    users = admins.world.parts.admin
    assert users
    status, body, _ = await browser.request("PUT", f"{USERS}/admin", **said(**fields))
    assert status == 409
    assert (await user(browser, "admin"))["role"] == "admin"


async def test_a_login_that_does_not_exist_is_refused(browser: Browser) -> None:
    for method, path in (("PUT", ""), ("POST", "/password"), ("POST", "/sign-out")):
        status, body, _ = await browser.request(method, f"{USERS}/nobody{path}", **said())
        assert (status, body["code"]) == (404, "admin.no_such_login")


async def test_sessions_of_a_person_are_ended(
    admins: AdminWorld, browser: Browser, open_browser: OpenBrowser
) -> None:
    his = await open_browser(admins.world, "ma")
    status, body, _ = await browser.request("POST", f"{USERS}/ma/sign-out", **said())
    assert (status, body) == (200, {"ended": 1})
    assert (await his.request("GET", "/api/v1/session"))[0] == 401
    assert (await admins.acts())[-1][1] == "account.signOut"


async def test_ones_own_new_password_ends_the_other_sessions(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    here, there = [await open_browser(admins.world, "ma") for _ in range(2)]
    assert (await change_own(here, GOOD))[0] == 200
    assert (await here.request("GET", "/api/v1/session"))[0] == 200
    assert (await there.request("GET", "/api/v1/session"))[0] == 401
    assert (await there.sign_in("ma"))[0] == 401
    assert (await there.sign_in("ma", GOOD))[0] == 200
    assert (await admins.acts())[0][:3] == ("ma", "account.password.change", "ma")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "admin.password.too_short"),
        ("1234567890", "admin.password.common"),
        ("x" * 257, "request.wrong_field"),
    ],
)
async def test_a_weak_password_is_refused_with_what_to_do(
    admins: AdminWorld, open_browser: OpenBrowser, password: str, code: str
) -> None:
    browser = await open_browser(admins.world, "ma")
    _, body = await change_own(browser, password)
    assert body["code"] == code
    assert await admins.acts() == []


async def test_the_current_password_is_asked_for_and_cannot_be_guessed_here_either(
    admins: AdminWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(admins.world, "ma")
    codes = [(await change_own(browser, GOOD, "wrong"))[1]["code"] for _ in range(6)]
    assert codes == ["signin.wrong"] * 5 + ["signin.too_often"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_else_keeps_users(
    admins: AdminWorld, open_browser: OpenBrowser, role: Role
) -> None:
    browser = await open_browser(admins.world, "ma" if role is Role.AGENT else role)
    status, body, _ = await browser.request("GET", USERS)
    assert (status, body["code"]) == (403, "signin.role")
