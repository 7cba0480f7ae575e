"""A page's SIP, handed on to Asterisk: who speaks is checked, what is said is not changed.

Sound goes straight between browser and Asterisk, so a socket that ends cuts off no talk.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    TCPConnector,
    WSMessage,
    WSMsgType,
    web,
)

from cti.services.ports import Refused, TelephonyDown
from cti.web.auth import same_origin, session_ended, signed_in
from cti.web.desktop import GOING_AWAY, SIGNED_OUT, Close
from cti.web.errors import ApiError
from cti.web.parts import PARTS, SignedIn, WebParts
from cti.web.phone_parts import CallerPageRule, PhoneParts
from cti.web.sip_identity import AgentSpeaker, CallerSpeaker, Foreign, Speaker
from cti.web.sip_wire import NotSip, SipMessage, sip_message
from cti.web.windows import Window

log = logging.getLogger(__name__)

PROTOCOL = "sip"
UPSTREAM_S = 5.0
PAGE_BYTES = 16 * 1024
"""Of one message of a page; a browser's longest, an INVITE with its sound, takes a third of it."""
PAGE_LEFT = Close(1000, "page left")
TAKEN_OVER = Close(4009, "registered by another page")
ASTERISK_WENT = Close(1012, "asterisk went: connect again")
UNSEATED = Close(1012, "another page's contact came late: connect again")
_EXPIRES = re.compile(r";[ \t]*expires[ \t]*=[ \t]*([0-9]+)", re.IGNORECASE)
_REGISTERED = re.compile(r"SIP/2\.0 200 .*?^CSeq: *(\d+) REGISTER\r$", re.DOTALL | re.MULTILINE)


class SipPhones:
    """The open sockets of pages' phones."""

    def __init__(self) -> None:
        self._open: set[Phone] = set()

    @property
    def phones(self) -> "frozenset[Phone]":
        """Those open now."""
        return frozenset(self._open)

    def enter(self, phone: "Phone") -> None:
        """A page connected."""
        self._open.add(phone)

    def leave(self, phone: "Phone") -> None:
        """It is gone."""
        self._open.discard(phone)

    def end_others(self, of: "Phone", why: Close) -> None:
        """Asterisk has one contact for an endpoint, now that of ``of``: the other pages are told."""
        for phone in self._open:
            if phone is not of and phone.endpoint == of.endpoint:
                phone.end(why)

    def end_session(self, token: str) -> None:
        """A session ended."""
        for phone in self._open:
            if phone.who and phone.who.token == token:
                phone.end(SIGNED_OUT)

    def end_person(self, login: str, but: str) -> None:
        """A person's sessions ended, but that of the token ``but``."""
        for phone in self._open:
            if phone.who and phone.who.account.login == login and phone.who.token != but:
                phone.end(SIGNED_OUT)

    def end_all(self) -> None:
        """The server stops."""
        for phone in self._open:
            phone.end(GOING_AWAY)


SIP_PHONES = web.AppKey("SIP_PHONES", SipPhones)
_CLIENT = web.AppKey("SIP_CLIENT", ClientSession)


async def sip_client(app: web.Application) -> AsyncIterator[None]:
    """What connects to Asterisk; as many at once as there are phones (aiohttp's own limit is 100)."""
    app[_CLIENT] = ClientSession(connector=TCPConnector(limit=0))
    yield
    await app[_CLIENT].close()


async def sip_socket(request: web.Request) -> web.StreamResponse:
    """One page's phone from connecting to closing. 403 for a foreign page, 502 while Asterisk is away, close
    4401 without a session, 4403 for a person without a phone."""
    parts = request.app[PARTS]
    if parts.phone is None:
        raise web.HTTPNotFound
    if not same_origin(request):
        log.warning("sip of a foreign page refused", extra={"fact": "foreign_page"})
        raise ApiError(403, "signin.origin")
    if PROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", "").split(","):
        raise ApiError(400, "phone.no_sip")
    who = await signed_in(request, parts)
    speaker = await _speaker(request, parts.phone, who)
    if isinstance(speaker, Close):
        return await _refused(request, parts, speaker)
    upstream = await _connected(request.app[_CLIENT], parts.phone.upstream, parts)
    try:
        page = _page_socket(parts)
        await page.prepare(request)
        phone = Phone(parts, page, upstream, (speaker, who))
        await phone.run(request.app[SIP_PHONES])
        return page
    finally:
        await upstream.close()


async def _speaker(
    request: web.Request, parts: PhoneParts, who: SignedIn | None
) -> Speaker | Close:
    """Who is at the page, or why he may not speak."""
    if request.query.get("as") == "caller":
        owner = who.token if who else ""
        if may_call(parts.rule, who):
            return CallerSpeaker(lambda shown: parts.pages.number_of(shown, owner))
        return Close(4403, "no caller page") if who else SIGNED_OUT
    if who is None:
        return SIGNED_OUT
    try:
        return AgentSpeaker((await parts.phones.open(who.account, who.token)).endpoint)
    except Refused:
        return Close(4403, "no extension")
    except TelephonyDown:
        raise ApiError(502, "phone.asterisk_away") from None


def may_call(rule: CallerPageRule, who: SignedIn | None) -> bool:
    """Whether this person may call from a page."""
    return rule is CallerPageRule.OPEN or (rule is CallerPageRule.SIGNED_IN and who is not None)


async def _refused(request: web.Request, parts: WebParts, why: Close) -> web.StreamResponse:
    """A browser shows a page only how a socket closed, not why it did not open."""
    page = _page_socket(parts)
    await page.prepare(request)
    await page.close(code=why.code, message=why.why.encode())
    return page


def _page_socket(parts: WebParts) -> web.WebSocketResponse:
    limits = parts.limits
    return web.WebSocketResponse(
        protocols=(PROTOCOL,),
        timeout=limits.close_s,
        heartbeat=limits.heartbeat_s,
        max_msg_size=PAGE_BYTES,
        compress=False,
    )


async def _connected(
    client: ClientSession, upstream: str, parts: WebParts
) -> ClientWebSocketResponse:
    size = parts.limits.frame_bytes
    try:
        async with asyncio.timeout(UPSTREAM_S):
            return await client.ws_connect(upstream, protocols=(PROTOCOL,), max_msg_size=size)
    except (ClientError, TimeoutError, OSError) as away:
        log.warning(
            "asterisk takes no sip: %s", type(away).__name__, extra={"fact": "sip_asterisk_away"}
        )
        raise ApiError(502, "phone.asterisk_away") from None


async def forget_phone(parts: WebParts, who: SignedIn) -> None:
    """The session is over: nobody registers by it any more."""
    if parts.phone is not None:
        await parts.phone.phones.close(who.account, who.token)


def _is_removal(register: SipMessage) -> bool:
    """RFC 3261 §10.2.2: a contact goes with an expiry of 0, its own or the message's."""
    own = _EXPIRES.search(register.header("contact"))
    return (own[1] if own else register.header("expires")).strip() == "0"


class Phone:
    """One page's phone: what it says goes to Asterisk, what Asterisk says comes to it."""

    def __init__(
        self,
        parts: WebParts,
        page: web.WebSocketResponse,
        upstream: ClientWebSocketResponse,
        speaks: tuple[Speaker, SignedIn | None],
    ) -> None:
        self._parts, self._page, self._upstream = parts, page, upstream
        self._speaker, self.who = speaks
        self._frames = Window(parts.limits.frames_in_10_s, 10.0)
        self._removal = ""
        self._ending: asyncio.Future[Close] = asyncio.get_running_loop().create_future()

    @property
    def endpoint(self) -> str:
        """As whom it speaks; pages of callers are many."""
        return self._speaker.endpoint

    def end(self, why: Close) -> None:
        """Close the page's socket; the first reason counts."""
        if not self._ending.done():
            self._ending.set_result(why)

    async def run(self, phones: SipPhones) -> None:
        """Until either side ends, or ``end``."""
        phones.enter(self)
        tasks: set[asyncio.Future[Close]] = {
            self._ending,
            asyncio.ensure_future(self._from_page()),
            asyncio.ensure_future(self._to_page(phones)),
            asyncio.ensure_future(self._session_over()),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            why = next((t.result() for t in done if not t.exception()), ASTERISK_WENT)
        finally:
            phones.leave(self)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if why is SIGNED_OUT and self.who is not None:
            await forget_phone(self._parts, self.who)
        log.info("phone left", extra={"fact": "phone_left", "code": why.code, "why": why.why})
        await self._page.close(code=why.code, message=why.why.encode())

    async def _from_page(self) -> Close:
        with suppress(ConnectionError):  # gone while it was answered a ping
            return await self._hand_on()
        return PAGE_LEFT

    async def _hand_on(self) -> Close:
        async for frame in self._page:
            if (why := self._wrong(frame)) is not None:
                log.warning(
                    "sip of a page refused: %s",
                    why.why,
                    extra={"fact": "sip_refused", "endpoint": self.endpoint},
                )
                return why
            with suppress(ConnectionError):  # its other half says so
                await self._upstream.send_str(frame.data)
        return PAGE_LEFT

    def _wrong(self, frame: WSMessage) -> Close | None:
        if self._frames.mark(self._parts.now()):
            return Close(4400, "too much at once")
        if frame.type is not WSMsgType.TEXT:
            return Close(4400, "no text")
        try:
            message = sip_message(frame.data)
            if message is not None:
                self._speaker.check(message)
                if message.method == "REGISTER":
                    number = message.header("cseq").partition(" ")[0]
                    self._removal = number if _is_removal(message) else ""
        except NotSip as wrong:
            return Close(4400, str(wrong))
        except Foreign as wrong:
            return Close(4403, str(wrong))
        return None

    async def _to_page(self, phones: SipPhones) -> Close:
        async for frame in self._upstream:
            if frame.type is WSMsgType.BINARY:
                await self._page.send_bytes(frame.data)
            elif frame.type is WSMsgType.TEXT:
                if found := _REGISTERED.match(frame.data):
                    self._registered(found[1], phones)
                await self._page.send_str(frame.data)
        return ASTERISK_WENT

    def _registered(self, number: str, phones: SipPhones) -> None:
        """A page that signs off is answered 200 too, and takes the phone from nobody. Where its registration
        of before is answered only then, Asterisk may have put its contact in the place of a newer page's."""
        if not self._removal:
            phones.end_others(self, TAKEN_OVER)
        elif number != self._removal:
            phones.end_others(self, UNSEATED)

    async def _session_over(self) -> Close:
        await session_ended(self._parts, self.who)
        return SIGNED_OUT
