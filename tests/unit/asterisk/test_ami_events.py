"""From AMI events to the floor's signals."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cti.asterisk.ami_events import PARTY, happened_at, signal, whole
from cti.asterisk.ami_wire import AmiEvent
from cti.core.acd import party_signals, signals
from cti.core.ids import CallId, ChannelName

CALL, CALLER, LEG = CallId("1.1"), ChannelName("PJSIP/trunk-1"), ChannelName("PJSIP/8001-1")


def user(name: str, **fields: str) -> AmiEvent:
    return AmiEvent("UserEvent", {"UserEvent": name, "Acdcall": CALL, **fields})


def native(name: str, **fields: str) -> AmiEvent:
    return AmiEvent(name, {"ChanVariable(ACD_CALL)": CALL, "Channel": LEG, **fields})


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (user("AcdWait", Acdchannel=CALLER), signals.CallerWaits(call_id=CALL, channel=CALLER)),
        (user("AcdAgentUp", Agentchan=LEG), signals.PhoneAnswered(call_id=CALL, agent_channel=LEG)),
        (user("AcdTalk", Agentchan=LEG), signals.TalkBegan(call_id=CALL, agent_channel=LEG)),
        (
            user("AcdDialEnd", Attempt="2", Status="NOANSWER", Q850="19"),
            signals.DialEnded(call_id=CALL, attempt=2, status="NOANSWER", cause=19),
        ),
        (
            user("AcdParty", Acdparty="1.1-p1", Acdchannel=LEG),
            party_signals.PartyAnswered(call_id=CALL, party_id="1.1-p1", channel=LEG),
        ),
        (
            native("Newstate", ChannelStateDesc="Ringing", **{PARTY: "1.1-p1"}),
            party_signals.PartyAlerted(call_id=CALL, party_id="1.1-p1", channel=LEG),
        ),
        (
            native("Hangup", Cause="17", **{PARTY: "1.1-p1"}),
            signals.ChannelGone(call_id=CALL, channel=LEG, cause=17, party_id="1.1-p1"),
        ),
        (
            AmiEvent("OriginateResponse", {"Response": "Failure", "ActionID": "party/1.1/1.1-p1"}),
            party_signals.PartyFailed(call_id=CALL, party_id="1.1-p1"),
        ),
        (user("AcdChoosing"), signals.CallerChooses(call_id=CALL)),
        (
            user("AcdTold", Place="3", Expected="120"),
            signals.WaitTold(call_id=CALL, position=3, wait_s=120),
        ),
        (
            user("AcdTold", Place="1", Expected=""),
            signals.WaitTold(call_id=CALL, position=1, wait_s=None),
        ),
        (user("AcdCustomer", Attempt="3"), signals.CustomerDialled(call_id=CALL, attempt=3)),
        (
            AmiEvent("OriginateResponse", {"ActionID": f"{CALL}/2", "Response": "Failure"}),
            signals.RingFailed(call_id=CALL, attempt=2),
        ),
        (user("AcdAfter"), signals.CallerAfter(call_id=CALL)),
        (
            user("AcdSurvive", Acdchannel=CALLER, Agist="FAILURE"),
            signals.CallerSurvives(call_id=CALL, channel=CALLER, why="FAILURE"),
        ),
        (
            native("Newstate", ChannelStateDesc="Ringing"),
            signals.PhoneAlerted(call_id=CALL, agent_channel=LEG),
        ),
        (
            native("Hangup", Cause="16", Uniqueid="1.2"),
            signals.ChannelGone(call_id=CALL, channel=LEG, cause=16),
        ),
        (
            native("HangupRequest", Cause="16"),
            signals.ChannelGone(call_id=CALL, channel=LEG, cause=16, asked=True),
        ),
        (
            native("Hold"),
            signals.HoldChanged(call_id=CALL, agent_channel=LEG, held=True),
        ),
        (
            native("Unhold"),
            signals.HoldChanged(call_id=CALL, agent_channel=LEG, held=False),
        ),
    ],
)
def test_an_event_tells_the_floor_one_thing(event: AmiEvent, expected: Any) -> None:
    assert signal(event) == expected


@pytest.mark.parametrize(
    "event",
    [
        native("Newstate", ChannelStateDesc="Up"),
        AmiEvent("Newstate", {"ChannelStateDesc": "Ringing", "Channel": LEG}),
        AmiEvent("Hold", {"Channel": LEG}),
        AmiEvent("Hangup", {}),
        AmiEvent("UserEvent", {"UserEvent": "SomebodyElses"}),
        AmiEvent("UserEvent", {}),
        AmiEvent("OriginateResponse", {"ActionID": "1.1/2", "Response": "Success"}),
        AmiEvent("OriginateResponse", {"ActionID": "strange", "Response": "Failure"}),
        AmiEvent("OriginateResponse", {}),
        AmiEvent("VarSet", {"Variable": "X"}),
    ],
)
def test_an_event_of_no_call_of_ours_tells_nothing(event: AmiEvent) -> None:
    assert signal(event) is None


def test_a_callers_hangup_is_known_by_his_channels_own_id() -> None:
    gone = signal(AmiEvent("Hangup", {"Uniqueid": CALL, "Channel": CALLER, "Cause": "0"}))
    assert gone == signals.ChannelGone(call_id=CALL, channel=CALLER, cause=0)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "٣", "9" * 40])
def test_nonsense_where_a_number_should_be_counts_as_zero(text: str) -> None:
    assert whole(text) == 0


def test_an_event_bears_asterisks_time() -> None:
    told = AmiEvent("Hangup", {"Timestamp": "1795410733.353000"})
    assert happened_at(told) == datetime(2026, 11, 23, 5, 12, 13, 353000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "nan", "1e30", "-1e300"])
def test_an_event_without_a_time_has_none(text: str) -> None:
    assert happened_at(AmiEvent("Hangup", {"Timestamp": text})) is None
