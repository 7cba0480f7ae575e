"""What the menu asks of the world for one caller: look-ups, scripts, callbacks, messages, SMS.

Whatever goes wrong, the tree is told so and leads the caller on; only his hang-up ends the visit.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import Protocol

from cti.core import events
from cti.core.acd.signals import IvrNoted, MessageBegun
from cti.core.ivr import session as ivr
from cti.core.ivr.conditions import Value, as_text
from cti.services.caller_line import (
    Arrival,
    CallerLeftLine,
    CallerLine,
    RecordingFailed,
    ScriptBroke,
)
from cti.services.data_port import IDENTITY_CHECK
from cti.services.dispatcher import Dispatcher
from cti.services.errand_ports import (
    CallbackRequest,
    Callbacks,
    Mailbox,
    SmsOutbox,
    SmsRequest,
    VoiceMessage,
)
from cti.services.ports import Clock, Lookups

log = logging.getLogger(__name__)

ERRAND_LIMIT_S = 3.0
IDENTIFIED = "2"
"""The level of a caller whose number and identity number agree."""


class ErrandParts(Protocol):
    """What errands are run with."""

    @property
    def dispatcher(self) -> Dispatcher: ...
    @property
    def lookups(self) -> Lookups: ...
    @property
    def now(self) -> Clock: ...
    @property
    def callbacks(self) -> Callbacks | None: ...
    @property
    def mailbox(self) -> Mailbox | None: ...
    @property
    def sms(self) -> SmsOutbox | None: ...


class Errands:
    """One caller's errands."""

    def __init__(self, parts: ErrandParts, arrival: Arrival, line: CallerLine) -> None:
        self._parts, self._arrival, self._line = parts, arrival, line

    async def run(self, ask: ivr.Ask, session: ivr.Session) -> ivr.Heard:
        """Do what the tree asks. Raises CallerLeftLine."""
        match ask:
            case ivr.Fetch():
                return await self._fetch(ask)
            case ivr.RunScript():
                return await self._script(ask)
            case ivr.Record():
                return await self._record(ask, session)
            case ivr.PlaceCallback():
                return await self._limited("callback", self._callback(ask, session))
            case ivr.SendSms():
                return await self._limited("sms", self._sms(ask, session))
        raise AssertionError(ask)

    async def _fetch(self, fetch: ivr.Fetch) -> ivr.Heard:
        loop = asyncio.get_running_loop()
        began = loop.time()
        heard: ivr.Heard
        try:
            async with asyncio.timeout(fetch.timeout_s):
                values = await self._parts.lookups.fetch(fetch.source, plain(fetch.arguments))
            heard = ivr.Missing() if values is None else ivr.Found(dict(values))
        except Exception as wrong:
            log.warning("look-up failed: %r", wrong, extra=self._about(source=fetch.source))
            heard = ivr.Failed()
        self._tell(
            events.LookupEnded(
                at=self._parts.now(),
                call_id=self._arrival.call_id,
                source=fetch.source,
                result=type(heard).__name__.lower(),
                took_s=round(loop.time() - began, 3),
            )
        )
        if fetch.source == IDENTITY_CHECK and isinstance(heard, ivr.Found):
            self._tell_identity(as_text(heard.values.get("result", "")))
        return heard

    def _tell_identity(self, result: str) -> None:
        level = IDENTIFIED if result == "ok" else "0"
        self._tell(
            events.IdentityChecked(
                at=self._parts.now(), call_id=self._arrival.call_id, result=result, level=level
            )
        )

    async def _script(self, script: ivr.RunScript) -> ivr.Heard:
        try:
            values = await self._line.run_script(
                script.name, plain(script.arguments), script.timeout_s
            )
        except ScriptBroke as wrong:
            log.warning("script failed: %s", wrong, extra=self._about(script=script.name))
            return ivr.Failed()
        return ivr.Done(dict(values))

    async def _record(self, ask: ivr.Record, session: ivr.Session) -> ivr.Heard:
        """A message that was spoken is kept, also when the caller ends it by hanging up."""
        self._parts.dispatcher.tell(MessageBegun(call_id=self._arrival.call_id))
        try:
            said = await self._line.record(ask.longest_s)
        except RecordingFailed as wrong:
            log.error("no recording: %s", wrong, extra=self._about(errand="voicemail"))
            return ivr.Failed()
        heard: ivr.Heard = ivr.NoInput()
        if said.seconds > 0:
            message = VoiceMessage(
                call_id=self._arrival.call_id,
                box=ask.box,
                caller_number=self._arrival.caller_number,
                language=session.language,
                file=said.file,
                seconds=said.seconds,
                left_at=self._parts.now(),
            )
            heard = await self._limited("voicemail", self._keep(message))
        if said.hung_up:
            raise CallerLeftLine("hung up while recording")
        return heard

    async def _keep(self, message: VoiceMessage) -> None:
        if self._parts.mailbox is None:
            raise LookupError("no mailbox")
        await self._parts.mailbox.keep(message)

    async def _callback(self, ask: ivr.PlaceCallback, session: ivr.Session) -> None:
        if self._parts.callbacks is None:
            raise LookupError("no callbacks")
        request = CallbackRequest(
            call_id=self._arrival.call_id,
            queue=ask.queue,
            number=ask.number,
            caller_number=self._arrival.caller_number,
            language=session.language,
            priority=ask.priority,
            needs=ask.needs,
            variables=plain(ask.variables),
            asked_at=self._parts.now(),
        )
        await self._parts.callbacks.place(request)

    async def _sms(self, ask: ivr.SendSms, session: ivr.Session) -> None:
        if self._parts.sms is None:
            raise LookupError("no outbox")
        request = SmsRequest(
            template=ask.template,
            to=ask.to,
            values=plain(ask.values),
            language=session.language,
            call_id=self._arrival.call_id,
            asked_at=self._parts.now(),
        )
        await self._parts.sms.put(request)

    async def _limited(self, errand: str, work: Awaitable[None]) -> ivr.Heard:
        try:
            async with asyncio.timeout(ERRAND_LIMIT_S):
                await work
        except Exception as wrong:
            log.warning("errand failed: %r", wrong, extra=self._about(errand=errand))
            return ivr.Failed()
        return ivr.Done()

    def _tell(self, fact: events.CallEvent) -> None:
        self._parts.dispatcher.tell(IvrNoted(call_id=self._arrival.call_id, events=(fact,)))

    def _about(self, **more: str) -> Mapping[str, str]:
        return {"call_id": self._arrival.call_id, **more}


def plain(values: Mapping[str, Value]) -> dict[str, str]:
    """Values as text, as the world outside wants them."""
    return {name: as_text(value) for name, value in values.items()}
