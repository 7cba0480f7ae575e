"""Recordings of talks: which are made, how long they are kept, who is heard when. Pure.

A recording is of the *customer's* channel and lasts from the first agent who talks with him until he
goes on to a queue, to the menu, to what follows a talk, or leaves: whoever else takes the talk over
meanwhile is heard in the same file, at the place that his ``Part`` says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cti.core.call import Call, Direction
from cti.core.control_events import (
    ConsultationEnded,
    PartyLeft,
    RecordingPaused,
    RecordingResumed,
)
from cti.core.events import ConnectionCleared, Established, Event, Held, Retrieved

RATE_HZ = 8000
SAMPLE_BYTES = 2
GENESIS = "0" * 64
"""What the first line of the chain of deletions follows."""


class RecordingState(StrEnum):
    """Where a recording is."""

    KEPT = "kept"
    DELETING = "deleting"
    DELETED = "deleted"


class PartKind(StrEnum):
    """What a part of a recording is."""

    TALK = "talk"
    HOLD = "hold"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What the rules ask of a talk; text is empty where there is none."""

    call_id: str
    queue: str = ""
    agent_id: str = ""
    direction: Direction = Direction.INBOUND


def talk_of(call: Call, agent_id: str) -> Talk:
    """The talk that this agent has, or would have, on the call."""
    # A callback is dialled by us, whoever asked for it.
    direction = Direction.OUTBOUND if call.ticket else call.direction
    queue = call.queue or ""
    return Talk(call_id=call.call_id, queue=queue, agent_id=agent_id, direction=direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """A ``share`` (0 to 1) of the talks that all its fields fit; an empty field fits everything."""

    queue: str = ""
    agent: str = ""
    direction: str = ""
    share: float

    def fits(self, talk: Talk) -> bool:
        """True when it speaks of this talk."""
        return (
            self.queue in ("", talk.queue)
            and self.agent in ("", talk.agent_id)
            and self.direction in ("", talk.direction.value)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRules:
    """The first rule that fits decides, else ``share``."""

    share: float = 1.0
    rules: tuple[RecordRule, ...] = ()

    def wanted(self, talk: Talk) -> bool:
        """Whether the talk is to be recorded; the same call is always answered the same."""
        fitting = (rule.share for rule in self.rules if rule.fits(talk))
        return lot(talk.call_id) < next(fitting, self.share)


def lot(call_id: str) -> float:
    """A number in [0, 1) that belongs to the call, evenly spread over calls."""
    return int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:7]) / 2**56


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """The class of recordings that all its fields fit; an empty field fits everything."""

    queue: str = ""
    wrap_up: str = ""
    direction: str = ""
    keep: str

    def fits(self, queue: str, wrap_up: str, direction: str) -> bool:
        """True when it speaks of such a recording."""
        return (
            self.queue in ("", queue)
            and self.wrap_up in ("", wrap_up)
            and self.direction in ("", direction)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRules:
    """``days`` of each class; of all rules that fit the longest class wins, else ``keep``."""

    days: Mapping[str, int]
    keep: str
    rules: tuple[KeepRule, ...] = ()

    def class_of(self, queue: str, wrap_up: str = "", direction: str = "inbound") -> str:
        """The class of a recording. ``wrap_up`` is the agent's reason, empty until he gave one."""
        fitting = [r.keep for r in self.rules if r.fits(queue, wrap_up, direction)]
        return max(fitting, key=lambda name: self.days[name], default=self.keep)

    def until(self, keep: str, started_at: datetime) -> datetime:
        """When a recording of the class may be deleted."""
        return started_at + timedelta(days=self.days[keep])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """From ``from_s`` to ``to_s`` of a recording the customer talked with this agent, was on hold
    (silence), or the recording was paused (silence)."""

    kind: PartKind
    agent_id: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording as the index has it. ``caller_number`` and ``wrap_up`` are its call's."""

    recording_id: str
    call_id: str
    started_at: datetime
    seconds: float
    direction: str
    queue: str
    agents: tuple[str, ...]
    keep: str
    keep_until: datetime
    file: str
    bytes: int
    sha256: str
    state: RecordingState = RecordingState.KEPT
    held_by: str = ""
    held_why: str = ""
    wrap_up: str = ""
    caller_number: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def on_hold(self) -> bool:
        """Somebody forbade its deletion."""
        return bool(self.held_by)

    def deletable(self, now: datetime) -> bool:
        """Its time is over and nobody holds it."""
        kept = self.state is RecordingState.KEPT
        return kept and not self.on_hold and self.keep_until <= now


def parts_of(events: Sequence[Event], started_at: datetime, seconds: float) -> tuple[Part, ...]:
    """Who is heard when in a recording; ``events`` are its call's, oldest first.

    A part that began before the recording begins with it; one whose end is not told ends with it.
    """
    found: list[Part] = []
    for kind, (begins, ends) in _PAIRS.items():
        open_at: dict[str, float] = {}
        for event in events:
            at_s = (event.at - started_at).total_seconds()
            if (who := begins(event)) is not None:
                open_at.setdefault(who, at_s)
            elif (who := ends(event)) is not None and who in open_at:
                found += _cut(kind, who, open_at.pop(who), at_s, seconds)
        for who, from_s in open_at.items():
            found += _cut(kind, who, from_s, seconds, seconds)
    return tuple(sorted(found, key=lambda part: (part.from_s, part.kind)))


_Whose = Callable[[Event], str | None]


def _talks(event: Event) -> str | None:
    match event:
        case Established():
            return event.agent_id
        case ConsultationEnded(result="conferenced") if event.party_agent_id:
            return event.party_agent_id
    return None


def _talks_no_more(event: Event) -> str | None:
    match event:
        case ConnectionCleared():
            return event.agent_id
        case PartyLeft() if event.party_agent_id:
            return event.party_agent_id
    return None


def _agent_of(*types: type[Event]) -> _Whose:
    """Whose such an event is; a pause is nobody's."""
    return lambda event: str(getattr(event, "agent_id", "")) if isinstance(event, types) else None


_PAIRS: Mapping[PartKind, tuple[_Whose, _Whose]] = {
    PartKind.TALK: (_talks, _talks_no_more),
    PartKind.HOLD: (_agent_of(Held), _agent_of(Retrieved, ConnectionCleared)),
    PartKind.PAUSE: (_agent_of(RecordingPaused), _agent_of(RecordingResumed)),
}


def _cut(kind: PartKind, who: str, from_s: float, to_s: float, seconds: float) -> list[Part]:
    begin, end = max(0.0, from_s), min(to_s, seconds)
    if begin >= end:
        return []
    return [Part(kind=kind, agent_id=who, from_s=round(begin, 2), to_s=round(end, 2))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A recording that was deleted: what it was, when, by which class and rule, by whom.

    ``line`` follows ``previous``: SHA-256 over the hash before it and all the other fields, so that a
    line which is changed, removed or put in between breaks every one after it.
    """

    number: int
    recording_id: str
    call_id: str
    sha256: str
    bytes: int
    deleted_at: datetime
    keep: str
    rule: str
    actor: str
    previous: str = GENESIS
    line: str = field(default="", compare=False)

    def expected(self) -> str:
        """The hash that the line must have."""
        fields = (
            self.number,
            self.recording_id,
            self.call_id,
            self.sha256,
            self.bytes,
            self.deleted_at.isoformat(timespec="microseconds"),
            self.keep,
            self.rule,
            self.actor,
            self.previous,
        )
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def broken_at(chain: Sequence[Tombstone]) -> int | None:
    """The number of the first line that does not follow from the one before it; None for a whole chain."""
    previous = GENESIS
    for number, stone in enumerate(chain, 1):
        whole = stone.number == number and stone.previous == previous
        if not whole or stone.line != stone.expected():
            return number
        previous = stone.line
    return None
