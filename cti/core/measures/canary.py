"""Does a canary do its callers harm? Counts from the journal, and the decision. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import NormalDist

from cti.core.events import CallCleared, Event, Offered, Outcome, QueueLeft
from cti.core.ids import CallId
from cti.core.version_events import VisitEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRules:
    """When a canary is taken back: shares are of 1.

    From ``least_visits`` on: more than ``most_failed`` of its visits failed, or ``abandon_excess``
    more of its callers gave up than of the current version's, and that by chance in less than
    1 - ``confidence`` of all cases. Only visits of the last ``window_s`` seconds count.
    """

    least_visits: int = 30
    most_failed: float = 0.10
    abandon_excess: float = 0.05
    confidence: float = 0.99
    window_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Visits that are over, those that failed, and those whose caller gave up."""

    visits: int = 0
    failed: int = 0
    abandoned: int = 0

    @property
    def abandoned_share(self) -> float:
        """0 where nobody called."""
        return self.abandoned / self.visits if self.visits else 0.0


@dataclass(frozen=True, slots=True)
class Harm:
    """Why the canary is taken back: ``failed`` or ``abandoned``, with both sides' counts."""

    kind: str
    canary: Counts
    current: Counts

    def words(self) -> str:
        """The counts, for the record."""
        name, (canary, current) = self.kind, (self.canary, self.current)
        ours, theirs = getattr(canary, name), getattr(current, name)
        return f"{name}: canary {ours}/{canary.visits}, current {theirs}/{current.visits}"


def judged(canary: Counts, current: Counts, rules: CanaryRules) -> Harm | None:
    """Whether the canary does harm.

    Failures decide early where even faultless visits up to ``least_visits`` could not mend them.
    """
    if canary.failed > rules.most_failed * max(canary.visits, rules.least_visits):
        return Harm("failed", canary, current)
    if min(canary.visits, current.visits) < rules.least_visits:
        return None
    excess = canary.abandoned_share - current.abandoned_share
    if excess > rules.abandon_excess and _chance(canary, current) < 1 - rules.confidence:
        return Harm("abandoned", canary, current)
    return None


def _chance(canary: Counts, current: Counts) -> float:
    """One-sided p-value of the two-proportion z-test with pooled variance, canary above current."""
    whole = canary.visits + current.visits
    share = (canary.abandoned + current.abandoned) / whole
    spread = math.sqrt(share * (1 - share) * (1 / canary.visits + 1 / current.visits))
    if spread == 0:
        return 1.0
    return 1 - NormalDist().cdf((canary.abandoned_share - current.abandoned_share) / spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    version: int
    at: datetime
    failed: bool = False
    abandoned: bool = False
    over: bool = False


@dataclass(slots=True)
class CanaryWatch:
    """The visits to two versions in the window, folded from the journal's events in their order."""

    canary: int
    current: int
    window_s: float
    visits: dict[CallId, _Visit] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Take one event; what is of no concern is passed over."""
        match event:
            case Offered() if event.tree_version in (self.canary, self.current):
                self.visits[event.call_id] = _Visit(version=event.tree_version, at=event.at)
            case VisitEnded() | QueueLeft() | CallCleared():
                if visit := self.visits.get(event.call_id):
                    self.visits[event.call_id] = _after(visit, event)

    def harm(self, now: datetime, rules: CanaryRules) -> Harm | None:
        """Whether the canary does harm at ``now``; forgets visits older than the window."""
        self._forget(now - timedelta(seconds=self.window_s))
        return judged(self.counts(self.canary), self.counts(self.current), rules)

    def counts(self, version: int) -> Counts:
        """What is known of a version."""
        mine = [each for each in self.visits.values() if each.version == version and each.over]
        return Counts(
            visits=len(mine),
            failed=sum(each.failed for each in mine),
            abandoned=sum(each.abandoned for each in mine),
        )

    def _forget(self, before: datetime) -> None:
        # They came in the order of time, so the old ones stand first.
        for call_id in list(self.visits):
            if self.visits[call_id].at >= before:
                break
            del self.visits[call_id]


def _after(visit: _Visit, event: VisitEnded | QueueLeft | CallCleared) -> _Visit:
    match event:
        case VisitEnded():
            failed = event.end == "fault" or event.failures > 0
            return replace(
                visit,
                failed=visit.failed or failed,
                abandoned=visit.abandoned or (event.end == "gone" and not event.entry),
                over=visit.over or failed or event.end != "queue",
            )
        case QueueLeft():
            gave_up = event.outcome is Outcome.ABANDONED
            return replace(visit, abandoned=visit.abandoned or gave_up, over=True)
    return replace(visit, over=True)
