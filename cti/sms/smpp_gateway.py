"""Text messages by SMPP 3.4 through aiosmpplib: it binds, reconnects and keeps the link alive.

The parts of a long message are made here (user data header of 3GPP TS 23.040 §9.2.3.24.1), because
each part's answer must be seen: the library joins them, and would send 254 octets in one.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from aiosmpplib import NPI, TON, BindMode, PhoneNumber, SubmitSm
from aiosmpplib.broker import AbstractBroker
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import DeliverSm, GenericNack, SmppMessage, SubmitSmResp
from aiosmpplib.retrytimer import SimpleExponentialBackoff
from aiosmpplib.state import SmppCommandStatus, SmppSessionState

from cti.core.sms import is_plain, parts
from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    InboundSms,
    OutgoingSms,
    Receipt,
    SmsNews,
    SmsState,
)
from cti.sms.smpp_link import Answers, Link, NeverThrottle, unbind

log = logging.getLogger(__name__)

UDHI = 0b01000000
BUSY = frozenset({"ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_RSYSERR", "ESME_RINVBNDSTS"})
"""Answers after which the same message may be tried again."""
RECEIPTS = {
    "DELIVRD": SmsState.DELIVERED,
    "EXPIRED": SmsState.EXPIRED,
    "DELETED": SmsState.FAILED,
    "UNDELIV": SmsState.FAILED,
    "REJECTD": SmsState.FAILED,
}
"""What a receipt's ``stat`` means; others (ACCEPTD, UNKNOWN) are not the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppAccount:
    """One bind as transceiver. ``system_id`` at most 15, ``password`` at most 8 characters."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str
    answer_s: float = 10.0
    enquire_every_s: float = 30.0
    retry_ms: int = 1000


@dataclass(slots=True, eq=False)
class _Flight:
    """A part on its way; ``on_wire`` once it may have reached the network."""

    message: SubmitSm
    answer: "asyncio.Future[str]"
    on_wire: bool = False


class _Broker(AbstractBroker):  # type: ignore[misc]
    """Hands over parts; one that nobody waits for any longer is left out."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[_Flight] = asyncio.Queue()

    async def enqueue(self, message: SmppMessage) -> None:
        raise NotImplementedError("parts come by put")

    async def dequeue(self) -> SmppMessage:
        while True:
            flight = await self.waiting.get()
            if not flight.answer.done():
                return flight.message


@dataclass(slots=True)
class _Hook(AbstractHook):  # type: ignore[misc]
    """What comes from the network, to whom it concerns."""

    flights: dict[str, _Flight]
    news: SmsNews | None = None

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        if isinstance(smpp_message, SubmitSm) and (flight := self.flights.get(smpp_message.log_id)):
            flight.on_wire = True

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        match smpp_message:
            case SubmitSmResp() | GenericNack() as answer:
                self._answered(answer)
            case DeliverSm() as came if self.news:
                try:
                    await self._pass_on(came, self.news)
                except ConnectionError as down:
                    # The library would answer ESME_ROK and the news be lost: the bind ends instead,
                    # and the network brings the message again.
                    log.error("news of the network not kept: %s", down)
                    raise

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        flight = self.flights.get(getattr(smpp_message, "log_id", ""))
        if flight and not flight.answer.done():
            busy = isinstance(error, ValueError)
            told: Exception = GatewayRefused("bad_pdu") if busy else GatewayDoubt(repr(error))
            flight.answer.set_exception(told)

    def _answered(self, answer: SubmitSmResp | GenericNack) -> None:
        flight = self.flights.get(answer.log_id)
        if flight is None or flight.answer.done():
            return
        status = answer.command_status
        if isinstance(answer, SubmitSmResp) and status is SmppCommandStatus.ESME_ROK:
            flight.answer.set_result(answer.message_id)
        elif status.name in BUSY:
            flight.answer.set_exception(GatewayBusy(status.name))
        else:
            flight.answer.set_exception(GatewayRefused(status.name.lower()))

    async def _pass_on(self, came: DeliverSm, news: SmsNews) -> None:
        if not came.is_receipt():
            number, text = came.source.number, came.short_message or came.message_payload
            told = InboundSms(gateway_id=_inbound_id(), number=number, text=text)
            await news.hear(told)
            return
        receipt = came.parse_receipt()
        state = RECEIPTS.get(str(receipt.get("stat", "")).upper())
        if state and (gateway_id := str(receipt.get("id", ""))):
            reason = "" if state is SmsState.DELIVERED else f"smpp_{receipt.get('err', '')}"
            await news.receive(Receipt(gateway_id=gateway_id, state=state, reason=reason))


def _inbound_id() -> str:
    """SMPP 3.4 gives a reply no id: a repeat after a lost answer is a second reply."""
    return f"smpp-{uuid4().hex}"


class SmppGateway:
    """One message at a time, all its parts in order."""

    repeat_is_safe = False

    def __init__(self, account: SmppAccount) -> None:
        self._account = account
        self._flights: dict[str, _Flight] = {}
        self._broker = _Broker()
        self._hook = _Hook(self._flights)
        self._esme: Link | None = None
        self._reference = 0

    @property
    def bound(self) -> bool:
        """True while the network takes messages."""
        esme = self._esme
        return esme is not None and esme.session_state is SmppSessionState.BOUND_TRX

    async def run(self, news: SmsNews) -> None:
        """Bind, and bind again, until cancelled; then unbind."""
        self._hook.news = news
        account = self._account
        link = self._esme = Link(
            smsc_host=account.host,
            smsc_port=account.port,
            system_id=account.system_id,
            password=account.password,
            bind_mode=BindMode.TRANSCEIVER,
            enquire_link_interval=account.enquire_every_s,
            socket_timeout=account.answer_s,
            log_handler=logging.NullHandler(),  # its lines hold numbers and texts
            hook=self._hook,
            broker=self._broker,
            throttle_handler=NeverThrottle(),
            correlator=Answers(account.system_id, max_ttl_response=account.answer_s + 5.0),
            retry_timer=SimpleExponentialBackoff(min_delay=account.retry_ms),
        )
        working = asyncio.create_task(link.start(), name="smpp")
        try:
            await asyncio.wait({working})
            working.result()
        finally:
            await unbind(link, working)
            self._esme = None

    async def send(self, sms: OutgoingSms) -> Sequence[str]:
        """The network's ids of all parts. Raises GatewayBusy, GatewayRefused, GatewayDoubt."""
        if not self.bound:
            raise GatewayBusy("not bound")
        self._reference = (self._reference + 1) % 256
        messages = _part_messages(sms, self._account.sender, self._reference)
        found: list[str] = []
        for message in messages:
            try:
                found.append(await self._submit(message))
            except (GatewayBusy, GatewayRefused) as no:
                if not found:
                    raise
                # Some parts are out: to send all again would show them twice.
                raise GatewayDoubt(f"after {len(found)} parts: {no}") from no
        return found

    async def _submit(self, message: SubmitSm) -> str:
        flight = _Flight(message, asyncio.get_running_loop().create_future())
        self._flights[message.log_id] = flight
        self._broker.waiting.put_nowait(flight)
        try:
            async with asyncio.timeout(self._account.answer_s):
                return await flight.answer
        except TimeoutError:
            if flight.on_wire:
                raise GatewayDoubt("no answer in time") from None
            raise GatewayBusy("not sent in time") from None
        finally:
            del self._flights[message.log_id]


def _part_messages(sms: OutgoingSms, sender: str, reference: int) -> list[SubmitSm]:
    texts = parts(sms.text)
    return [
        _part(sms, text, sender, _header(reference, len(texts), index))
        for index, text in enumerate(texts, start=1)
    ]


def _header(reference: int, total: int, index: int) -> bytes:
    return bytes((5, 0, 3, reference, total, index)) if total > 1 else b""


def _part(sms: OutgoingSms, text: str, sender: str, header: bytes) -> SubmitSm:
    plain = is_plain(sms.text)
    message = SubmitSm(
        short_message=text,
        source=PhoneNumber(sender, TON.UNKNOWN, NPI.ISDN),
        destination=PhoneNumber(sms.number.lstrip("+"), TON.INTERNATIONAL, NPI.ISDN),
        esm_class=UDHI if header else 0,
        registered_delivery=1,
        encoding=None if plain else "ucs2",
        log_id=f"{sms.sms_id}/{header.hex()}/{sms.attempt}",
    )
    message.set_encoded_message(header + text.encode("ascii" if plain else "utf-16-be"))
    return message
