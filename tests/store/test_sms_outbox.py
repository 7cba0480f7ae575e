"""Text messages: sent once, tried again, given up, refused, on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core import work_events
from cti.services.errand_ports import SmsRequest
from cti.services.ports import Refused
from cti.services.sms_outbox import DEAD_AFTER_S
from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    InboundSms,
    Receipt,
    SmsState,
)
from cti.services.work_ports import WorkQuery
from cti.store.sql_work import SqlWork
from tests.store.work_samples import NOON, NUMBER, Gateway, Post, facts, kinds


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
