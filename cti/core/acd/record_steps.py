"""Recordings on the floor: what began and ended, and when they are silent.

Asterisk records by itself once it was told to (``[acd-record]``); the floor only knows of it, and
silences it while the customer is on hold, while secrets are spoken, and while an agent has him of whom the
rules say never.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import record_signals as seen
from cti.core.acd.control_orders import SilenceRecording
from cti.core.acd.declined import Declined, signed_in
from cti.core.acd.floor import Floor
from cti.core.acd.lines import Line
from cti.core.call import Call, CallPhase
from cti.core.control_events import (
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
)
from cti.core.ids import AgentId
from cti.core.recordings import talk_of

IVR = "ivr"
"""Who pauses while the caller gives secrets to the menu."""


def recording_began(floor: Floor, signal: seen.RecordingBegan, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is None:
        return
    if call.recording == signal.recording_id:
        # Begun anew, for whoever talks next: what was silenced is not any more.
        floor.put_call(call, recording_silent=False)
        return
    floor.put_call(call, recording=signal.recording_id, recording_paused="", recording_silent=False)
    floor.note(
        RecordingStarted(
            at=now,
            call_id=call.call_id,
            recording_id=signal.recording_id,
            agent_id=call.agent_id or AgentId(""),
            queue=call.queue or "",
        )
    )


def recording_over(floor: Floor, signal: seen.RecordingOver, now: datetime) -> None:
    """The call may be over already: its last word comes after the good-bye."""
    call = floor.calls.get(signal.call_id)
    if call is not None and call.recording == signal.recording_id:
        floor.put_call(call, recording="", recording_paused="", recording_silent=False)
    floor.note(RecordingStopped(at=now, call_id=signal.call_id, recording_id=signal.recording_id))


def recording_found(floor: Floor, call: Call, line: Line) -> None:
    """After an outage: what the channel says is being recorded, is; a pause of it still holds."""
    found = line.variables.get("ACD_RECORDING", "")
    if found != call.recording:
        floor.put_call(call, recording=found, recording_paused="", recording_silent=False)


def pause_wished(floor: Floor, wish: seen.PauseRecording, now: datetime) -> None:
    agent = signed_in(floor, wish.agent_id)
    call = floor.calls.get(agent.call_id) if agent.call_id else None
    if call is None or call.agent_id != agent.agent_id or not call.recording:
        raise Declined("not_recording")
    if wish.on:
        pause(floor, call, agent.agent_id, now)
    else:
        resume(floor, call, agent.agent_id, now)


def pause(floor: Floor, call: Call, by: str, now: datetime) -> Call:
    """Silence from now on; nothing where it is silent on somebody's word, or where nothing is recorded."""
    if not call.recording or call.recording_paused:
        return call
    floor.note(RecordingPaused(at=now, call_id=call.call_id, recording_id=call.recording, by=by))
    return floor.put_call(call, recording_paused=by)


def resume(floor: Floor, call: Call, by: str, now: datetime) -> Call:
    """The recording goes on; nothing where it was not paused."""
    if not call.recording or not call.recording_paused:
        return call
    floor.note(RecordingResumed(at=now, call_id=call.call_id, recording_id=call.recording, by=by))
    return floor.put_call(call, recording_paused="")


def settle_recordings(floor: Floor) -> None:
    """Order silence, or sound again, for every call that this step changed."""
    for call in floor.changed_calls():
        silent = bool(call.recording) and _silent(floor, call)
        if call.recording and silent != call.recording_silent:
            floor.put_call(call, recording_silent=silent)
            channel = call.customer_channel or call.channel
            floor.order(SilenceRecording(channel=channel, on=silent))


def _silent(floor: Floor, call: Call) -> bool:
    if call.recording_paused or call.phase is CallPhase.HELD:
        return True
    if call.agent_id is None:
        return False
    return not floor.rules.recording.wanted(talk_of(call, call.agent_id))


RECORD_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.RecordingBegan: recording_began,
    seen.RecordingOver: recording_over,
    seen.PauseRecording: pause_wished,
}
