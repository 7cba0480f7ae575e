"""The dispatcher's wishes as AMI actions, exactly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import cast

import pytest

from cti.asterisk.ami import AmiClient, AmiReply, AmiSettings, AmiUp
from cti.asterisk.ami_events import WANTED
from cti.asterisk.telephony import ASKED, AmiTelephony, line, originate
from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, RingAgent, TakeBack
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.services.ports import CallerLeft, TelephonyDown
from tests.wire.fake_manager import ManagerSession, manager

CALLER = ChannelName("PJSIP/trunk-1")
RING = RingAgent(
    call_id=CallId("1.1"),
    channel=CALLER,
    agent_id=AgentId("1001"),
    extension="8001",
    ring_s=15,
    attempt=2,
    queue=QueueName("motor"),
)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[ManagerSession, AmiTelephony, AmiClient]]:
    async with manager() as fake:
        settings = AmiSettings(host="127.0.0.1", port=fake.port, username="cti", secret="s")
        client = AmiClient(settings, WANTED, lambda: 0.5)
        await client.start()
        try:
            session = await fake.session()
            await session.let_in()
            assert isinstance(await client.events.get(), AmiUp)
            yield session, AmiTelephony(client, str), client
        finally:
            await client.close()


async def asked(
    session: ManagerSession, count: int, answer: Callable[[dict[str, str]], str]
) -> list[dict[str, str]]:
    found = []
    for _ in range(count):
        action = await session.action()
        await session.reply(action, answer(action), "Message: so it is\r\n")
        action.pop("ActionID")
        found.append(action)
    return found


def success(_action: dict[str, str]) -> str:
    return "Success"


async def both(wish: object, theirs: object) -> list[dict[str, str]]:
    done = await asyncio.gather(wish, theirs, return_exceptions=True)  # type: ignore[call-overload]
    if isinstance(done[0], BaseException):
        raise done[0]
    found: list[dict[str, str]] = done[1]
    return found


async def test_a_ring_is_one_setvar_and_one_redirect() -> None:
    async with connected() as (session, telephony, _):
        actions = await both(telephony.ring(RING), asked(session, 2, success))
    assert actions == [
        {
            "Action": "Setvar",
            "Channel": CALLER,
            "Variable": "ARRAY(ACD_EXT,ACD_RNA,ACD_WHISPER,ACD_TRY,ACD_AGENT,ACD_RECORD,"
            "ACD_RECONNECTS,ACD_WHY)",
            "Value": "8001,15,95518/whisper_motor,2,1001,no,0,",
        },
        {
            "Action": "Redirect",
            "Channel": CALLER,
            "Context": "acd-connect",
            "Exten": "s",
            "Priority": "1",
        },
    ]


async def test_a_ring_for_a_caller_who_left_says_so() -> None:
    async with connected() as (session, telephony, _):
        with pytest.raises(CallerLeft):
            await both(telephony.ring(RING), asked(session, 2, lambda _: "Error"))


async def test_taking_back_is_a_redirect_into_the_waiting_loop() -> None:
    order = TakeBack(call_id=CallId("1.1"), channel=CALLER)
    async with connected() as (session, telephony, _):
        [action] = await both(telephony.take_back(order), asked(session, 1, success))
    assert (action["Action"], action["Context"]) == ("Redirect", "acd-wait")


async def test_dropping_a_leg_that_is_gone_is_no_error() -> None:
    order = DropLeg(channel=ChannelName("PJSIP/8001-1"))
    async with connected() as (session, telephony, _):
        [action] = await both(telephony.drop(order), asked(session, 1, lambda _: "Error"))
    assert action == {"Action": "Hangup", "Channel": "PJSIP/8001-1", "Cause": "16"}


async def test_the_native_queues_member_is_added_paused_and_removed() -> None:
    queues = {QueueName("motor"): 2, QueueName("advice"): None}
    there = MirrorMember(extension="8001", signed_in=True, paused=True, queues=queues)
    gone = MirrorMember(extension="8001", signed_in=False, paused=True, queues=queues)
    async with connected() as (session, telephony, _):
        added = await both(telephony.mirror(there), asked(session, 6, success))
        removed = await both(telephony.mirror(gone), asked(session, 3, success))
    assert [(action["Action"], action.get("Queue")) for action in added + removed] == [
        ("QueueAdd", "survive"),
        ("QueuePenalty", "survive"),
        ("QueueAdd", "acd-motor"),
        ("QueuePenalty", "acd-motor"),
        ("QueueRemove", "acd-advice"),
        ("QueuePause", None),
        ("QueueRemove", "survive"),
        ("QueueRemove", "acd-motor"),
        ("QueueRemove", "acd-advice"),
    ]
    assert all(action["Interface"] == "PJSIP/8001" for action in added + removed)
    assert (added[2]["Penalty"], added[2]["Paused"], added[5]["Paused"]) == ("2", "true", "true")


async def test_a_pause_is_one_action_for_all_native_queues() -> None:
    paused = MirrorMember(extension="8001", signed_in=True, paused=True)
    async with connected() as (session, telephony, _):
        [action] = await both(telephony.mirror(paused), asked(session, 1, success))
    assert action == {"Action": "QueuePause", "Interface": "PJSIP/8001", "Paused": "true"}


async def test_the_heartbeat_is_a_global_variable() -> None:
    async with connected() as (session, telephony, _):
        [action] = await both(telephony.beat(1_795_000_000), asked(session, 1, success))
    assert action == {"Action": "Setvar", "Variable": "ACD_HB", "Value": "1795000000"}


async def test_the_node_that_sends_the_heartbeat_is_the_one_that_asterisk_asks() -> None:
    async with connected() as (session, _, client):
        telephony = AmiTelephony(client, str, agi="10.1.0.7")
        here, _ = await both(telephony.beat(1_795_000_000), asked(session, 2, success))
    assert here == {"Action": "Setvar", "Variable": "ACD_AGI", "Value": "10.1.0.7"}


async def test_what_is_asked_while_asterisk_is_away_is_refused() -> None:
    async with connected() as (session, telephony, client):
        session.drop()
        await client.events.get()
        with pytest.raises(TelephonyDown):
            await telephony.ring(RING)
        with pytest.raises(TelephonyDown):
            await telephony.lines()


def test_a_channel_of_ours_is_read_with_its_variables() -> None:
    found = line(
        {
            "Channel": CALLER,
            "Uniqueid": "1.1",
            "BridgeID": "b1",
            "CallerIDNum": "13997000001",
            "Seconds": "12",
            "Variable(ACD_CALL)": "1.1",
            "Variable(ACD_STATE)": "talking",
            "Variable(ACD_DID)": "95518",
            "Variable(ACD_QUEUE)": "(null)",
        }
    )
    assert found is not None
    assert (found.is_caller, found.state, found.bridge_id) == (True, "talking", "b1")
    assert (found.dialed_number, found.age_s) == ("95518", 12.0)
    assert "ACD_QUEUE" not in found.variables


@pytest.mark.parametrize("seconds", ["", "-3", "x", "1e9"])
def test_nonsense_for_an_age_counts_as_none(seconds: str) -> None:
    found = line({"Variable(ACD_CALL)": "1.1", "Seconds": seconds})
    assert found is not None
    assert found.age_s == 0.0


def test_a_channel_of_no_call_of_ours_is_nobodys_business() -> None:
    assert line({"Channel": "PJSIP/x-1", "Variable(ACD_CALL)": ""}) is None


DIAL = DialBack(
    call_id=CallId("callback-1.1"),
    agent_id=AgentId("1001"),
    extension="8001",
    ring_s=15,
    attempt=2,
    queue=QueueName("motor"),
    number="13997000001",
    dialed_number="95518",
    customer_ring_s=30,
)


def test_a_callback_rings_the_agent_under_the_tickets_id_and_dials_by_the_trunk() -> None:
    fields = originate(DIAL, lambda number: f"PJSIP/{number}@trunk-carrier")
    assert (fields["Channel"], fields["ChannelId"]) == ("PJSIP/8001", "callback-1.1")
    assert (fields["ActionID"], fields["Timeout"]) == ("callback-1.1/2", 15000)
    assert (fields["Context"], fields["Async"]) == ("acd-callback", "true")
    variables = fields["Variable"]
    assert isinstance(variables, list)
    assert {
        "__ACD_CALL=callback-1.1",
        "ACD_TO=PJSIP/13997000001@trunk-carrier",
        "ACD_RING=30",
        "ACD_TRY=2",
        "__ACD_RECORD=no",
        "ACD_DID=95518",
    } <= set(map(str, variables))


async def test_a_dial_that_asterisk_refuses_raises() -> None:
    async with connected() as (session, telephony, _):
        dialling = asyncio.create_task(telephony.dial_back(DIAL))
        await asked(session, 1, lambda _action: "Error")
        with pytest.raises(CallerLeft):
            await dialling


class Listed:
    """A manager that answers ``Status`` with so many channels, and says that there are more or not;
    of each it tells nothing of ``damaged``."""

    def __init__(self, items: int, said: str, damaged: str = "") -> None:
        self.items, self.said, self.damaged = items, said, damaged

    async def act_list(self, action: str, fields: Mapping[str, str]) -> AmiReply:
        told = dict.fromkeys(ASKED - {self.damaged}, "")
        found = tuple({**told, "Seconds": "1"} for _ in range(self.items))
        return AmiReply(True, "", {}, found, {"Items": self.said} if self.said else {})


@pytest.mark.parametrize(("items", "said"), [(1, "2"), (2, "1"), (1, ""), (0, "1")])
async def test_a_list_of_channels_that_is_not_whole_is_none(items: int, said: str) -> None:
    telephony = AmiTelephony(cast(AmiClient, Listed(items, said)), str)
    with pytest.raises(TelephonyDown, match="channels"):
        await telephony.lines()


async def test_a_whole_list_of_strangers_channels_has_no_line_of_ours() -> None:
    telephony = AmiTelephony(cast(AmiClient, Listed(2, "2")), str)
    assert await telephony.lines() == ()


@pytest.mark.parametrize("damaged", ["Channel", "Uniqueid", "Variable(ACD_CALL)"])
async def test_a_channel_that_lost_a_part_on_the_way_makes_the_list_none(damaged: str) -> None:
    telephony = AmiTelephony(cast(AmiClient, Listed(1, "1", damaged)), str)
    with pytest.raises(TelephonyDown, match="without all"):
        await telephony.lines()
