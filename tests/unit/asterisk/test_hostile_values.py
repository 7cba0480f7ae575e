"""Values that come from people, in every AMI action: one value stays one value, or nothing is sent."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.asterisk.ami_link import action_of
from cti.asterisk.call_control import actions
from cti.asterisk.telephony import AmiTelephony, line
from cti.asterisk.text import UnsafeText, assignments, phone_number, value_list
from cti.core.acd import control_orders as orders
from cti.core.acd import reach_orders
from cti.core.acd.control_orders import LegMove, Place, Told
from cti.core.acd.orders import RingAgent
from cti.core.control_events import TargetKind
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.services.ports import CallerLeft

HOSTILE = (
    "a,b",
    "1)",
    "(1",
    'a"b',
    "a\\b",
    "${SHELL(id)}",
    "$[1+1]",
    "a\r\nAction: Hangup",
    "a\nb",
    "a\x00b",
    "\ud800",
)
LEGS = st.text(max_size=20)


@pytest.mark.parametrize("value", HOSTILE)
def test_what_would_move_other_values_is_refused(value: str) -> None:
    with pytest.raises(UnsafeText):
        value_list(["1", value])
    with pytest.raises(UnsafeText):
        assignments({"ACD_TO": value})


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_a_list_of_values_has_as_many_parts_as_values(values: list[str]) -> None:
    try:
        sent = value_list(values)
    except UnsafeText:
        return
    assert sent.split(",") == values


@given(st.text())
def test_of_a_strangers_number_only_digits_are_left(text: str) -> None:
    assert set(phone_number(text)) <= set("+0123456789")
    assert len(phone_number(text)) <= 32


def ordered(value: str) -> list[Any]:
    """Every order that carries a text of a person's, or of the other side."""
    call, here, agent = CallId("1.1"), ChannelName("PJSIP/8001-01"), AgentId(value)
    return [
        orders.MoveLegs(
            call_id=call,
            moves=(LegMove(channel=here, place=Place.HOLD, told={Told.AGENT: value}),),
        ),
        orders.DialParty(
            call_id=call,
            party_id="1.1-p1",
            target="13800138000",
            inside=False,
            shown_number="95518",
            ring_s=15,
            peer=ChannelName(value),
            caller=here,
        ),
        reach_orders.SendCaller(call_id=call, channel=here, kind=TargetKind.QUEUE, target=value),
        reach_orders.DialOut(
            call_id=call,
            agent_id=agent,
            extension="8001",
            attempt=1,
            number="13800138000",
            shown_number=value,
            ring_s=15,
            customer_ring_s=30,
            record=True,
        ),
    ]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("nth", range(4))
def test_no_order_is_sent_with_a_hostile_value(nth: int, value: str) -> None:
    with pytest.raises(UnsafeText):
        for name, fields in actions(ordered(value)[nth], lambda number: f"PJSIP/{number}@trunk"):
            action_of(name, fields)


class NeverAsked:
    """AMI that must not be reached."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def send_batch(self, actions: Any) -> list[Any]:
        self.sent += [action_of(name, fields) for name, fields in actions]
        return []


@pytest.mark.parametrize("extension", ["8001,s,1", "8001\r\nAction: Hangup", "8001)"])
async def test_an_offer_that_cannot_be_sent_is_refused_as_if_the_caller_had_left(
    extension: str, caplog: pytest.LogCaptureFixture
) -> None:
    ami = NeverAsked()
    telephony = AmiTelephony(cast(Any, ami), lambda number: number)
    order = RingAgent(
        call_id=CallId("1.1"),
        channel=ChannelName("PJSIP/trunk-01"),
        agent_id=AgentId("1001"),
        extension=extension,
        attempt=1,
        queue=QueueName("motor"),
        ring_s=15,
        record=False,
    )
    with pytest.raises(CallerLeft):
        await telephony.ring(order)
    assert ami.sent == []
    assert all("\n" not in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("<unknown>", ""),
        ('138"><script>0013 8000', "1380013" + "8000"),
        ("\u202e13800138000", "13800138000"),
        ("9" * 500, "9" * 32),
    ],
)
def test_a_callers_number_known_again_is_digits_only(told: str, number: str) -> None:
    fields: Mapping[str, str] = {
        "Channel": "PJSIP/trunk-01",
        "Uniqueid": "1.1",
        "CallerIDNum": told,
        "Variable(ACD_CALL)": "1.1",
    }
    found = line(fields)
    assert found is not None
    assert found.caller_number == number
