"""Who calls, when, and how long it will take: recorded or drawn. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf, log

from cti.core.acd.skills import Needs
from cti.core.ids import QueueName
from cti.core.whatif.chance import Dice, Spread

DAY_S = 86_400.0
LUCK = 8
"""So many offers of one call have chances of their own; the next one is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One caller as he joins a queue at ``at``.

    He hangs up after ``patience_s`` without an agent, talks for ``talk_s``, and his agent writes for
    ``wrap_up_s`` (at most the queue's own time). ``luck``: evenly drawn numbers that decide what
    becomes of the first offer of his call, the second, and so on.
    """

    at: datetime
    queue: QueueName
    talk_s: float
    wrap_up_s: float = inf
    patience_s: float = inf
    needs: Needs = field(default_factory=dict)
    language: str = "zh"
    flags: tuple[str, ...] = ()
    points: int = 0
    luck: tuple[float, ...] = (0.5,)


Day = Sequence[Contact]
"""In the order of their arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The callers of one queue: their share of all, and what they are like.

    ``languages`` and ``needs`` hold the share of callers who speak, or need, each.
    """

    queue: QueueName
    share: float
    talk: Spread
    wrap_up: Spread
    patience: Spread
    languages: Mapping[str, float] = field(default_factory=lambda: {"zh": 1.0})
    flags: Mapping[str, float] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surge:
    """``factor`` times as many calls between two moments, in seconds from the day's beginning."""

    factor: float
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """``calls`` a day on the mean, before any surge, spread over the day by ``profile``.

    ``profile`` holds weights of equal parts of the day (24 of them: hours; 48: half hours).
    """

    calls: float
    profile: Sequence[float]
    streams: Sequence[Stream]
    surges: Sequence[Surge] = ()


def generated(demand: Demand, midnight: datetime, dice: Dice) -> list[Contact]:
    """One day of calls that come at random (a Poisson process, its rate constant in each part)."""
    contacts = [
        _caller(stream, midnight + timedelta(seconds=at_s), dice)
        for stream in demand.streams
        for at_s in _arrivals(demand, stream.share, dice)
    ]
    return sorted(contacts, key=lambda contact: contact.at)


def _arrivals(demand: Demand, share: float, dice: Dice) -> Iterator[float]:
    total = sum(stream.share for stream in demand.streams)
    for from_s, until_s, rate in _rates(demand):
        of_stream = rate * share / total
        at_s = from_s
        while of_stream > 0 and (at_s := at_s - log(1 - dice.random()) / of_stream) < until_s:
            yield at_s


def _rates(demand: Demand) -> Iterator[tuple[float, float, float]]:
    """From, until, calls a second, for each stretch of the day in which nothing changes."""
    part_s, weight = DAY_S / len(demand.profile), sum(demand.profile)
    edges = {n * part_s for n in range(len(demand.profile) + 1)}
    edges |= {edge for s in demand.surges for edge in (s.from_s, s.until_s) if 0 < edge < DAY_S}
    ordered = sorted(edges)
    for from_s, until_s in pairwise(ordered):
        rate = demand.calls * demand.profile[int(from_s / part_s)] / weight / part_s
        for surge in demand.surges:
            rate *= surge.factor if surge.from_s <= from_s < surge.until_s else 1
        yield from_s, until_s, rate


def _caller(stream: Stream, at: datetime, dice: Dice) -> Contact:
    flags = tuple(flag for flag, share in stream.flags.items() if dice.random() < share)
    return Contact(
        at=at,
        queue=stream.queue,
        talk_s=stream.talk.draw(dice),
        wrap_up_s=stream.wrap_up.draw(dice),
        patience_s=stream.patience.draw(dice),
        language=_one_of(stream.languages, dice),
        flags=flags,
        points=sum(stream.points.get(flag, 0) for flag in flags),
        luck=tuple(dice.random() for _ in range(LUCK)),
    )


def _one_of(shares: Mapping[str, float], dice: Dice) -> str:
    left = dice.random() * sum(shares.values())
    for name, share in shares.items():
        left -= share
        if left < 0:
            return name
    return next(iter(shares))
