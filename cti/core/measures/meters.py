"""Counters and histograms for monitoring, since the start of this process. Pure.

They only ever grow; whoever collects them works out rates and knows restarts (Prometheus does). The
figures of reports are elsewhere, and survive restarts.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.core import callback_events, control_events, events
from cti.core.events import Event, Outcome
from cti.core.ids import CallId, QueueName

BUCKETS_S = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0)
Labels = tuple[str, ...]


@dataclass(slots=True)
class Histogram:
    """How often a time fell into each bucket (one more for what is longer), and their sum."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    sum_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one time."""
        self.counts[bisect_left(BUCKETS_S, seconds)] += 1
        self.sum_s += seconds


class Meters:
    """Fed with every fact, in order. ``within_s``: queue → the seconds of its service target."""

    LABELS: Mapping[str, Labels] = {
        "calls_offered": (),
        "calls_cleared": ("by",),
        "queue_entered": ("queue",),
        "queue_left": ("queue", "outcome"),
        "queue_answered_in_target": ("queue",),
        "offers_made": ("queue",),
        "offers_missed": ("cause",),
        "calls_transferred": ("how", "to"),
        "calls_originated": (),
        "calls_survived": (),
        "callbacks_closed": ("result",),
        "system_notes": ("what",),
    }

    def __init__(self, within_s: Mapping[QueueName, float]) -> None:
        self._within_s = within_s
        self._queue_of: dict[CallId, QueueName] = {}
        self.counters: Mapping[str, Counter[Labels]] = {name: Counter() for name in self.LABELS}
        self.waits: dict[str, Histogram] = defaultdict(Histogram)
        self.talks: dict[str, Histogram] = defaultdict(Histogram)

    def take(self, fact: Event) -> None:
        """Count what the fact tells; most tell nothing."""
        if count := _COUNT.get(type(fact)):
            count(self, fact)

    def _add(self, name: str, *labels: str) -> None:
        self.counters[name][labels] += 1

    def _offered(self, _fact: events.Offered) -> None:
        self._add("calls_offered")

    def _queued(self, fact: events.Queued) -> None:
        if self._queue_of.get(fact.call_id) != fact.queue:
            self._queue_of[fact.call_id] = fact.queue
            self._add("queue_entered", fact.queue)

    def _allocated(self, fact: events.AgentAllocated) -> None:
        self._add("offers_made", fact.queue)

    def _diverted(self, fact: events.Diverted) -> None:
        self._add("offers_missed", fact.cause)

    def _left(self, fact: events.QueueLeft) -> None:
        self._add("queue_left", fact.queue, fact.outcome)
        if fact.outcome is Outcome.RECONNECTED:
            return
        if fact.outcome is not Outcome.ANSWERED:
            self._queue_of.pop(fact.call_id, None)
            return
        self.waits[fact.queue].add(fact.waited_s)
        if fact.waited_s <= self._within_s.get(fact.queue, 0.0):
            self._add("queue_answered_in_target", fact.queue)

    def _talked(self, fact: events.ConnectionCleared) -> None:
        self.talks[self._queue_of.get(fact.call_id, "")].add(fact.talked_s)

    def _cleared(self, fact: events.CallCleared) -> None:
        self._queue_of.pop(fact.call_id, None)
        self._add("calls_cleared", fact.cleared_by)

    def _transferred(self, fact: events.Transferred) -> None:
        self._add("calls_transferred", fact.how, fact.target_kind)

    def _originated(self, _fact: control_events.Originated) -> None:
        self._add("calls_originated")

    def _survived(self, _fact: events.CallSurvived) -> None:
        self._add("calls_survived")

    def _callback_closed(self, fact: callback_events.CallbackClosed) -> None:
        self._add("callbacks_closed", fact.result)

    def _noted(self, fact: events.SystemNoted) -> None:
        self._add("system_notes", fact.what)


_COUNT: Mapping[type[Event], Callable[[Meters, Any], None]] = {
    events.Offered: Meters._offered,
    events.Queued: Meters._queued,
    events.AgentAllocated: Meters._allocated,
    events.Diverted: Meters._diverted,
    events.QueueLeft: Meters._left,
    events.ConnectionCleared: Meters._talked,
    events.CallCleared: Meters._cleared,
    events.Transferred: Meters._transferred,
    control_events.Originated: Meters._originated,
    events.CallSurvived: Meters._survived,
    callback_events.CallbackClosed: Meters._callback_closed,
    events.SystemNoted: Meters._noted,
}
