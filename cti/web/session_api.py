"""Signing in and out, and one's own password."""

import hashlib
import logging

from aiohttp import web

from cti.core.passwords import LONGEST
from cti.services.ports import Account
from cti.web.auth import Attempts, by_https, cookie_name
from cti.web.errors import ApiError
from cti.web.hub import HUB
from cti.web.language import language_of
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.proxies import arrival
from cti.web.replies import body_of, reply, text_field
from cti.web.sip_proxy import SIP_PHONES, forget_phone
from cti.web.windows import mark_all, unmark_all

log = logging.getLogger(__name__)

ATTEMPTS = web.AppKey("ATTEMPTS", Attempts)


async def sign_in(request: web.Request) -> web.Response:
    """Open a session; 401 for a wrong login or password, 429 after too many of them."""
    found = await body_of(request)
    login, password = text_field(found, "login", 64), _password(found)
    account = await _checked(request, login, password)
    if account.locked:
        _log("sign_in_locked", arrival(request).address, login)
        raise ApiError(403, "signin.locked")
    parts = request.app[PARTS]
    token = await parts.sessions.open(account, parts.limits.session_idle_s)
    response = reply(_session(account, request))
    response.set_cookie(
        cookie_name(request),
        token,
        httponly=True,
        samesite="Strict",
        secure=by_https(request),
        path="/",
    )
    return response


async def session(request: web.Request) -> web.Response:
    """Who is signed in here."""
    return reply(_session(request[SIGNED_IN].account, request))


async def sign_out(request: web.Request) -> web.Response:
    """End the session; its desktops are closed."""
    who, parts = request[SIGNED_IN], request.app[PARTS]
    await parts.sessions.close(who.token)
    request.app[HUB].end_session(who.token)
    request.app[SIP_PHONES].end_session(who.token)
    await forget_phone(parts, who)
    response = reply({"ok": True})
    response.del_cookie(cookie_name(request), path="/", secure=by_https(request))
    return response


async def change_password(request: web.Request) -> web.Response:
    """Another password of one's own; the one so far is asked for, and other sessions end."""
    who, found, parts = request[SIGNED_IN], await body_of(request), request.app[PARTS]
    current, password = _password(found, "current"), _password(found)
    if parts.admin is None:
        raise ApiError(404, "http.404")
    await _checked(request, who.account.login, current)
    account = await parts.admin.users.change_own(who.account, current, password)
    await parts.admin.sessions.replace(who.token, account, parts.limits.session_idle_s)
    await parts.admin.sessions.end_all(account.login, but=who.token)
    end_desktops(request.app, account.login, but=who.token)
    return reply(_session(account, request))


def end_desktops(app: web.Application, login: str, but: str = "") -> None:
    """Close desktops and phones of a person whose sessions ended; other servers' within a minute."""
    hub = app[HUB]
    app[SIP_PHONES].end_person(login, but)
    tokens = {each.who.token for each in hub.desktops if each.who.account.login == login}
    for token in tokens - {but}:
        hub.end_session(token)


def _password(found: dict[str, object], name: str = "password") -> str:
    password = found.get(name)
    if isinstance(password, str) and 0 < len(password) <= LONGEST:
        return password
    raise ApiError(400, "request.wrong_field", field=name, longest=LONGEST)


async def _checked(request: web.Request, login: str, password: str) -> Account:
    parts, now = request.app[PARTS], request.app[PARTS].now()
    address = arrival(request).address
    windows = request.app[ATTEMPTS].windows(login, address)
    if mark_all(windows, now):
        _log("sign_in_blocked", address, login)
        raise ApiError(429, "signin.too_often")
    try:
        account = await parts.accounts.check(login, password)
    except BaseException:
        unmark_all(windows)  # whoever was told nothing has not guessed
        raise
    if account is None:
        _log("sign_in_refused", address, login)
        raise ApiError(401, "signin.wrong")
    unmark_all(windows)
    request.app[ATTEMPTS].signed_in(login, address)
    return account


def _log(fact: str, address: str, login: str) -> None:
    # People type their password into the login field; a digest still tells repeats apart.
    digest = hashlib.sha256(login.encode("utf-8", "replace")).hexdigest()[:12]
    log.warning(fact, extra={"fact": fact, "address": address, "login": digest})


def _session(account: Account, request: web.Request) -> dict[str, object]:
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "agentId": account.agent_id,
        "mustChange": account.must_change,
        "language": language_of(request),
    }
