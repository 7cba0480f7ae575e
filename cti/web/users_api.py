"""Users and roles: who may sign in, as what; locks, one-time passwords, ends of sessions."""

import re

from aiohttp import web

from cti.services.ports import Account, Role
from cti.services.users import Shown, Wanted
from cti.web.admin_answers import Json, admin_of, login_of, reason_in
from cti.web.errors import ApiError
from cti.web.replies import body_of, reply, text_field
from cti.web.session_api import end_desktops

LONGEST_NAME = 64
_LOGIN = re.compile(r"[0-9A-Za-z_.-]{1,32}", re.ASCII)


async def users(request: web.Request) -> web.Response:
    """Everybody who may sign in, by login."""
    found = await admin_of(request).users.listed()
    return reply([_user(each, login_of(request)) for each in found])


async def add(request: web.Request) -> web.Response:
    """A new sign-in; its one-time password is told once."""
    body, found = await body_of(request), admin_of(request).users
    login = text_field(body, "login", 32)
    if not _LOGIN.fullmatch(login):
        raise ApiError(400, "request.wrong_choice", field="login")
    account = Account(login=login, name=text_field(body, "name", LONGEST_NAME), role=_role(body))
    password = await found.add(account, by=login_of(request), reason=reason_in(body))
    return reply(await _with_password(request, login, password), 201)


async def change(request: web.Request) -> web.Response:
    """Another name or role; locked or not."""
    body, login = await body_of(request), request.match_info["login"]
    wanted = Wanted(
        name=text_field(body, "name", LONGEST_NAME) if "name" in body else None,
        role=_role(body) if "role" in body else None,
        locked=_locked(body),
    )
    found = admin_of(request).users
    if await found.change(login, wanted, by=login_of(request), reason=reason_in(body)):
        end_desktops(request.app, login)
    return reply(_user(await found.shown(login), login_of(request)))


async def reset_password(request: web.Request) -> web.Response:
    """A one-time password instead of his own, told once; his sessions end."""
    body, login = await body_of(request), request.match_info["login"]
    users = admin_of(request).users
    password = await users.reset(login, by=login_of(request), reason=reason_in(body))
    end_desktops(request.app, login)
    return reply(await _with_password(request, login, password))


async def sign_out(request: web.Request) -> web.Response:
    """End all sessions of a person."""
    body, login = await body_of(request), request.match_info["login"]
    users = admin_of(request).users
    ended = await users.sign_out(login, by=login_of(request), reason=reason_in(body))
    end_desktops(request.app, login)
    return reply({"ended": ended})


async def _with_password(request: web.Request, login: str, password: str) -> Json:
    shown = await admin_of(request).users.shown(login)
    return {"user": _user(shown, login_of(request)), "password": password}


def _role(body: Json) -> Role:
    try:
        return Role(body.get("role", ""))
    except ValueError:
        raise ApiError(400, "request.wrong_choice", field="role") from None


def _locked(body: Json) -> bool | None:
    value = body.get("locked")
    if value is None or isinstance(value, bool):
        return value
    raise ApiError(400, "request.wrong_yes_no", field="locked")


def _user(shown: Shown, asker: str) -> Json:
    account = shown.person.account
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "agentId": account.agent_id,
        "locked": account.locked,
        "mustChange": account.must_change,
        "passwordAt": shown.person.password_at,
        "sessions": shown.sessions,
        "lastAdmin": shown.last_admin,
        "you": account.login == asker,
    }
