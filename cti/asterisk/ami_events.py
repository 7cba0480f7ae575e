"""AMI events in our words: one table. What is not in it is nobody's business.

Which event means what was measured (docs/call-path.md): the agent picked up at ``AcdAgentUp``, both hear
each other at ``AcdTalk``; DialEnd would come only after the whisper. A call is known by ``ACD_CALL``,
which every leg inherits.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cti.asterisk.ami_wire import AmiEvent
from cti.asterisk.call_control import PARTY_ACTION
from cti.asterisk.phones import phone_seen
from cti.core.acd import party_signals, record_signals, signals
from cti.core.acd.menu_signals import MenuLeft
from cti.core.acd.native import CHANNEL_VARIABLES
from cti.core.acd.reach_signals import MonitoringSeen
from cti.core.ids import CallId, ChannelName, QueueName

Fields = Mapping[str, str]
CALL = "ChanVariable(ACD_CALL)"
PARTY = "ChanVariable(ACD_PARTY)"
STATE = "ChanVariable(ACD_STATE)"

USER_EVENTS = (
    "AcdWait",
    "AcdChoosing",
    "AcdTold",
    "AcdAgentUp",
    "AcdCustomer",
    "AcdTalk",
    "AcdDialEnd",
    "AcdAfter",
    "AcdSurvive",
    "AcdWatch",
    "AcdParty",
    "AcdRecord",
    "AcdRecorded",
    "AcdBack",
    "AcdBroken",
)
WANTED = (
    "UserEvent",
    "Newstate",
    "HangupRequest",
    "Hangup",
    "Hold",
    "Unhold",
    "OriginateResponse",
    "DeviceStateChange",
    "Shutdown",
)


def signal(event: AmiEvent) -> signals.LineSignal | None:
    """What an event tells the floor; None for one that tells nothing, or of no call of ours."""
    name = event.fields.get("UserEvent", "") if event.name == "UserEvent" else event.name
    read = _TABLE.get(name)
    return read(event.fields) if read else None


def happened_at(event: AmiEvent) -> datetime | None:
    """When Asterisk saw it (``Timestamp``, seconds since 1970); None where it does not say."""
    try:
        return datetime.fromtimestamp(float(event.fields.get("Timestamp", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _call(fields: Fields) -> CallId:
    return CallId(fields.get("Acdcall", ""))


def _waits(fields: Fields) -> signals.LineSignal:
    channel = ChannelName(fields.get("Acdchannel", ""))
    attempt = whole(fields.get("Attempt", ""))
    return signals.CallerWaits(call_id=_call(fields), channel=channel, attempt=attempt)


def _chooses(fields: Fields) -> signals.LineSignal:
    return signals.CallerChooses(call_id=_call(fields))


def _told(fields: Fields) -> signals.LineSignal:
    return signals.WaitTold(
        call_id=_call(fields),
        position=whole(fields.get("Place", "")),
        wait_s=whole(fields.get("Expected", "")) or None,
    )


def _customer(fields: Fields) -> signals.LineSignal:
    attempt = whole(fields.get("Attempt", ""))
    return signals.CustomerDialled(call_id=_call(fields), attempt=attempt)


def dial_name(call_id: CallId, attempt: int) -> str:
    """What an Originate of ours is called, in the event that tells how it went."""
    return f"{call_id}/{attempt}"


def _originated(fields: Fields) -> signals.LineSignal | None:
    """Only its failure is news: a phone that is not there gives no other event."""
    call_id, slash, attempt = fields.get("ActionID", "").rpartition("/")
    if fields.get("Response") != "Failure" or not slash:
        return None
    if call_id.startswith(PARTY_ACTION):
        asked = CallId(call_id.removeprefix(PARTY_ACTION))
        return party_signals.PartyFailed(call_id=asked, party_id=attempt)
    return signals.RingFailed(call_id=CallId(call_id), attempt=whole(attempt))


def _agent_up(fields: Fields) -> signals.LineSignal:
    return signals.PhoneAnswered(call_id=_call(fields), agent_channel=_agent(fields))


def _talk(fields: Fields) -> signals.LineSignal:
    customer = ChannelName(fields.get("Acdcustomer", ""))
    return signals.TalkBegan(
        call_id=_call(fields), agent_channel=_agent(fields), customer_channel=customer or None
    )


def _agent(fields: Fields) -> ChannelName:
    return ChannelName(fields.get("Agentchan", ""))


def _dial_end(fields: Fields) -> signals.LineSignal:
    return signals.DialEnded(
        call_id=_call(fields),
        attempt=whole(fields.get("Attempt", "")),
        status=fields.get("Status", ""),
        cause=whole(fields.get("Q850", "")),
    )


def _party(fields: Fields) -> signals.LineSignal:
    return party_signals.PartyAnswered(
        call_id=_call(fields),
        party_id=fields.get("Acdparty", ""),
        channel=ChannelName(fields.get("Acdchannel", "")),
    )


def _record(fields: Fields) -> signals.LineSignal:
    recording_id = fields.get("Acdrecording", "")
    return record_signals.RecordingBegan(call_id=_call(fields), recording_id=recording_id)


def _recorded(fields: Fields) -> signals.LineSignal:
    recording_id = fields.get("Acdrecording", "")
    return record_signals.RecordingOver(call_id=_call(fields), recording_id=recording_id)


def _after(fields: Fields) -> signals.LineSignal:
    return signals.CallerAfter(call_id=_call(fields))


def _broken(fields: Fields) -> signals.LineSignal:
    return party_signals.TalkBroken(
        call_id=_call(fields),
        cause=whole(fields.get("Q850", "")),
        attempt=whole(fields.get("Attempt", "")),
    )


def _back(fields: Fields) -> signals.LineSignal:
    return MenuLeft(call_id=_call(fields), result=fields.get("Result", ""))


def _watch(fields: Fields) -> signals.LineSignal:
    return MonitoringSeen(leg=_call(fields))


def _survive(fields: Fields) -> signals.LineSignal:
    return signals.CallerSurvives(
        call_id=_call(fields),
        channel=ChannelName(fields.get("Acdchannel", "")),
        why=fields.get("Agist", ""),
        queue=QueueName(fields.get("Acdqueue", "")) or None,
        caller_number=fields.get("Acdnumber", ""),
        dialed_number=fields.get("Acddid", ""),
        told={
            name: fields[header]
            for name in CHANNEL_VARIABLES
            if (header := f"Acd{name.removeprefix('ACD_').lower()}") in fields
        },
    )


def _newstate(fields: Fields) -> signals.LineSignal | None:
    call_id = CallId(fields.get(CALL, ""))
    if fields.get("ChannelStateDesc") != "Ringing" or not call_id:
        return None
    if party_id := fields.get(PARTY, ""):
        channel = _channel(fields)
        return party_signals.PartyAlerted(call_id=call_id, party_id=party_id, channel=channel)
    return signals.PhoneAlerted(call_id=call_id, agent_channel=_channel(fields))


def _hangup_asked(fields: Fields) -> signals.LineSignal | None:
    return _gone(fields, asked=True)


def _hangup(fields: Fields) -> signals.LineSignal | None:
    return _gone(fields, asked=False)


def _gone(fields: Fields, *, asked: bool) -> signals.LineSignal | None:
    call_id = CallId(fields.get(CALL, "")) or CallId(fields.get("Uniqueid", ""))
    if not call_id:
        return None
    cause = whole(fields.get("Cause", ""))
    return signals.ChannelGone(
        call_id=call_id,
        channel=_channel(fields),
        cause=cause,
        asked=asked,
        party_id=fields.get(PARTY, ""),
        state=fields.get(STATE, ""),
    )


def _hold(fields: Fields) -> signals.LineSignal | None:
    return _hold_changed(fields, held=True)


def _unhold(fields: Fields) -> signals.LineSignal | None:
    return _hold_changed(fields, held=False)


def _hold_changed(fields: Fields, *, held: bool) -> signals.LineSignal | None:
    call_id = CallId(fields.get(CALL, ""))
    if not call_id:
        return None
    return signals.HoldChanged(call_id=call_id, agent_channel=_channel(fields), held=held)


def _channel(fields: Fields) -> ChannelName:
    return ChannelName(fields.get("Channel", ""))


def whole(text: str) -> int:
    """A small whole number from outside; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


_TABLE: Mapping[str, Callable[[Fields], signals.LineSignal | None]] = {
    "AcdWait": _waits,
    "AcdChoosing": _chooses,
    "AcdTold": _told,
    "AcdCustomer": _customer,
    "AcdAgentUp": _agent_up,
    "AcdTalk": _talk,
    "AcdDialEnd": _dial_end,
    "AcdAfter": _after,
    "AcdSurvive": _survive,
    "AcdWatch": _watch,
    "AcdParty": _party,
    "AcdRecord": _record,
    "AcdRecorded": _recorded,
    "AcdBack": _back,
    "AcdBroken": _broken,
    "Newstate": _newstate,
    # The far end said good-bye; during the whisper Hangup itself comes only after its last word.
    "HangupRequest": _hangup_asked,
    "Hangup": _hangup,
    "Hold": _hold,
    "Unhold": _unhold,
    "OriginateResponse": _originated,
    "DeviceStateChange": phone_seen,
}
