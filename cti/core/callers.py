"""Classes of callers, for conditions and for the priority of their calls. Pure.

Points are those of the hotline's rules for queues: segment + flags, on top of the queue's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cti.core.acd.sticky import Known, StickyRules


class CallerClass(StrEnum):
    """What a caller can be; several at once."""

    ANONYMOUS = "anonymous"
    KNOWN = "known"
    VIP = "vip"
    FLEET = "fleet"
    ELDERLY = "elderly"
    REPEAT = "repeat"
    ABANDONED_RECENTLY = "abandoned_recently"
    OPEN_COMPLAINT = "open_complaint"
    BLOCKED = "blocked"
    GREEN = "green"


SEGMENTS = (CallerClass.VIP, CallerClass.FLEET)
"""Of these only the one with the most points counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRules:
    """config/callers.yaml: points of each class, and of a stranger (``no_policy``); where classes begin."""

    points: Mapping[CallerClass, int] = field(default_factory=dict)
    no_policy: int = 0
    elderly_from_age: int = 60
    repeat_from_call: int = 3
    abandoned_within_s: float = 1800.0
    language_kept_days: int = 180
    green_alerts: frozenset[str] = frozenset()
    limit_s: float = 0.5
    sticky: StickyRules = field(default_factory=StickyRules)

    def points_of(self, classes: Collection[CallerClass], *, stranger: bool) -> int:
        """What the caller brings to a queue; ``stranger``: we looked, and no policy is his."""
        segments = [self.points.get(one, 0) for one in SEGMENTS if one in classes]
        segment = max(segments, default=self.no_policy if stranger else 0)
        return segment + sum(self.points.get(one, 0) for one in set(classes) if one not in SEGMENTS)

    def is_elderly(self, birth_year: int | None, now: datetime) -> bool:
        """By the year alone: nobody who may be of that age is left out."""
        return birth_year is not None and now.year - birth_year >= self.elderly_from_age


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerProfile:
    """All that is known of a caller before he pressed a key. ``language``: '' where none is kept;
    ``known``: what routing wants to know, None where nobody could tell in time."""

    classes: tuple[CallerClass, ...] = ()
    points: int = 0
    language: str = ""
    known: Known | None = None

    def conditions(self) -> Mapping[str, bool]:
        """The classes in conditions' words."""
        return {one.value: True for one in self.classes}

    @property
    def flags(self) -> tuple[str, ...]:
        """The classes as they travel with the call."""
        return tuple(one.value for one in self.classes)
