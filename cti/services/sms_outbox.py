"""Text messages on their way out: checked and durable before the caller hears so, then sent.

``queued → sending → sent → delivered | failed | expired``. A message is marked ``sending`` before
the gateway sees it. Whoever dies between that and the gateway's answer leaves it in doubt: it is
sent again where the gateway knows a repeat by our id, and fails as ``in_doubt`` otherwise, with a
work item, so that nobody gets the same message twice.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from cti.core import sms as core
from cti.services.errand_ports import SmsRequest
from cti.services.ports import Clock, HistoryDown, Refused
from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    InboundSms,
    NewSms,
    OutgoingSms,
    Receipt,
    SmsBook,
    SmsGateway,
    SmsState,
)

log = logging.getLogger(__name__)

BATCH = 10
LOOK_EVERY_S = 5.0
DEAD_AFTER_S = 120.0
"""So long nobody takes to hear the gateway's answer: he is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsRules:
    """``normalised``: any number as E.164, '' for none; ``label``: a claim state's word.

    After the n-th failed attempt the next one comes ``backoff_s[n]`` seconds later.
    """

    templates: Mapping[str, core.Template]
    zone: tzinfo
    normalised: Callable[[str], str]
    label: core.Label
    valid_h: float = 24.0
    per_s: float = 20.0
    backoff_s: tuple[float, ...] = (5.0, 30.0, 120.0, 600.0, 1800.0)


class Outbox:
    """``SmsOutbox`` and ``SmsNews``; ``run`` must be running."""

    def __init__(self, rules: SmsRules, book: SmsBook, gateway: SmsGateway, now: Clock) -> None:
        self._rules, self._book, self._gateway, self._now = rules, book, gateway, now
        self._wake = asyncio.Event()

    async def put(self, request: SmsRequest) -> None:
        """Durable when it returns. Raises Refused (sms_template, sms_number, sms_values,
        sms_opted_out) and HistoryDown."""
        template = self._rules.templates.get(request.template)
        if template is None:
            raise Refused("sms_template", name=request.template)
        number = self._rules.normalised(request.to)
        if not number:
            raise Refused("sms_number")
        text = self._text(template, request)
        marketing = template.sms_class is core.SmsClass.MARKETING
        if marketing and await self._book.opted_out(number):
            raise Refused("sms_opted_out")
        await self._add(template, request, number, text)

    def _text(self, template: core.Template, request: SmsRequest) -> str:
        try:
            return core.compose(template, request.language, request.values, self._rules.label)
        except core.BadValues as wrong:
            log.warning("text message refused: %s", wrong, extra={"fact": "sms_refused"})
            raise Refused("sms_values", detail=str(wrong)) from wrong

    async def _add(
        self, template: core.Template, request: SmsRequest, number: str, text: str
    ) -> None:
        now = self._now()
        next_at = core.earliest(template.sms_class, now, self._rules.zone)
        new = NewSms(
            template=template.name,
            sms_class=template.sms_class,
            number=number,
            text=text,
            parts=len(core.parts(text)),
            call_id=request.call_id,
            queued_at=now,
            next_at=next_at,
            expires_at=next_at + timedelta(hours=self._rules.valid_h),
        )
        await self._book.add(new)
        self._wake.set()

    async def receive(self, receipt: Receipt) -> None:
        """What the network says of a message."""
        await self._book.receive(receipt, self._now())

    async def hear(self, inbound: InboundSms) -> None:
        """A reply; R or 退订 ends marketing to that number."""
        number = self._rules.normalised(inbound.number)
        if not number:
            return
        reply = InboundSms(gateway_id=inbound.gateway_id, number=number, text=inbound.text)
        if core.is_opt_out(inbound.text):
            await self._book.opt_out(number, "reply", self._now())
        await self._book.hear(reply, self._now())

    async def run(self) -> None:
        """Send until cancelled; an outage of the database is waited out."""
        while True:
            self._wake.clear()
            try:
                await self._clear_up()
                while batch := await self._book.claim(self._now(), BATCH):
                    for sms in batch:
                        await self._send(sms)
                        await asyncio.sleep(1 / self._rules.per_s)
                wait_s = await self._pause_s()
            except HistoryDown as down:
                log.warning("text messages wait: %s", down, extra={"fact": "sms_wait"})
                wait_s = LOOK_EVERY_S
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _pause_s(self) -> float:
        due = await self._book.next_due()
        due_s = (due - self._now()).total_seconds() if due else LOOK_EVERY_S
        return min(max(due_s, 0.01), LOOK_EVERY_S)

    async def _clear_up(self) -> None:
        before = self._now() - timedelta(seconds=DEAD_AFTER_S)
        for sms in await self._book.unanswered(before):
            await self._in_doubt(sms)

    async def _send(self, sms: OutgoingSms) -> None:
        if self._now() >= sms.expires_at:
            await self._book.failed(sms, SmsState.EXPIRED, "expired", self._now())
            return
        try:
            gateway_ids = await self._gateway.send(sms)
        except GatewayBusy as busy:
            await self._later(sms, busy)
        except GatewayRefused as no:
            await self._fail(sms, str(no))
        except GatewayDoubt:
            await self._in_doubt(sms)
        else:
            await self._book.sent(sms, gateway_ids, self._now())

    async def _later(self, sms: OutgoingSms, busy: GatewayBusy) -> None:
        if sms.attempt > len(self._rules.backoff_s):
            await self._fail(sms, "unreachable")
            return
        wait_s = self._rules.backoff_s[sms.attempt - 1]
        log.warning("text message waits: %s", busy, extra=_about(sms, "sms_later"))
        await self._book.again(sms, self._now() + timedelta(seconds=wait_s))

    async def _in_doubt(self, sms: OutgoingSms) -> None:
        if self._gateway.repeat_is_safe:
            await self._later(sms, GatewayBusy("no answer, our id makes a repeat safe"))
        else:
            await self._fail(sms, "in_doubt")

    async def _fail(self, sms: OutgoingSms, reason: str) -> None:
        log.error("text message failed: %s", reason, extra=_about(sms, "sms_failed"))
        await self._book.failed(sms, SmsState.FAILED, reason, self._now())


def _about(sms: OutgoingSms, fact: str) -> dict[str, object]:
    return {"fact": fact, "sms_id": sms.sms_id, "template": sms.template}
