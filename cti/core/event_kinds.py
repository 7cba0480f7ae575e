"""What every fact is made of: a moment, a call or an agent, and the words that several facts use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from cti.core.ids import AgentId, CallId


class Outcome(StrEnum):
    """How a queued contact ended: exactly one each (docs/glossary.md)."""

    ANSWERED = "answered"
    SHORT_ABANDONED = "short_abandoned"
    ABANDONED = "abandoned"
    CALLBACK_TAKEN = "callback_taken"
    OVERFLOWED = "overflowed"
    VOICEMAIL = "voicemail"
    FORCED_OUT = "forced_out"
    SYSTEM_FAIL = "system_fail"
    RECONNECTED = "reconnected"
    """Answered before; that talk broke off, and an agent has him again."""
    BROKEN_OFF = "broken_off"
    """Answered before; that talk broke off, and he left the queue without another."""


class OfferEnd(StrEnum):
    """Why an agent did not get the call that was offered to him."""

    NO_ANSWER = "noAnswer"
    REFUSED = "refused"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    WHISPER_HANGUP = "whisperHangup"
    WITHDRAWN = "withdrawn"
    CALLER_GONE = "callerGone"


class ClearedBy(StrEnum):
    """Who ended the call."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact and when it happened (aware UTC)."""

    TYPE: ClassVar[str] = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """A fact of one call."""

    call_id: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEvent(Event):
    """A fact of one agent."""

    agent_id: AgentId
