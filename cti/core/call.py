"""One call as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cti.core.ids import AgentId, CallId, ChannelName, QueueName


class CallPhase(StrEnum):
    """Where the caller is."""

    IVR = "ivr"
    WAITING = "waiting"
    RESERVED = "reserved"
    RINGING = "ringing"
    WHISPER = "whisper"
    TALKING = "talking"
    HELD = "held"
    AFTER = "after"
    TRANSFERRED = "transferred"
    SURVIVING = "surviving"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A caller and all that routing and the screen-pop must know.

    ``needs`` maps a skill to the least level that serves the call (``{"motor": 2}``);
    ``keys`` are the menu keys in the order pressed, never a sensitive digit;
    ``head`` puts a call whose offer was missed before all of its queue.
    ``version`` counts its saved states, for compare-and-set.
    """

    call_id: CallId
    channel: ChannelName
    caller_number: str
    dialed_number: str
    arrived_at: datetime
    caller_name: str = ""
    language: str = "zh"
    phase: CallPhase = CallPhase.IVR
    queue: QueueName | None = None
    priority: int = 0
    needs: Mapping[str, int] = field(default_factory=dict)
    queued_at: datetime | None = None
    head: bool = False
    attempt: int = 0
    agent_id: AgentId | None = None
    agent_channel: ChannelName | None = None
    phase_at: datetime | None = None
    answered_at: datetime | None = None
    keys: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def waited_s(self, now: datetime) -> float:
        """Seconds from joining the queue to ``now``; 0 for a call that never queued."""
        return (now - self.queued_at).total_seconds() if self.queued_at else 0.0
