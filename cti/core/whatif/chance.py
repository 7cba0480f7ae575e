"""Chance as an argument: whoever runs a what-if brings the dice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import Protocol


class Dice(Protocol):
    """What is asked of a generator of random numbers; ``random.Random`` is one."""

    def random(self) -> float:
        """Evenly from 0 up to, but not, 1."""
        ...

    def gauss(self, mu: float, sigma: float, /) -> float:
        """From the normal distribution."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something takes: ``mean_s`` on the mean.

    ``deviation`` is the standard deviation over the mean: 1 draws from the exponential, 0 gives the mean
    always, any other the log-normal distribution, which fits talks best (Brown et al. 2005).
    """

    mean_s: float
    deviation: float = 1.0

    def draw(self, dice: Dice) -> float:
        """One time in seconds."""
        if self.deviation == 0 or self.mean_s in (0, inf):
            return self.mean_s
        if self.deviation == 1:
            return -log(1 - dice.random()) * self.mean_s
        variance = log(1 + self.deviation**2)
        return exp(dice.gauss(log(self.mean_s) - variance / 2, variance**0.5))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long callers wait before they give up, from waits that often ended otherwise.

    The curve of Kaplan and Meier (1958): after ``at_s[i]`` seconds the share ``left[i]`` would still
    wait. Beyond its last step patience is exponential with the mean ``tail_s``.
    """

    at_s: tuple[float, ...]
    left: tuple[float, ...]
    tail_s: float

    def draw(self, dice: Dice, waited_s: float = 0.0) -> float:
        """The patience of one who has waited ``waited_s`` seconds already."""
        shown = self._share(waited_s)
        share = (1 - dice.random()) * shown
        for at_s, left in zip(self.at_s, self.left, strict=True):
            if left <= share and at_s >= waited_s:
                return at_s
        if shown == 0 or self.tail_s == inf:
            return inf
        last_s, last = (self.at_s[-1], self.left[-1]) if self.at_s else (0.0, 1.0)
        return max(last_s, waited_s) - log(share / min(last, shown)) * self.tail_s

    def _share(self, waited_s: float) -> float:
        after = [left for at_s, left in zip(self.at_s, self.left, strict=True) if at_s <= waited_s]
        return after[-1] if after else 1.0


def patience_of(waits: Sequence[tuple[float, bool]]) -> Patience:
    """From waits in seconds, each with whether the caller gave up (else he was answered before).

    Whom an agent answered after 10 s would have waited at least so long, and how much longer nobody
    knows: he counts among those who wait up to then, and not after.
    """
    at_s, left, share = [], [], 1.0
    waiting = len(waits)
    for waited_s, gave_up in sorted(waits, key=lambda wait: (wait[0], not wait[1])):
        if gave_up:
            share *= 1 - 1 / waiting
            at_s.append(waited_s)
            left.append(share)
        waiting -= 1
    if left and left[-1] == 0:
        # The longest wait ended by giving up: the curve reaches nobody, and needs no tail.
        return Patience(tuple(at_s), tuple(left), inf)
    given_up = len(at_s)
    exposed_s = sum(waited_s for waited_s, _ in waits)
    return Patience(tuple(at_s), tuple(left), exposed_s / given_up if given_up else inf)
