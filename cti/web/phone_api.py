"""What a page needs to be a phone: an agent's own, or that of a caller who rings the hotline up."""

import re

from aiohttp import web

from cti.services.own_address import own_address
from cti.web.auth import signed_in
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.phone_parts import CallerPageRule, PhoneParts
from cti.web.proxies import arrival
from cti.web.replies import reply
from cti.web.sip_identity import CALLER
from cti.web.sip_proxy import may_call
from cti.web.windows import Windows

REALM = "95518"
SIP_PATH = "/sip"
PAGES = web.AppKey("PAGES", Windows)
"""How many tokens each address asked for in the last minute."""
PAGES_A_MINUTE = 60
_NUMBER = re.compile(r"(?:\+?[0-9]{2,20})?")


async def phone(request: web.Request) -> web.Response:
    """The signed-in person's phone in the browser; 409 without an extension, 503 while Asterisk is away."""
    parts, who = _parts(request), request[SIGNED_IN]
    found = await parts.phones.open(who.account, who.token)
    return reply(
        {
            "extension": found.extension,
            **_account(request, found.endpoint, found.password, SIP_PATH),
            "callerPage": may_call(parts.rule, who),
        }
    )


async def caller_phone(request: web.Request) -> web.Response:
    """A phone that calls from a page as ``number`` (none: withheld), with the token that this page and number
    are known by. 403 where that is not allowed, 401 where signing in would help."""
    parts = _parts(request)
    who = await signed_in(request, request.app[PARTS])
    if not may_call(parts.rule, who):
        helps = who is None and parts.rule is CallerPageRule.SIGNED_IN
        raise ApiError(401, "signin.needed") if helps else ApiError(403, "phone.no_caller_page")
    number = request.query.get("number", "")
    if not _NUMBER.fullmatch(number):
        raise ApiError(400, "request.wrong_field", field="number", longest=20)
    if request.app[PAGES].of(arrival(request).address).mark(request.app[PARTS].now()):
        raise ApiError(429, "phone.too_often")
    token = parts.pages.open(who.token if who else "", number)
    return reply(
        {
            **_account(request, CALLER, parts.caller_password, f"{SIP_PATH}?as={CALLER}"),
            "number": number,
            "token": token,
            "numbers": list(parts.numbers),
            "customers": await _samples(parts, language_of(request)),
        }
    )


async def _samples(parts: PhoneParts, language: str) -> list[dict[str, str]]:
    return [
        {
            "number": each.number,
            "name": each.name,
            "area": each.area,
            "about": each.about[language],
        }
        for each in await parts.samples()
    ]


def _account(request: web.Request, endpoint: str, password: str, path: str) -> dict[str, str]:
    return {
        "endpoint": endpoint,
        "uri": f"sip:{endpoint}@{REALM}",
        "realm": REALM,
        "password": password,
        "socket": path,
        "address": media_address(arrival(request).address),
    }


def _parts(request: web.Request) -> PhoneParts:
    if (found := request.app[PARTS].phone) is None:
        raise web.HTTPNotFound
    return found


def media_address(remote: str) -> str:
    """Where a browser's media may come from. A browser on this machine has one of its addresses, for loopback
    is left out of ICE."""
    return own_address() or remote if remote in ("127.0.0.1", "::1") else remote
