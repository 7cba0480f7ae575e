"""What the tests of work that remains after a call share: a noon, a caller, an outbox and its facts."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import Event
from cti.core.ids import CallId
from cti.core.sms import SmsClass, Template, ValueType
from cti.services.errand_ports import SmsRequest
from cti.services.sms_outbox import Outbox, SmsRules
from cti.services.sms_ports import (
    OutgoingSms,
    SmsNews,
    SmsState,
)
from cti.store.phone_numbers import normalised
from cti.store.sql_facts import SqlFacts
from cti.store.sql_sms import SqlSms
from cti.store.tables_work import sms_message

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""
NUMBER = "13997000001"
TEMPLATES = {
    "paid": Template(
        name="paid",
        sms_class=SmsClass.SERVICE,
        variables={"no": (ValueType.CODE, 32)},
        text={"zh": "案件{no}已支付。"},
    ),
    "renewal": Template(
        name="renewal", sms_class=SmsClass.MARKETING, variables={}, text={"zh": "续保。拒收请回复R"}
    ),
}
CALL = CallId("1.1")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Gateway:
    """Answers as told: ids, or an exception."""

    def __init__(self, *, repeat_is_safe: bool = False) -> None:
        self.repeat_is_safe = repeat_is_safe
        self.answers: list[Sequence[str] | Exception] = []
        self.sent: list[OutgoingSms] = []

    async def send(self, sms: OutgoingSms) -> Sequence[str]:
        self.sent.append(sms)
        answer = self.answers.pop(0) if self.answers else [f"g{sms.sms_id}"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run(self, news: SmsNews) -> None:
        raise AssertionError("nobody runs it here")


class Post:
    """An outbox over one database, with a gateway and a clock of the test's."""

    def __init__(self, engine: AsyncEngine, gateway: Gateway | None = None) -> None:
        self.engine, self.clock = engine, Clock()
        self.gateway = gateway or Gateway()
        self.book = SqlSms(engine, lambda: None)
        rules = SmsRules(
            templates=TEMPLATES,
            zone=ZoneInfo("Asia/Shanghai"),
            normalised=normalised,
            label=lambda _type, code, _language: code,
            per_s=1000,
        )
        self.outbox = Outbox(rules, self.book, self.gateway, self.clock)

    async def put(self, template: str = "paid", to: str = NUMBER, **values: str) -> None:
        given = values or ({"no": "A1"} if template == "paid" else {})
        await self.outbox.put(
            SmsRequest(template=template, to=to, values=given, asked_at=NOON, call_id=CALL)
        )

    async def until(self, state: SmsState, limit_s: float = 5.0) -> str:
        """Run the sender until the message is in a state; its reason."""
        running = asyncio.create_task(self.outbox.run())
        try:
            async with asyncio.timeout(limit_s):
                while (found := await self.row())[0] != state:  # noqa: ASYNC110 (SQL tells nobody)
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return found[1]

    async def send(self) -> None:
        """What is due now, once."""
        for sms in await self.book.claim(self.clock.now, 10):
            await self.outbox._send(sms)

    async def row(self) -> tuple[str, str]:
        async with self.engine.connect() as connection:
            columns = (sms_message.c.state, sms_message.c.reason)
            found = (await connection.execute(select(*columns))).one()
        return found.state, found.reason or ""


async def facts(engine: AsyncEngine) -> list[Event]:
    return [each.event for each in await SqlFacts(engine).pending()]


async def kinds(engine: AsyncEngine) -> list[str]:
    return [fact.TYPE for fact in await facts(engine)]
