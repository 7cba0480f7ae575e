"""The atoms of every figure: one countable fact of one contact, with the moment it is counted at.

A figure is a sum over facts of some kinds divided by another such sum, so its drill-down is the very
list of facts behind it, and totals of any intervals add up. Times and values are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite

from cti.core.ids import CallId
from cti.core.measures.bands import USUAL, Bands

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_S = 10 * 365 * 86_400.0
_MILLISECOND = timedelta(milliseconds=1)

VISIT_ENDS = (
    "answered",
    "short_abandoned",
    "abandoned",
    "callback_taken",
    "overflowed",
    "voicemail",
    "forced_out",
    "system_fail",
)
"""How a visit to a queue ends: exactly one each, and each of them a kind of fact."""
CONTACT = "contact."
"""Begins the same kinds counted once a contact: at centre level a transfer is no second offer."""
NEAR_MS = 60_000
"""An announced wait that was no further from the truth counts as right: it is told in minutes."""
DIRECTIONS = ("in", "out", "callback")


def epoch_ms(at: datetime) -> int:
    """Whole milliseconds since 1970, rounded down, so that differences of moments add up exactly."""
    return (at - EPOCH) // _MILLISECOND


def whole_ms(seconds: float) -> int:
    """Seconds that an event tells, as ms; none where they make no sense."""
    return round(seconds * 1000) if isfinite(seconds) and 0 <= seconds < LONGEST_S else 0


def moment(at_ms: int) -> datetime:
    """The moment in UTC."""
    return EPOCH + timedelta(milliseconds=at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``kind`` happened in ``call_id`` and is counted at ``at_ms``; ``number`` numbers a contact's facts.

    ``value`` is a wait or a length in ms, or 1 for yes and 0 for no; ``subject`` is what makes two
    contacts the same matter (caller and reason). Empty text: not known, or not of this kind.
    """

    call_id: CallId
    number: int
    kind: str
    at_ms: int
    value: int = 0
    queue: str = ""
    agent_id: str = ""
    skill: str = ""
    area: str = ""
    branch: str = ""
    node: str = ""
    caller_class: str = ""
    subject: str = ""
    reconstructed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRules:
    """What the house decides of its figures.

    ``excluded``: numbers of test and internal calls, caller's or called; they are counted nowhere.
    ``within_s``: the T of service level, ``within_by_queue_s`` where a queue has its own;
    ``callback_within_s``: how soon a callback is promised. ``satisfied``: the answers to ``rating`` that
    count as satisfied. ``off_reasons`` are not working time in 有效话务工作率. ``repeat_days``: a
    caller who rings again about the same within so many days was not served at once. ``bands``: those of
    waiting time.
    """

    excluded: frozenset[str] = frozenset()
    within_s: float = 20.0
    within_by_queue_s: Mapping[str, float] = field(default_factory=dict)
    callback_within_s: float = 900.0
    rating: str = "rating"
    satisfied: frozenset[str] = frozenset({"1", "2"})
    off_reasons: frozenset[str] = frozenset({"MEAL", "TRAIN", "MEETING"})
    repeat_days: int = 7
    bands: Bands = USUAL

    def within_ms(self, kind: str, queue: str) -> int:
        """The limit that a fact's value is held against."""
        if kind == "callback.connected":
            return round(self.callback_within_s * 1000)
        if kind == "estimate.error":
            return NEAR_MS
        return round(self.within_by_queue_s.get(queue, self.within_s) * 1000)
