"""Who may call a route: same origin, session, role; and how often a wrong password may be tried."""

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress
from hmac import compare_digest

from aiohttp import web
from aiohttp.typedefs import Handler

from cti.services.ports import Account, Role, StoreDown
from cti.web.errors import ApiError
from cti.web.messages import View
from cti.web.parts import PARTS, SIGNED_IN, SignedIn, WebParts
from cti.web.proxies import arrival
from cti.web.routes import Route
from cti.web.windows import Window, Windows

log = logging.getLogger(__name__)

COOKIE = "cti_session"
KNOWN_ADDRESSES = 10_000
SAFE_METHODS = frozenset({"GET", "HEAD"})

EVERYBODY = frozenset(Role)
SUPERVISION = frozenset({Role.SUPERVISOR, Role.QA, Role.AUDITOR, Role.ADMIN})
CONTROLLERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Those who switch what holds for the whole centre."""
ADMINS = frozenset({Role.ADMIN})
HOLDERS = frozenset({Role.SUPERVISOR, Role.QA, Role.ADMIN, Role.AUDITOR})
"""Those who may forbid that a recording is deleted."""
REVEALERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.QA, Role.ADMIN})


def view_of(account: Account) -> View:
    """Agents see less of other people's calls."""
    return View.SUPERVISION if account.role in SUPERVISION else View.AGENT


def same_origin(request: web.Request) -> bool:
    """The page that asks came from this host, or from one that a proxy shows for it; browsers always
    say so on POST and WebSocket."""
    origin = request.headers.get("Origin", "")
    if origin in request.config_dict[PARTS].origins:
        return True
    return bool(request.host) and origin.partition("://")[2].lower() == request.host.lower()


def by_https(request: web.Request) -> bool:
    """Whether the browser came by https, as far as we or a trusted proxy can tell."""
    return request.app[PARTS].cookie_secure or arrival(request).secure


def cookie_name(request: web.Request) -> str:
    """By https one that no other host and no page by http can set (RFC 6265bis §4.1.3.2)."""
    return f"__Host-{COOKIE}" if by_https(request) else COOKIE


async def signed_in(
    request: web.Request, parts: WebParts, *, at_the_door: bool = False
) -> SignedIn | None:
    """The session behind the cookie, extended; None without one. Raises StoreDown, and ApiError 403 for
    who must change his password first, but ``at_the_door``, where he does so."""
    token = request.cookies.get(cookie_name(request), "")
    if not 0 < len(token) <= 256:
        return None
    account = await parts.sessions.find(token, parts.limits.session_idle_s)
    if account and account.must_change and not at_the_door:
        raise ApiError(403, "signin.must_change")
    return SignedIn(account, token) if account else None


async def session_ended(parts: WebParts, who: SignedIn | None) -> None:
    """Returns when the session is over; an open socket keeps it alive. Never for who has none."""
    while True:
        await asyncio.sleep(parts.limits.session_check_s)
        with suppress(StoreDown):
            if who and await parts.sessions.find(who.token, parts.limits.session_idle_s) is None:
                return


def guarded(route: Route) -> Handler:
    """What the route serves, behind its checks; ``roles`` None opens it to anybody."""
    serve, roles = route.serve, route.roles

    async def checked(request: web.Request) -> web.StreamResponse:
        parts = request.app[PARTS]
        if request.method not in SAFE_METHODS:
            _check_page(request)
        limits = parts.limits
        async with asyncio.timeout(limits.report_s if route.slow else limits.request_s):
            if roles is not None:
                request[SIGNED_IN] = await _allowed(request, route, roles)
            return await serve(request)

    return checked


def for_machines(serve: Handler) -> Handler:
    """``serve`` for a gateway that shows its token (RFC 6750); no token, no door."""

    async def checked(request: web.Request) -> web.StreamResponse:
        parts = request.app[PARTS]
        token = parts.messages.token if parts.messages else ""
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not compare_digest(shown.encode(), token.encode()):
            log.warning("gateway refused", extra={"fact": "gateway_refused", "path": request.path})
            raise ApiError(401, "signin.token")
        async with asyncio.timeout(parts.limits.request_s):
            return await serve(request)

    return checked


def _check_page(request: web.Request) -> None:
    if not same_origin(request):
        log.warning(
            "request of a foreign page refused",
            extra={"fact": "foreign_page", "path": request.path},
        )
        raise ApiError(403, "signin.origin")
    if request.headers.get("X-Requested-With") != "cti":
        raise ApiError(403, "signin.header")


async def _allowed(request: web.Request, route: Route, roles: frozenset[Role]) -> SignedIn:
    who = await signed_in(request, request.app[PARTS], at_the_door=route.at_the_door)
    if who is None:
        raise ApiError(401, "signin.needed")
    if who.account.role not in roles:
        log.warning(
            "role refused",
            extra={"fact": "role_refused", "path": request.path, "role": who.account.role},
        )
        raise ApiError(403, "signin.role")
    return who


class Attempts:
    """Sign-ins lately that were not right: of a minute by login and address, and by address; of an
    hour by login from addresses it never signed in from (OWASP ASVS 4.0.3, 2.2.1: at most 100). So
    nobody guesses for long, and nobody keeps an agent from his own desk by guessing."""

    def __init__(self, of_login: int, of_address: int, of_login_an_hour: int) -> None:
        self._of_login = Windows(of_login, 60.0)
        self._of_address = Windows(of_address, 60.0)
        self._from_elsewhere = Windows(of_login_an_hour, 3600.0)
        self._at_home: OrderedDict[tuple[str, str], None] = OrderedDict()

    def windows(self, login: str, address: str) -> tuple[Window, ...]:
        """Those that count here. Marked before the password is checked, so that trying at once is no
        way around; unmarked when it was right."""
        found = self._of_login.of(f"{address} {login}"), self._of_address.of(address)
        if (login, address) in self._at_home:
            return found
        return (*found, self._from_elsewhere.of(login))

    def signed_in(self, login: str, address: str) -> None:
        """This login belongs to this address from now on."""
        self._at_home[login, address] = None
        if len(self._at_home) > KNOWN_ADDRESSES:
            self._at_home.popitem(last=False)
