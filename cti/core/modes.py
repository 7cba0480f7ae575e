"""Modes of the whole centre (domain: night, emergency, disaster …): on for so long, by whom, why. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.centre_events import ModeSwitched
from cti.core.clock.hours import ModeRule

TIMER = "timer"
"""Who ends a mode whose time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeOn:
    """A mode that is on from ``since`` until just before ``until``."""

    mode: str
    since: datetime
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants a mode on for ``hours``."""

    mode: str
    hours: float
    by: str
    reason: str


class ModeRefused(Exception):
    """A wish that cannot be met; ``code`` names its sentence in messages ``desk.CODE``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def switched_on(rules: Mapping[str, ModeRule], wish: Wish, now: datetime) -> ModeOn:
    """The mode as it will be on. Raises ModeRefused for an unknown one, or for too long a time."""
    rule = rules.get(wish.mode)
    if rule is None:
        raise ModeRefused("mode_unknown", name=wish.mode, known=", ".join(rules))
    if not 0 < wish.hours <= rule.longest_h:
        raise ModeRefused("mode_too_long", name=wish.mode, longest=f"{rule.longest_h:g}")
    until = now + timedelta(hours=wish.hours)
    return ModeOn(mode=wish.mode, since=now, until=until, by=wish.by, reason=wish.reason)


def in_force(modes: Iterable[ModeOn], now: datetime) -> tuple[str, ...]:
    """The names of those whose time is not over, in the order of the alphabet."""
    return tuple(sorted(one.mode for one in modes if now < one.until))


def overdue(modes: Iterable[ModeOn], now: datetime) -> tuple[ModeOn, ...]:
    """Those whose time is over."""
    return tuple(one for one in modes if one.until <= now)


def next_end(modes: Iterable[ModeOn]) -> datetime | None:
    """When the next one ends by itself."""
    return min((one.until for one in modes), default=None)


def began(one: ModeOn) -> ModeSwitched:
    """The fact that it is on."""
    return ModeSwitched(
        at=one.since, mode=one.mode, on=True, by=one.by, until=one.until, reason=one.reason
    )


def ended(mode: str, by: str, reason: str, at: datetime) -> ModeSwitched:
    """The fact that it is over."""
    return ModeSwitched(at=at, mode=mode, on=False, by=by, reason=reason)
