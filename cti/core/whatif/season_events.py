"""A season as the journal would have it: every event of every call and agent, in order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from heapq import heappop, heappush

from cti.core import events as fact
from cti.core.control_events import Originated
from cti.core.events import ClearedBy, Event, Outcome
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.core.whatif.season import DayPlan, Season, plans, wave

_HOTLINE = "95518"
_RATING = "rating"
DAY_BREAK = time_of_day()
_DAY_SHIFT = (8, 20)
_DAY = tuple(AgentId(f"1{n:03d}") for n in range(1, 25))
_NIGHT = tuple(AgentId(f"2{n:03d}") for n in range(1, 9))
_ANSWERED, _MADE, _LOST = "answered", "made", "lost"
_EARLY, _LATE = timedelta(minutes=5), timedelta(minutes=10)
"""Agents sign in so long before their shift, and out so long after it."""
_RING_S = 4.0
_HELD_EVERY = 9
_QUEUES = (("motor", 0.45), ("consult", 0.65), ("rescue", 0.77), ("staff", 0.88), ("nonmotor", 1.0))
"""Queue → share of the callers in it and in those before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call to be told: ``start`` is when the talk begins, or the caller gives up."""

    number: int
    kind: str
    call_id: CallId
    customer: str
    queue: QueueName
    at: datetime
    start: datetime
    waited_s: float
    talk_s: float
    wrap_up_s: float
    rating: str = ""


def events_of(season: Season) -> Iterator[Event]:
    """Every event, in the order of time."""
    teller = _Teller(season)
    for plan in plans(season):
        yield from teller.day(plan)
    yield from teller.rest()


Crew = list[tuple[datetime, AgentId]]
"""A heap: since when each agent of a shift is free."""


@dataclass(slots=True)
class _Teller:
    """Tells the calls of one day after the other."""

    season: Season
    _calls: int = 0
    _outbound: int = 0
    _pending: list[Event] = field(default_factory=list)
    _crews: dict[datetime, Crew] = field(default_factory=dict)

    def day(self, plan: DayPlan) -> Iterator[Event]:
        """The events of one day; what its last calls still do after midnight comes with the next."""
        midnight = datetime.combine(plan.day, DAY_BREAK, tzinfo=self.season.zone)
        if not self._crews:
            self._sign_in(midnight - timedelta(hours=24 - _DAY_SHIFT[1]), _NIGHT)
        for hour, crew in zip(_DAY_SHIFT, (_DAY, _NIGHT), strict=True):
            self._sign_in(midnight + timedelta(hours=hour), crew)
        for call in sorted(self._planned(plan, midnight), key=lambda call: call.start):
            self._tell(call)
        return self._before(midnight + timedelta(days=1))

    def rest(self) -> Iterator[Event]:
        """What is left after the last day."""
        return self._before(None)

    def _before(self, end: datetime | None) -> Iterator[Event]:
        self._pending.sort(key=lambda event: event.at)
        told = [event for event in self._pending if end is None or event.at < end]
        self._pending = self._pending[len(told) :]
        return iter(told)

    def _sign_in(self, start: datetime, crew: Sequence[AgentId]) -> None:
        """A shift of twelve hours: everybody is ready before it begins, and gone after its end."""
        on, off = start - _EARLY, start + timedelta(hours=12) + _LATE
        self._crews[start] = [(start, agent_id) for agent_id in crew]
        for agent_id in crew:
            self._pending += [
                fact.AgentLoggedOn(at=on, agent_id=agent_id, extension=f"8{agent_id[1:]}"),
                fact.AgentReady(at=on, agent_id=agent_id),
                fact.AgentLoggedOff(at=off, agent_id=agent_id),
            ]

    def _planned(self, plan: DayPlan, midnight: datetime) -> Iterator[_Call]:
        for hour in range(24):
            begins = midnight + timedelta(hours=hour)
            for kind, count in (
                (_ANSWERED, plan.inbound[hour]),
                (_MADE, plan.outbound[hour]),
                (_LOST, plan.lost[hour]),
            ):
                for place in range(count):
                    # Within the first 59 minutes, to the millisecond.
                    at_ms = int((place + wave(self._calls)) / count * 3_540_000)
                    yield self._call(kind, begins + timedelta(milliseconds=at_ms))

    def _call(self, kind: str, at: datetime) -> _Call:
        self._calls += 1
        number = self._calls
        longer_s = 40 * wave(number * 11) if number % 8 == 0 else 0.0
        waited_s = round(5 + 14 * wave(number) + longer_s, 3)
        return _Call(
            number=number,
            kind=kind,
            call_id=CallId(f"{self.season.first.year}.{number}"),
            customer=f"139{number * 7919 % 100_000_000:08d}",
            queue=_queue(wave(number * 5)),
            at=at,
            start=at + timedelta(seconds=waited_s),
            waited_s=waited_s,
            talk_s=round(45 + 150 * wave(number * 7), 3),
            wrap_up_s=round(8 + 25 * wave(number * 3), 3),
            rating=self._rating() if kind == _MADE else "",
        )

    def _rating(self) -> str:
        """The answer to a follow-up, spread evenly over the season; empty for other calls."""
        season, n = self.season, self._outbound
        self._outbound += 1
        asked = n * season.follow_ups // season.outbound
        if (n + 1) * season.follow_ups // season.outbound == asked:
            return ""
        satisfied = (asked + 1) * season.satisfied // season.follow_ups
        return "1" if satisfied > asked * season.satisfied // season.follow_ups else "4"

    def _tell(self, call: _Call) -> None:
        if call.kind == _LOST:
            self._pending += lost_call(call)
            return
        crew = self._crews[_shift(call.start)]
        free_at, agent_id = heappop(crew)
        if free_at > call.start - timedelta(seconds=_RING_S):
            raise ValueError(f"no agent is free at {call.start}: the season needs more of them")
        self._pending += (
            made_call(call, agent_id) if call.kind == _MADE else answered(call, agent_id)
        )
        done = call.talk_s + call.wrap_up_s + 1
        heappush(crew, (call.start + timedelta(seconds=done), agent_id))


def _queue(place: float) -> QueueName:
    return QueueName(next(name for name, upto in _QUEUES if place < upto))


def _shift(at: datetime) -> datetime:
    """When the shift that works at this moment began."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    opens, closes = _DAY_SHIFT
    if opens <= at.hour < closes:
        return midnight + timedelta(hours=opens)
    return midnight + timedelta(hours=closes if at.hour >= closes else closes - 24)


def answered(call: _Call, agent_id: AgentId) -> Iterator[Event]:
    """A caller who is served."""
    call_id, rings = call.call_id, call.start - timedelta(seconds=_RING_S)
    leg, waited_s = ChannelName(f"PJSIP/8{agent_id[1:]}"), call.waited_s
    yield from _joined(call)
    yield fact.AgentAllocated(
        at=rings,
        call_id=call_id,
        agent_id=agent_id,
        queue=call.queue,
        attempt=1,
        waited_s=round(waited_s - _RING_S, 3),
    )
    yield fact.Established(
        at=call.start, call_id=call_id, agent_id=agent_id, agent_channel=leg, waited_s=waited_s
    )
    yield _left(call, Outcome.ANSWERED)
    if call.number % _HELD_EVERY == 0:
        held = call.start + timedelta(seconds=call.talk_s / 3)
        yield fact.Held(at=held, call_id=call_id, agent_id=agent_id)
        yield fact.Retrieved(at=held + timedelta(seconds=9), call_id=call_id, agent_id=agent_id)
    yield from _over(call, agent_id)


def lost_call(call: _Call) -> Iterator[Event]:
    """A caller who gives up waiting."""
    yield from _joined(call)
    yield _left(call, Outcome.ABANDONED)
    yield fact.CallCleared(at=call.start, call_id=call.call_id, cleared_by=ClearedBy.CALLER)


def made_call(call: _Call, agent_id: AgentId) -> Iterator[Event]:
    """An agent's own call, with the customer's rating where it was a follow-up."""
    call_id, leg = call.call_id, ChannelName(f"PJSIP/8{agent_id[1:]}")
    dials = call.start - timedelta(seconds=_RING_S)
    yield Originated(
        at=dials, call_id=call_id, agent_id=agent_id, number=call.customer, shown_number=_HOTLINE
    )
    yield fact.Established(
        at=call.start, call_id=call_id, agent_id=agent_id, agent_channel=leg, waited_s=_RING_S
    )
    if call.rating:
        asked = call.start + timedelta(seconds=call.talk_s / 2)
        answers = {_RATING: call.rating}
        yield fact.SurveyAnswered(
            at=asked, call_id=call_id, survey="follow_up", answers=answers, agent_id=agent_id
        )
    yield from _over(call, agent_id)


def _joined(call: _Call) -> Iterator[Event]:
    yield fact.Offered(
        at=call.at,
        call_id=call.call_id,
        caller_number=call.customer,
        dialed_number=_HOTLINE,
        channel=ChannelName(f"PJSIP/trunk-{call.number}"),
    )
    yield fact.Queued(
        at=call.at,
        call_id=call.call_id,
        queue=call.queue,
        priority=50,
        needs={call.queue: 1},
        language="zh",
    )


def _left(call: _Call, outcome: Outcome) -> Event:
    return fact.QueueLeft(
        at=call.start,
        call_id=call.call_id,
        queue=call.queue,
        outcome=outcome,
        waited_s=call.waited_s,
    )


def _over(call: _Call, agent_id: AgentId) -> Iterator[Event]:
    call_id, ends = call.call_id, call.start + timedelta(seconds=call.talk_s)
    done = ends + timedelta(seconds=call.wrap_up_s)
    yield fact.ConnectionCleared(at=ends, call_id=call_id, agent_id=agent_id, talked_s=call.talk_s)
    yield fact.AgentWorkingAfterCall(at=ends, agent_id=agent_id, call_id=call_id, until=done)
    yield fact.CallCleared(at=ends, call_id=call_id, cleared_by=ClearedBy.AGENT)
    yield fact.WrapUpEnded(at=done, agent_id=agent_id, call_id=call_id, by="agent")
