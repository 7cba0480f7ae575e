"""What many runs say together: means with confidence intervals. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, inf, lgamma, log, pi, sqrt

from cti.core.ids import QueueName
from cti.core.whatif.count import Outcomes

SURE = 0.95
_PARTS = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over independent ``runs``; the truth lies within ``half`` of it in 95 % of all cases.

    ``half`` is infinite after a single run.
    """

    mean: float
    half: float
    runs: int

    def holds(self, value: float) -> bool:
        """Whether the interval covers the value."""
        return abs(value - self.mean) <= self.half

    @property
    def sure(self) -> bool:
        """Whether the interval leaves zero out: of a difference, that there is one."""
        return not self.holds(0)


def estimate(values: Sequence[float]) -> Estimate | None:
    """Mean and interval of independent values, by Student's t; None without any."""
    runs = len(values)
    if runs == 0:
        return None
    mean = sum(values) / runs
    if runs == 1:
        return Estimate(mean, inf, runs)
    variance = sum((value - mean) ** 2 for value in values) / (runs - 1)
    return Estimate(mean, quantile(runs - 1) * sqrt(variance / runs), runs)


def figure(runs: Iterable[Outcomes], name: str, queue: QueueName | None = None) -> Estimate | None:
    """A figure over all runs that have it."""
    values = (run.value(name, queue) for run in runs)
    return estimate([value for value in values if value is not None])


def difference(
    runs: Iterable[Outcomes],
    others: Iterable[Outcomes],
    name: str,
    queue: QueueName | None = None,
) -> Estimate | None:
    """How much the figure of ``others`` lies above that of ``runs``, day by day the same callers.

    Both met the same days, so what is chance in a day falls out of its difference.
    """
    pairs = (
        (run.value(name, queue), other.value(name, queue))
        for run, other in zip(runs, others, strict=True)
    )
    return estimate([b - a for a, b in pairs if a is not None and b is not None])


@cache
def quantile(freedom: int, sure: float = SURE) -> float:
    """Student's t: so many standard errors to each side hold the share ``sure``."""
    low, high = 0.0, 1.0
    while _share_within(high, freedom) < sure:
        low, high = high, high * 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _share_within(middle, freedom) < sure else (low, middle)
    return high


def _share_within(t: float, freedom: int) -> float:
    """The probability of less than ``t`` to either side, by Simpson's rule."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)

    def density(at: float) -> float:
        return scale * exp(-(freedom + 1) / 2 * log(1 + at * at / freedom))

    width = t / _PARTS
    inner = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, _PARTS))
    return 2 * (density(0) + inner + density(t)) * width / 3
