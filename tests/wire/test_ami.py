import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from cti.asterisk.ami import (
    AmiClient,
    AmiDown,
    AmiEvent,
    AmiNotice,
    AmiRefused,
    AmiSettings,
    AmiTimeout,
    AmiUp,
    Fields,
)
from cti.asterisk.text import UnsafeText
from tests.wire.fake_manager import BANNER, BOOTED, LIMIT_S, FakeManager, ManagerSession, manager

WANTED = {"Hangup", "UserEvent"}
QUICK = AmiSettings(
    host="127.0.0.1",
    port=0,
    username="router",
    secret="s3",
    connect_s=0.5,
    boot_s=0.3,
    ping_every_s=5.0,
    ping_s=0.2,
    retry_first_s=0.02,
    retry_most_s=0.1,
    refused_retry_s=0.05,
)


async def next_notice(client: AmiClient) -> AmiNotice:
    async with asyncio.timeout(LIMIT_S):
        return await client.events.get()


@asynccontextmanager
async def client_of(port: int, settings: AmiSettings = QUICK) -> AsyncIterator[AmiClient]:
    client = AmiClient(replace(settings, port=port), WANTED, lambda: 0.5)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def connected(
    settings: AmiSettings = QUICK,
) -> AsyncIterator[tuple[FakeManager, ManagerSession, AmiClient]]:
    async with manager() as fake, client_of(fake.port, settings) as client:
        session = await fake.session()
        await session.let_in()
        assert await next_notice(client) == AmiUp()
        yield fake, session, client


def hangup(number: int, name: str = "x") -> bytes:
    return f"Event: Hangup\r\nUniqueid: {number}\r\nCallerIDName: {name}\r\n\r\n".encode()


async def test_login_comes_first_and_up_when_asterisk_is_booted() -> None:
    async with manager() as fake, client_of(fake.port) as client:
        session = await fake.session()
        await session.write(BANNER)
        login = await session.action()
        assert (login["Action"], login["Username"], login["Secret"]) == ("Login", "router", "s3")
        await session.reply(login, "Success")
        assert not client.up
        await session.write(BOOTED)
        assert await next_notice(client) == AmiUp()
        assert client.up


async def test_without_a_booted_event_the_client_goes_on_after_its_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with manager() as fake, client_of(fake.port) as client:
        session = await fake.session()
        await session.write(BANNER)
        await session.reply(await session.action(), "Success")
        assert await next_notice(client) == AmiUp()
    assert any("FullyBooted" in message for message in caplog.messages)


async def test_events_arrive_whole_and_in_order_however_they_are_cut() -> None:
    async with connected() as (_, session, client):
        stream = b"".join(hangup(number, "中文姓名𠮷") for number in range(30))
        await session.write(*[stream[at : at + 97] for at in range(0, len(stream), 97)])
        for number in range(30):
            event = await next_notice(client)
            assert isinstance(event, AmiEvent)
            assert (event.fields["Uniqueid"], event.fields["CallerIDName"]) == (
                str(number),
                "中文姓名𠮷",
            )


async def test_unwanted_events_are_not_queued() -> None:
    async with connected() as (_, session, client):
        await session.write(b"Event: VarSet\r\nVariable: X\r\n\r\n" + hangup(1))
        event = await next_notice(client)
        assert isinstance(event, AmiEvent)
        assert event.name == "Hangup"
        assert client.events.empty()


async def test_an_action_is_exactly_these_bytes() -> None:
    async with connected() as (_, session, client):
        fields: Fields = {
            "Channel": "PJSIP/a-1",
            "Context": "acd-connect3",
            "Exten": "s",
            "Priority": 1,
        }
        asked = asyncio.create_task(client.act("Redirect", fields))
        raw = await session.raw()
        action_id = raw.decode().split("ActionID: ")[1].split("\r\n")[0]
        assert (
            raw
            == (
                f"Action: Redirect\r\nActionID: {action_id}\r\nChannel: PJSIP/a-1\r\n"
                "Context: acd-connect3\r\nExten: s\r\nPriority: 1\r\n\r\n"
            ).encode()
        )
        await session.reply({"ActionID": action_id}, "Success", "Message: Redirect successful\r\n")
        reply = await asked
        assert (reply.ok, reply.message) == (True, "Redirect successful")


async def test_a_field_with_several_values_is_several_headers() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act("Originate", {"Variable": ["A=1", "B=王"]}))
        raw = await session.raw()
        assert "Variable: A=1\r\nVariable: B=王\r\n".encode() in raw
        action_id = raw.decode().split("ActionID: ")[1].split("\r\n")[0]
        await session.reply({"ActionID": action_id}, "Success")
        await asked


@pytest.mark.parametrize(
    "fields",
    [
        {"Channel": "x\r\nAction: Originate"},
        {"Channel": "x\ny"},
        {"Variable": ["A=1", "B=\r"]},
        {"Chan\r\nnel": "x"},
        {"Channel": "\ud800"},
    ],
)
async def test_a_line_break_in_a_field_is_refused_and_nothing_is_sent(
    fields: Fields,
) -> None:
    async with connected() as (_, session, client):
        with pytest.raises(UnsafeText):
            await client.act("Redirect", fields)
        with pytest.raises(UnsafeText):
            await client.send_batch([("Ping", {}), ("Setvar", fields)])
        asked = asyncio.create_task(client.act("CoreStatus"))
        status = await session.action()
        assert status["Action"] == "CoreStatus"
        await session.reply(status, "Success")
        await asked


async def test_a_refused_action_raises_with_asterisks_words() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act("Hangup", {"Channel": "gone"}))
        await session.reply(await session.action(), "Error", "Message: No such channel\r\n")
        with pytest.raises(AmiRefused, match="No such channel"):
            await asked


@pytest.mark.parametrize("action", ["Atxfer", "Originate", "QueueAdd"])
async def test_an_action_that_is_merely_queued_does_not_wait_for_more(action: str) -> None:
    words = {"Atxfer": "Atxfer successfully queued", "QueueAdd": "Added interface to queue"}
    message = words.get(action, "Originate successfully queued")
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act(action))
        await session.reply(await session.action(), "Success", f"Message: {message}\r\n")
        assert (await asked).message == message


async def test_a_batch_is_written_in_one_piece_and_answered_in_order() -> None:
    async with connected() as (_, session, client):
        batch = [("Setvar", {"Variable": f"V{n}", "Value": "x"}) for n in range(4)]
        asked = asyncio.create_task(client.send_batch([*batch, ("Redirect", {"Exten": "s"})]))
        actions = [await session.action() for _ in range(5)]
        assert [one.get("Variable") for one in actions] == ["V0", "V1", "V2", "V3", None]
        await session.reply(actions[4], "Error", "Message: Redirect failed\r\n")
        for one in actions[:4]:
            await session.reply(one, "Success", "Message: Variable Set\r\n")
        replies = await asked
        assert [reply.ok for reply in replies] == [True, True, True, True, False]
        assert replies[4].message == "Redirect failed"


async def test_a_list_is_collected_while_other_events_go_on() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act_list("CoreShowChannels"))
        action = await session.action()
        tag = f"ActionID: {action['ActionID']}\r\n"
        await session.reply(action, "Success", "EventList: start\r\nMessage: follow\r\n")
        for number in range(3):
            item = f"Event: CoreShowChannel\r\n{tag}Uniqueid: {number}\r\n\r\n"
            await session.write(item.encode() + hangup(number))
        done = f"Event: CoreShowChannelsComplete\r\n{tag}EventList: Complete\r\n\r\n"
        await session.write(done.encode())
        await session.pong()
        reply = await asked
        assert [item["Uniqueid"] for item in reply.items] == ["0", "1", "2"]
        assert client.events.qsize() == 3


async def test_a_list_whose_items_come_before_the_reply_is_no_list_and_ends_nothing() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act_list("Status"))
        action = await session.action()
        tag = f"ActionID: {action['ActionID']}\r\n"
        await session.write(f"Event: Status\r\n{tag}Channel: PJSIP/a-1\r\n\r\n".encode())
        await session.reply(action, "Success", "EventList: start\r\n")
        await session.write(f"Event: StatusComplete\r\n{tag}EventList: Complete\r\n\r\n".encode())
        await session.pong()
        with pytest.raises(AmiTimeout):
            await asked
        again = asyncio.create_task(client.act("CoreStatus"))
        await session.reply(await session.action(), "Success")
        assert (await again).ok


async def test_a_list_whose_end_is_lost_is_known_without_waiting() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act_list("Status", timeout_s=60))
        action = await session.action()
        tag = f"ActionID: {action['ActionID']}\r\n"
        await session.reply(action, "Success", "EventList: start\r\n")
        await session.write(f"Event: Status\r\n{tag}Channel: PJSIP/a-1\r\n\r\n".encode())
        await session.pong()
        with pytest.raises(AmiTimeout, match="no whole reply"):
            async with asyncio.timeout(2):
                await asked


async def test_a_refused_list_does_not_hang() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act_list("Status", {"Channel": "gone"}))
        await session.reply(await session.action(), "Error", "Message: No such channel\r\n")
        await session.pong()
        with pytest.raises(AmiRefused):
            await asked


async def test_a_reply_that_does_not_come_is_a_time_out_and_a_late_one_harms_nothing() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act("Setvar", timeout_s=0.05))
        late = await session.action()
        with pytest.raises(AmiTimeout):
            await asked
        await session.reply(late, "Success", "Message: late\r\n")
        asked = asyncio.create_task(client.act("CoreStatus"))
        await session.reply(await session.action(), "Success", "Message: mine\r\n")
        assert (await asked).message == "mine"


async def test_an_action_in_flight_when_the_connection_is_lost_is_unknown_and_never_resent() -> (
    None
):
    async with connected() as (fake, session, client):
        asked = asyncio.create_task(client.send_batch([("Originate", {}), ("Redirect", {})]))
        await session.action()
        session.drop()
        with pytest.raises(AmiDown) as lost:
            await asked
        assert lost.value.sent
        assert isinstance(await next_notice(client), AmiDown)
        again = await fake.session()
        await again.let_in()
        assert await next_notice(client) == AmiUp()
        asked2 = asyncio.create_task(client.act("CoreStatus"))
        action = await again.action()
        assert action["Action"] == "CoreStatus"
        await again.reply(action, "Success")
        await asked2


async def test_an_action_while_down_is_refused_as_not_sent() -> None:
    async with manager() as fake, client_of(fake.port) as client:
        with pytest.raises(AmiDown) as down:
            await client.act("CoreStatus")
        assert not down.value.sent


async def test_down_and_up_stand_in_the_queue_where_the_events_broke_off() -> None:
    async with connected() as (fake, session, client):
        await session.write(hangup(1))
        await asyncio.sleep(0.05)
        session.drop()
        again = await fake.session()
        await again.let_in()
        await again.write(hangup(2))
        kinds = [type(await next_notice(client)).__name__ for _ in range(4)]
        assert kinds == ["AmiEvent", "AmiDown", "AmiUp", "AmiEvent"]


async def test_a_refused_login_is_logged_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with manager() as fake, client_of(fake.port) as client:
        session = await fake.session()
        await session.write(BANNER)
        login = await session.action()
        await session.reply(login, "Error", "Message: Authentication failed\r\n")
        await (await fake.session()).let_in()
        assert await next_notice(client) == AmiUp()
    assert any("Authentication failed" in message for message in caplog.messages)
    assert "s3" not in caplog.text


async def test_a_manager_that_is_not_there_yet_is_tried_until_it_is() -> None:
    async with manager() as fake:
        port = fake.port
    async with client_of(port) as client:
        await asyncio.sleep(0.1)
        late = FakeManager()
        server = await late.listen(port)
        try:
            await (await late.session()).let_in()
            assert await next_notice(client) == AmiUp()
        finally:
            server.close()
            late.drop_all()


async def test_a_half_open_connection_is_noticed_by_a_ping(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(replace(QUICK, ping_every_s=0.05)) as (fake, session, client):
        assert b"Action: Ping" in await session.raw()
        assert isinstance(await next_notice(client), AmiDown)
        await (await fake.session()).let_in()
        assert await next_notice(client) == AmiUp()


async def test_a_peer_that_accepts_and_says_nothing_is_left() -> None:
    async with manager() as fake, client_of(fake.port) as client:
        await fake.session()
        await (await fake.session()).let_in()
        assert await next_notice(client) == AmiUp()


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9\r\n", bytes(range(256)) * 8])
async def test_a_peer_that_is_not_asterisk_is_left_with_a_log_line(
    garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    async with manager() as fake, client_of(fake.port) as client:
        await (await fake.session()).write(garbage)
        await (await fake.session()).let_in()
        assert await next_notice(client) == AmiUp()
    assert sum("dropped" in message for message in caplog.messages) == 1


async def test_one_odd_message_does_not_drop_the_connection() -> None:
    async with connected() as (_, session, client):
        await session.write(b"\xff\xfe\r\nnonsense\r\n\r\nResponse: Success\r\n\r\n" + hangup(7))
        event = await next_notice(client)
        assert isinstance(event, AmiEvent)
        assert event.fields["Uniqueid"] == "7"


async def test_events_nobody_reads_drop_the_connection_instead_of_filling_memory(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(replace(QUICK, backlog=10)) as (fake, session, client):
        await session.write(b"".join(hangup(number) for number in range(50)))
        again = await fake.session()
        await again.let_in()
        assert isinstance(await next_notice(client), AmiDown)
        assert await next_notice(client) == AmiUp()
        assert client.events.empty()


async def test_closing_ends_actions_under_way() -> None:
    async with connected() as (_, session, client):
        asked = asyncio.create_task(client.act("Redirect"))
        await session.action()
        await client.close()
        with pytest.raises(AmiDown):
            await asked


async def test_a_hundred_actions_at_once_each_get_their_own_reply() -> None:
    async with connected() as (_, session, client):
        asked = [
            asyncio.create_task(client.act("Getvar", {"Variable": f"V{n}"})) for n in range(100)
        ]
        actions = [await session.action() for _ in range(100)]
        for action in reversed(actions):
            await session.reply(action, "Success", f"Value: {action['Variable']}\r\n")
        replies = await asyncio.gather(*asked)
        assert [reply.fields["Value"] for reply in replies] == [f"V{n}" for n in range(100)]
