"""What the line tells of recordings, and what agents wish of them."""

from dataclasses import dataclass

from cti.core.ids import AgentId, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingBegan:
    """Customer and agent hear each other, and the customer's channel is being recorded."""

    call_id: CallId
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOver:
    """Asterisk closed the recording."""

    call_id: CallId
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRecording:
    """The agent asks for silence in the recording of his call (``on``), or that it goes on."""

    agent_id: AgentId
    on: bool
