"""How each agent spent his time: one segment after the other, without gap, from sign-in to sign-out.

Whoever continues from a stored segment gets the same as whoever starts at the beginning: a segment
holds all that the next one depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cti.core import callback_events as callbacks
from cti.core import control_events as control
from cti.core import events
from cti.core.events import Event
from cti.core.measures.facts import epoch_ms

OFFER = ("reserved", "ringing", "whisper")
DIALLING = "dialling"
TALK = ("talking", "held", "consulting", "conferencing")
WRAP_UP = "wrap_up"
IDLE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What the agent did from ``since_ms`` to ``until_ms`` (None: still does).

    ``status`` is ready or not_ready, empty while he is signed out; ``activity`` is empty while no call
    concerns him. ``direction`` is in, out or callback.
    """

    agent_id: str
    since_ms: int
    until_ms: int | None = None
    status: str = ""
    reason: str = ""
    activity: str = IDLE
    call_id: str = ""
    queue: str = ""
    direction: str = ""

    @property
    def kind(self) -> str:
        """The kind of time it is counted as."""
        if self.activity:
            return f"time.{self.activity}"
        return f"time.{self.status}" if self.status else ""


def agents_of(event: Event) -> tuple[str, ...]:
    """Whose time the event may change."""
    own = getattr(event, "agent_id", None) if type(event) in _STEPS else None
    asked = getattr(event, "party_agent_id", None) if type(event) in _PARTY_STEPS else None
    return tuple(agent_id for agent_id in (own, asked) if agent_id)


CALL_ENDS = ("callCleared", "callRecovered")
"""Types of a call's events by which an agent bound to the call may be free without a word of his own."""
_WITH_AGENT = frozenset({"ringing", "whisper", "talking", "held", "dialling", "surviving"})


def after(now: Segment, event: Event) -> Segment:
    """The agent's segment once the event has happened, as if it began then; the same when nothing changed."""
    if event.TYPE in CALL_ENDS:
        return _call_ended(now, event)
    as_party = getattr(event, "party_agent_id", None) == now.agent_id
    step = (_PARTY_STEPS if as_party else _STEPS).get(type(event))
    return step(now, event) if step else now


def advance(now: Segment, event: Event) -> tuple[Segment | None, Segment]:
    """(The segment that ended or None, the segment that goes on)."""
    fresh = after(now, event)
    if fresh == now:
        return None, now
    at_ms = max(epoch_ms(event.at), now.since_ms)
    fresh = replace(fresh, since_ms=at_ms, until_ms=None)
    if at_ms == now.since_ms:
        return None, fresh
    return replace(now, until_ms=at_ms), fresh


def segments(
    agent_id: str, happened: Iterable[Event], start: Segment | None = None
) -> tuple[Segment, ...]:
    """All segments from ``start`` on; the last one is open. ``happened``: his events by time.

    Time signed out is no segment, but a last, open one is, since it is where to go on from.
    """
    now = start or Segment(agent_id=agent_id, since_ms=0)
    found = []
    for event in happened:
        ended, now = advance(now, event)
        if ended is not None and ended.kind:
            found.append(ended)
    return (*found, now) if now.since_ms else tuple(found)


def in_time(happened: Iterable[Event]) -> list[Event]:
    """Events by the moment they happened; of one moment in the journal's order."""
    return sorted(happened, key=_at)


def _at(event: Event) -> datetime:
    return event.at


def _free(now: Segment) -> Segment:
    return replace(now, activity=IDLE, call_id="", queue="", direction="")


def _logged_on(now: Segment, _event: Any) -> Segment:
    return replace(_free(now), status="not_ready", reason="LOGIN")


def _logged_off(now: Segment, _event: Any) -> Segment:
    return replace(_free(now), status="", reason="")


def _ready(now: Segment, _event: Any) -> Segment:
    return replace(now, status="ready", reason="")


def _not_ready(now: Segment, event: events.AgentNotReady) -> Segment:
    return replace(now, status="not_ready", reason=event.reason)


def _bound(activity: str) -> Callable[[Segment, Any], Segment]:
    def step(now: Segment, event: Any) -> Segment:
        mine = now if now.call_id == event.call_id else _free(now)
        queue = getattr(event, "queue", "") or mine.queue
        return replace(mine, activity=activity, call_id=event.call_id, queue=queue)

    return step


def _towards(activity: str, direction: str) -> Callable[[Segment, Any], Segment]:
    bound = _bound(activity)
    return lambda now, event: replace(bound(now, event), direction=direction)


def _answered(now: Segment, event: events.AgentAnswered) -> Segment:
    # On a call of his own he hears the other's phone ring now, not a whisper.
    mine = now.call_id == event.call_id and now.direction == "out"
    return _bound(DIALLING if mine else "whisper")(now, event)


def _established(now: Segment, event: events.Established) -> Segment:
    mine = _bound("talking")(now, event)
    return replace(mine, direction=mine.direction or "in")


def _while_talking(activity: str) -> Callable[[Segment, Any], Segment]:
    def step(now: Segment, event: Any) -> Segment:
        if now.call_id != event.call_id or now.activity not in TALK:
            return now
        return replace(now, activity=activity)

    return step


def _retrieved(now: Segment, event: Any) -> Segment:
    return now if now.activity == "conferencing" else _while_talking("talking")(now, event)


def _alternated(now: Segment, event: control.Alternated) -> Segment:
    activity = "talking" if event.talking_to == "caller" else "consulting"
    return _while_talking(activity)(now, event)


def _asked_no_more(now: Segment, event: control.ConsultationEnded) -> Segment:
    """The consulted colleague: he has the call now, or is in a conference, or is free."""
    if event.result == "completed":
        return now
    if event.result == "conferenced":
        return _while_talking("conferencing")(now, event)
    return _call_left(now, event)


def _consultation_ended(now: Segment, event: control.ConsultationEnded) -> Segment:
    if now.activity != "consulting":
        return now
    activity = "conferencing" if event.result == "conferenced" else "held"
    return _while_talking(activity)(now, event)


def _call_left(now: Segment, event: Any) -> Segment:
    return _free(now) if now.call_id == event.call_id else now


def _talk_over(now: Segment, event: events.ConnectionCleared) -> Segment:
    # His wrap-up, at the same moment, goes on with the call's queue and direction.
    return replace(now, activity=IDLE) if now.call_id == event.call_id else now


def _wrapping_up(now: Segment, event: events.AgentWorkingAfterCall) -> Segment:
    direction = now.direction if now.call_id == event.call_id else ""
    return replace(_bound(WRAP_UP)(now, event), direction=direction)


def _wrap_up_ended(now: Segment, event: Any) -> Segment:
    return _call_left(now, event) if now.activity == WRAP_UP else now


def _call_ended(now: Segment, event: Any) -> Segment:
    if now.call_id != event.call_id or now.activity in (IDLE, WRAP_UP):
        return now
    return now if getattr(event, "phase", "") in _WITH_AGENT else _free(now)


_STEPS: Mapping[type[Event], Callable[[Segment, Any], Segment]] = {
    events.AgentLoggedOn: _logged_on,
    events.AgentLoggedOff: _logged_off,
    events.AgentReady: _ready,
    events.AgentNotReady: _not_ready,
    events.AgentAllocated: _bound("reserved"),
    events.Delivered: _bound("ringing"),
    events.AgentAnswered: _answered,
    events.Established: _established,
    events.Held: _while_talking("held"),
    events.Retrieved: _retrieved,
    events.Diverted: _call_left,
    events.ConnectionCleared: _talk_over,
    events.AgentWorkingAfterCall: _wrapping_up,
    events.WrapUpEnded: _wrap_up_ended,
    control.Originated: _towards(DIALLING, "out"),
    control.DialFailed: _call_left,
    control.ConsultationStarted: _while_talking("consulting"),
    control.ConsultationAnswered: _while_talking("consulting"),
    control.ConsultationEnded: _consultation_ended,
    control.Alternated: _alternated,
    control.Conferenced: _while_talking("conferencing"),
    callbacks.CallbackDialed: _towards(DIALLING, "callback"),
    callbacks.CallbackFailed: _call_left,
}
_PARTY_STEPS: Mapping[type[Event], Callable[[Segment, Any], Segment]] = {
    control.ConsultationDelivered: _bound("ringing"),
    control.ConsultationAnswered: _bound("consulting"),
    control.ConsultationEnded: _asked_no_more,
    control.PartyLeft: _call_left,
}
"""For the colleague who was asked to join."""
PARTY = frozenset(cls.TYPE for cls in _PARTY_STEPS)
NEEDED = frozenset({*(cls.TYPE for cls in _STEPS), *PARTY, *CALL_ENDS})
"""Types of events that change an agent's time."""
