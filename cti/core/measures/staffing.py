"""How many agents an interval needs. Pure."""

from dataclasses import dataclass
from math import ceil

from cti.core.measures.erlang import Expected, Traffic, agents_needed, expected

_FEWER, _MORE = 3, 4
"""How many rows stand before and after the one that meets the target."""
_LEAST, _MOST_S = 0.001, 366 * 86400.0
"""Beyond them no call centre is meant, and sums leave the range of floating-point figures."""
_MOST_ERLANGS = 20_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``calls`` in ``interval_s`` seconds, a share ``target`` of them answered within ``within_s``.

    ``shrinkage``: the share of paid time in which an agent is not there (leave, breaks, training).
    ``patience_s`` is the mean; None: nobody hangs up.
    """

    calls: float
    aht_s: float
    target: float = 0.8
    within_s: float = 20.0
    interval_s: float = 3600.0
    patience_s: float | None = None
    shrinkage: float = 0.0

    @property
    def traffic(self) -> Traffic:
        """The load in the formulas' terms."""
        rate = self.calls / self.interval_s
        return Traffic(calls_per_s=rate, aht_s=self.aht_s, patience_s=self.patience_s)

    def rostered(self, agents: int) -> int:
        """How many must be on the roster for ``agents`` to be at work."""
        # Rounded first: 7 / 0.7 is a hair above 10 in binary.
        return ceil(round(agents / (1 - self.shrinkage), 9))


@dataclass(frozen=True, slots=True)
class Staffing:
    """The fewest ``agents`` who meet the target, and the figures of as many, fewer and more."""

    agents: int
    rows: tuple[Expected, ...]


class Unstaffable(ValueError):
    """The question makes no sense; ``field`` is the figure at fault."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def staffed(wanted: Wanted) -> Staffing:
    """The answer. Raises Unstaffable."""
    _check(wanted)
    needed = agents_needed(wanted.traffic, wanted.target, wanted.within_s)
    tried = range(max(1, needed - _FEWER), needed + _MORE)
    rows = tuple(expected(wanted.traffic, agents, wanted.within_s) for agents in tried)
    return Staffing(needed, rows)


def _check(wanted: Wanted) -> None:
    sound = {
        "calls": wanted.calls >= _LEAST,
        "aht_s": _LEAST <= wanted.aht_s <= _MOST_S,
        "interval_s": _LEAST <= wanted.interval_s <= _MOST_S,
        "target": 0 < wanted.target < 1,
        "within_s": 0 <= wanted.within_s <= wanted.interval_s,
        "patience_s": wanted.patience_s is None or _LEAST <= wanted.patience_s <= _MOST_S,
        "shrinkage": 0 <= wanted.shrinkage < 1,
    }
    for name, good in sound.items():
        if not good:
            raise Unstaffable(name)
    if not wanted.traffic.erlangs <= _MOST_ERLANGS:
        raise Unstaffable("calls")
