"""Work items, text messages, voice messages and their facts, on both databases."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import work_events
from cti.core.changes import Changes
from cti.core.events import Event, SurveyAnswered
from cti.core.ids import CallId, EventId
from cti.core.sms import SmsClass, Template, ValueType
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.services.errand_ports import SmsRequest, VoiceMessage
from cti.services.fact_relay import FactRelay
from cti.services.mailbox import VoiceMailbox
from cti.services.ports import Recorded, Refused
from cti.services.sms_outbox import DEAD_AFTER_S, Outbox, SmsRules
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
from cti.services.work_ports import NewWork, WorkQuery
from cti.store.memory_state import MemoryState
from cti.store.phone_numbers import normalised
from cti.store.sql_facts import SqlFacts
from cti.store.sql_journal import SqlJournal
from cti.store.sql_sms import SqlSms
from cti.store.sql_voicemail import SqlVoicemail
from cti.store.sql_work import SqlWork
from cti.store.tables_work import sms_message, survey_answer
from cti.store.voice_files import VoiceFiles

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


def new_work(key: str = "k", due_h: int = 1) -> NewWork:
    return NewWork(
        kind=WorkKind.VOICEMAIL,
        key=key,
        due_at=NOON + timedelta(hours=due_h),
        queue="consult",
        call_id=CALL,
        number=NUMBER,
        details={"a": "b"},
    )


# Work items.


async def test_the_same_cause_makes_one_item_and_one_fact(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    assert await work.open(new_work(), NOON) is not None
    assert await work.open(new_work(), NOON) is None
    assert len(await work.find(WorkQuery())) == 1
    assert await kinds(engine) == ["workItemOpened"]


async def test_what_is_most_urgent_stands_first(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    for key, due_h in (("late", 9), ("soon", 1), ("later", 20)):
        await work.open(new_work(key, due_h), NOON)
    assert [item.key for item in await work.find(WorkQuery())] == ["soon", "late", "later"]


async def test_what_one_took_another_cannot_close(engine: AsyncEngine) -> None:
    work = SqlWork(engine, lambda: NOON)
    item_id = await work.open(new_work(), NOON)
    assert item_id
    assert await work.take(item_id, "1001", NOON)
    assert not await work.take(item_id, "1002", NOON)
    assert not await work.close(item_id, "1002", WorkResult.DONE, "")
    assert await work.close(item_id, "1001", WorkResult.UNREACHABLE, "no answer")
    assert not await work.close(item_id, "1001", WorkResult.DONE, "")
    assert await work.find(WorkQuery()) == []
    (done,) = await work.find(WorkQuery(states=[WorkState.DONE]))
    assert (done.closed_by, done.result, done.remarks) == ("1001", "unreachable", "no answer")
    assert await kinds(engine) == ["workItemOpened", "workItemClosed"]


async def test_facts_reach_the_journal_once_whatever_is_repeated(engine: AsyncEngine) -> None:
    await SqlWork(engine, lambda: NOON).open(new_work(), NOON)
    state = MemoryState()
    (pending,) = await SqlFacts(engine).pending()
    await state.commit(Changes(events=(pending.event,), commit_id=pending.token))
    running = asyncio.create_task(FactRelay(SqlFacts(engine), state).run())
    async with asyncio.timeout(5):
        while await SqlFacts(engine).pending():  # noqa: ASYNC110 (SQL tells nobody)
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(state.journal) == 1


# Surveys.


async def test_answers_of_a_survey_are_rows_once(engine: AsyncEngine) -> None:
    fact = SurveyAnswered(
        at=NOON,
        call_id=CALL,
        survey="service",
        answers={"rating": "4", "reason": "2"},
        queue="motor",
        agent_id="1001",
    )
    recorded = [Recorded(EventId("1-0"), fact)]
    journal = SqlJournal(engine)
    await journal.save(recorded)
    await journal.save(recorded)
    async with engine.connect() as connection:
        rows = (await connection.execute(select(survey_answer))).all()
    assert {(row.question, row.answer, row.agent_id, row.queue) for row in rows} == {
        ("rating", "4", "1001", "motor"),
        ("reason", "2", "1001", "motor"),
    }


# Voice messages.


@pytest.fixture
def said(tmp_path: Path) -> VoiceMessage:
    recording = tmp_path / "spool" / "1-1-abc.wav"
    recording.parent.mkdir()
    recording.write_bytes(b"RIFF sound")
    return VoiceMessage(
        call_id=CALL,
        box="consult",
        caller_number=NUMBER,
        language="zh",
        file=str(recording),
        seconds=3.0,
        left_at=NOON,
    )


async def test_a_message_survives_the_server_before_the_database_has_it(
    engine: AsyncEngine, tmp_path: Path, said: VoiceMessage
) -> None:
    shelf = VoiceFiles(tmp_path / "messages")
    due = NOON + timedelta(hours=3)
    book = SqlVoicemail(engine, lambda: None)
    await VoiceMailbox(shelf, book, lambda _box, _at: due, lambda: NOON).keep(said)
    assert not Path(said.file).exists()  # noqa: ASYNC240
    again = VoiceMailbox(shelf, book, lambda _box, _at: due, lambda: NOON)
    (kept,) = await shelf.unfiled()
    assert kept.sha256 == hashlib.sha256(b"RIFF sound").hexdigest()
    await book.file(kept, again._work(kept), NOON)  # and the server died before it was noted
    running = asyncio.create_task(again.run())
    async with asyncio.timeout(5):
        while await shelf.unfiled():  # noqa: ASYNC110 (SQL tells nobody)
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (item,) = await SqlWork(engine, lambda: NOON).find(WorkQuery())
    assert (item.kind, item.due_at, item.number) == ("voicemail", due, NUMBER)
    assert await again.audio_of(item.details["message_id"]) == "2026-11/1-1-abc.wav"
    assert shelf.path("2026-11/1-1-abc.wav").read_bytes() == b"RIFF sound"
    assert await kinds(engine) == ["voicemailLeft", "workItemOpened"]


async def test_an_unreadable_note_holds_up_nothing(
    engine: AsyncEngine, tmp_path: Path, said: VoiceMessage
) -> None:
    shelf = VoiceFiles(tmp_path / "messages")
    await shelf.keep(said)
    (tmp_path / "messages" / "2026-11" / "bad.json").write_text("{", "utf-8")
    assert len(await shelf.unfiled()) == 1


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        VoiceFiles(tmp_path / "messages").path("../secrets/ami")


# Text messages.


async def test_a_message_is_sent_once_and_delivered_by_its_receipt(engine: AsyncEngine) -> None:
    post = Post(engine)
    await post.put()
    await post.until(SmsState.SENT)
    receipt = Receipt(gateway_id="g1", state=SmsState.DELIVERED)
    await post.outbox.receive(receipt)
    await post.outbox.receive(receipt)
    assert await post.row() == ("delivered", "")
    assert [sms.number for sms in post.gateway.sent] == ["+8613997000001"]
    assert await kinds(engine) == ["smsQueued", "smsSent", "smsDelivered"]
    assert NUMBER not in repr(await facts(engine))


async def test_a_receipt_may_come_before_the_gateways_answer_is_noted(
    engine: AsyncEngine,
) -> None:
    post = Post(engine)
    await post.put()
    await post.outbox.receive(Receipt(gateway_id="g1", state=SmsState.DELIVERED))
    await post.until(SmsState.DELIVERED)


async def test_a_message_in_parts_is_delivered_with_its_last_part(engine: AsyncEngine) -> None:
    post = Post(engine)
    post.gateway.answers = [["a", "b"]]
    await post.put()
    await post.until(SmsState.SENT)
    await post.outbox.receive(Receipt(gateway_id="a", state=SmsState.DELIVERED))
    assert (await post.row())[0] == "sent"
    await post.outbox.receive(Receipt(gateway_id="b", state=SmsState.FAILED, reason="smpp_21"))
    assert await post.row() == ("failed", "smpp_21")


async def test_a_busy_gateway_is_tried_again_later(engine: AsyncEngine) -> None:
    post = Post(engine)
    post.gateway.answers = [GatewayBusy("no line")]
    await post.put()
    await post.send()
    post.clock.now += timedelta(seconds=6)
    await post.until(SmsState.SENT)
    assert [sms.attempt for sms in post.gateway.sent] == [1, 2]


async def test_a_refused_service_message_becomes_work(engine: AsyncEngine) -> None:
    post = Post(engine)
    post.gateway.answers = [GatewayRefused("no_such_number")]
    await post.put()
    assert await post.until(SmsState.FAILED) == "no_such_number"
    (item,) = await SqlWork(engine, lambda: NOON).find(WorkQuery())
    assert (item.kind, item.details["reason"]) == ("sms_failed", "no_such_number")
    failed = (await facts(engine))[1]
    assert isinstance(failed, work_events.SmsFailed)


@pytest.mark.parametrize(("safe", "state"), [(False, SmsState.FAILED), (True, SmsState.SENT)])
async def test_doubt_is_repeated_only_where_a_repeat_is_safe(
    engine: AsyncEngine, safe: bool, state: SmsState
) -> None:
    post = Post(engine, Gateway(repeat_is_safe=safe))
    post.gateway.answers = [GatewayDoubt("no answer")]
    await post.put()
    await post.send()
    post.clock.now += timedelta(seconds=6)
    reason = await post.until(state)
    assert reason == ("" if safe else "in_doubt")
    assert len(post.gateway.sent) == (2 if safe else 1)


@pytest.mark.parametrize(("safe", "state"), [(False, SmsState.FAILED), (True, SmsState.SENT)])
async def test_what_a_dead_server_had_in_hand_is_taken_up(
    engine: AsyncEngine, safe: bool, state: SmsState
) -> None:
    post = Post(engine, Gateway(repeat_is_safe=safe))
    await post.put()
    assert len(await post.book.claim(NOON, 10)) == 1  # and then it died
    post.clock.now += timedelta(seconds=DEAD_AFTER_S + 1)
    await post.outbox._clear_up()
    post.clock.now += timedelta(seconds=10)
    await post.until(state)


async def test_two_nodes_never_claim_the_same_message(engine: AsyncEngine) -> None:
    first, second = Post(engine), Post(engine)
    for _ in range(5):
        await first.put()
    found = await asyncio.gather(first.book.claim(NOON, 3), second.book.claim(NOON, 3))
    ids = [sms.sms_id for batch in found for sms in batch]
    assert len(ids) == len(set(ids))


async def test_a_message_too_late_expires(engine: AsyncEngine) -> None:
    post = Post(engine)
    await post.put()
    post.clock.now += timedelta(hours=25)
    assert await post.until(SmsState.EXPIRED) == "expired"
    assert not post.gateway.sent


async def test_marketing_waits_for_the_morning(engine: AsyncEngine) -> None:
    post = Post(engine)
    post.clock.now = NOON + timedelta(hours=9)  # 21:00
    await post.put("renewal")
    assert await post.book.claim(post.clock.now, 10) == []
    assert len(await post.book.claim(NOON + timedelta(hours=21), 10)) == 1  # 9:00


async def test_who_replies_r_gets_no_more_marketing(engine: AsyncEngine) -> None:
    post = Post(engine)
    await post.outbox.hear(InboundSms(gateway_id="i1", number="8613997000001", text="R"))
    with pytest.raises(Refused) as no:
        await post.put("renewal")
    assert no.value.code == "sms_opted_out"
    await post.put("paid")
    (out,) = await post.book.opt_outs()
    assert (out.number, out.how) == ("+8613997000001", "reply")
    assert await post.book.opt_in("+8613997000001")
    await post.put("renewal")


@pytest.mark.parametrize(
    ("template", "to", "values", "code"),
    [
        ("paid", "anonymous", {"no": "1"}, "sms_number"),
        ("paid", NUMBER, {"no": "半"}, "sms_values"),
        ("paid", NUMBER, {"yes": "1"}, "sms_values"),
        ("none", NUMBER, {}, "sms_template"),
    ],
)
async def test_what_cannot_be_sent_is_refused_at_once(
    engine: AsyncEngine, template: str, to: str, values: dict[str, str], code: str
) -> None:
    post = Post(engine)
    with pytest.raises(Refused) as no:
        await post.outbox.put(SmsRequest(template=template, to=to, values=values, asked_at=NOON))
    assert no.value.code == code
