"""Text messages by SMPP, against a small SMSC."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cti.core.sms import parts
from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    InboundSms,
    OutgoingSms,
    Receipt,
    SmsState,
)
from cti.sms.smpp_gateway import SmppAccount, SmppGateway
from tests.wire.smsc import (
    BAD_DESTINATION,
    BIND,
    DELIVER_RESP,
    ENQUIRE,
    OK,
    THROTTLED,
    UNBIND,
    Smsc,
    running_smsc,
)

LONG = "您尾号1234的报案于3月21日受理,目前状态:已定损。如有疑问请拨95518。" * 4

SECRET = "secret"


class News:
    """Keeps what the network told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Any] = asyncio.Queue()

    async def receive(self, receipt: Receipt) -> None:
        await self.told.put(receipt)

    async def hear(self, inbound: InboundSms) -> None:
        await self.told.put(inbound)

    async def next(self) -> Any:
        async with asyncio.timeout(5):
            return await self.told.get()


def message(text: str = "您好", sms_id: int = 1) -> OutgoingSms:
    return OutgoingSms(
        sms_id=sms_id,
        template="t",
        number="+8613997000001",
        text=text,
        attempt=1,
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


@contextlib.asynccontextmanager
async def gateway(
    smsc: Smsc, news: News, password: str = SECRET, **more: Any
) -> AsyncIterator[SmppGateway]:
    account = SmppAccount(
        host="127.0.0.1",
        port=smsc.port,
        system_id="cti",
        password=password,
        sender="95518",
        retry_ms=50,
        **{"answer_s": 2.0, **more},
    )
    found = SmppGateway(account)
    running = asyncio.create_task(found.run(news))
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until_bound(found: SmppGateway) -> None:
    async with asyncio.timeout(5):
        while not found.bound:  # noqa: ASYNC110 (the library tells nobody)
            await asyncio.sleep(0.01)


async def test_a_chinese_message_goes_out_in_ucs2_and_its_receipt_comes_back() -> None:
    news = News()
    async with running_smsc() as smsc, gateway(smsc, news) as found:
        await until_bound(found)
        assert await found.send(message("您好")) == ["m1"]
        (came,) = smsc.submitted
        assert (came.text, came.data_coding, came.registered) == ("您好", 8, 1)
        assert (came.sender, came.to) == ("95518", "8613997000001")
        smsc.receipt("m1")
        assert await news.next() == Receipt(gateway_id="m1", state=SmsState.DELIVERED)
        await smsc.until_commands(DELIVER_RESP, 1)


async def test_plain_letters_take_one_octet_each() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        await found.send(message("PICC: Your claim 123 has been paid."))
        (came,) = smsc.submitted
        assert came.data_coding == 0
        assert came.text == "PICC: Your claim 123 has been paid."


async def test_a_long_message_goes_out_in_parts_that_a_phone_puts_together() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        ids = await found.send(message(LONG))
        total = len(parts(LONG))
        assert ids == [f"m{n}" for n in range(1, total + 1)]
        assert [each.part for each in smsc.submitted] == [(total, n + 1) for n in range(total)]
        assert "".join(each.text for each in smsc.submitted) == LONG
        assert all(len(each.content) <= 140 for each in smsc.submitted)


@pytest.mark.parametrize(
    ("stat", "state"), [("UNDELIV", SmsState.FAILED), ("EXPIRED", SmsState.EXPIRED)]
)
async def test_a_bad_receipt_brings_its_reason(stat: str, state: SmsState) -> None:
    news = News()
    async with running_smsc() as smsc, gateway(smsc, news) as found:
        await until_bound(found)
        smsc.receipt("m1", stat, "021")
        assert await news.next() == Receipt(gateway_id="m1", state=state, reason="smpp_21")


async def test_a_reply_is_heard() -> None:
    news = News()
    async with running_smsc() as smsc, gateway(smsc, news) as found:
        await until_bound(found)
        smsc.reply("8613997000001", "退订")
        heard = await news.next()
        assert (heard.number, heard.text) == ("8613997000001", "退订")


async def test_throttling_means_later() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        smsc.answers = [THROTTLED]
        with pytest.raises(GatewayBusy, match="THROTTLED"):
            await found.send(message())
        assert await found.send(message()) == ["m1"]


async def test_a_refusal_is_for_good() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        smsc.answers = [BAD_DESTINATION]
        with pytest.raises(GatewayRefused, match="esme_rinvdstadr"):
            await found.send(message())


async def test_half_a_message_is_in_doubt_and_not_sent_again() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        smsc.answers = [OK, THROTTLED]
        with pytest.raises(GatewayDoubt):
            await found.send(message(LONG))


async def test_no_answer_is_doubt() -> None:
    async with running_smsc() as smsc, gateway(smsc, News(), answer_s=0.3) as found:
        await until_bound(found)
        smsc.mute = True
        with pytest.raises(GatewayDoubt):
            await found.send(message())


async def test_without_a_bind_nothing_is_sent() -> None:
    async with running_smsc() as smsc, gateway(smsc, News(), "wrong") as found:
        await smsc.until_commands(BIND, 2)
        with pytest.raises(GatewayBusy, match="not bound"):
            await found.send(message())
        assert not smsc.submitted


async def test_a_lost_connection_is_made_anew() -> None:
    async with running_smsc() as smsc, gateway(smsc, News()) as found:
        await until_bound(found)
        smsc.drop()
        await smsc.until_commands(BIND, 2)
        await until_bound(found)
        assert await found.send(message()) == ["m1"]


async def test_a_quiet_link_is_kept_alive_and_unbound_at_the_end() -> None:
    async with running_smsc() as smsc:
        async with gateway(smsc, News(), enquire_every_s=0.1) as found:
            await until_bound(found)
            await smsc.until_commands(ENQUIRE, 2)
        await smsc.until_commands(UNBIND, 1)
