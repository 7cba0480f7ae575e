"""Queues in a formula: Erlang B, C and A, for any number of agents. Pure.

Erlang (1917) for B and C; Palm (1946) for A, M/M/n+M: calls come at random, talks are exponential,
and in A callers lose patience, exponentially too. Nothing here overflows, whatever the load: B runs
by its recursion, A in logarithms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log

_LEAST = 1e-17
"""States less likely than this, against the likeliest, do not show in a float."""
_FEWEST_PARTS, _MOST_PARTS = 200, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """So many calls a second, each keeping an agent for ``aht_s`` seconds on the mean.

    ``patience_s``: how long a caller waits on the mean before he hangs up; None: for ever.
    """

    calls_per_s: float
    aht_s: float
    patience_s: float | None = None

    @property
    def erlangs(self) -> float:
        """The load: agents who would be busy if none ever had to wait."""
        return self.calls_per_s * self.aht_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What ``agents`` make of the traffic.

    ``waiting``, ``service_level`` and ``abandoned`` are shares of all calls offered; ``asa_s`` is the
    mean wait of the answered ones, infinite where the queue grows for ever.
    """

    agents: int
    waiting: float
    service_level: float
    asa_s: float
    occupancy: float
    abandoned: float = 0.0


def blocked(erlangs: float, agents: int) -> float:
    """Erlang B: the share of calls that find all ``agents`` busy where none may wait."""
    share = 1.0
    for n in range(1, agents + 1):
        share = erlangs * share / (n + erlangs * share)
    return share


def waits(erlangs: float, agents: int) -> float:
    """Erlang C: the share of calls that have to wait; 1 where the load is more than can be served."""
    if erlangs >= agents:
        return 1.0
    share = blocked(erlangs, agents)
    return share / (1 - erlangs / agents * (1 - share))


def expected(traffic: Traffic, agents: int, within_s: float) -> Expected:
    """The figures of ``agents``, by Erlang A where callers lose patience and by Erlang C else.

    Raises ValueError for less than one agent, or for times or rates that are not above zero.
    """
    _check(traffic, agents)
    if traffic.patience_s is None:
        return _patient(traffic, agents, within_s)
    return _impatient(traffic, traffic.patience_s, agents, within_s)


def agents_needed(traffic: Traffic, target: float, within_s: float) -> int:
    """The fewest agents who answer the share ``target`` (below 1) of all calls within ``within_s``."""
    if not 0 <= target < 1:
        raise ValueError(f"a target of {target} cannot be met")
    most = 1
    while expected(traffic, most, within_s).service_level < target:
        most *= 2
    fewest = most // 2
    while most - fewest > 1:
        middle = (fewest + most) // 2
        met = expected(traffic, middle, within_s).service_level >= target
        fewest, most = (fewest, middle) if met else (middle, most)
    return most


def _check(traffic: Traffic, agents: int) -> None:
    patience_s = inf if traffic.patience_s is None else traffic.patience_s
    if agents < 1 or min(traffic.calls_per_s, traffic.aht_s, patience_s) <= 0:
        raise ValueError(f"{agents} agents for {traffic}: nothing to reckon")


def _patient(traffic: Traffic, agents: int, within_s: float) -> Expected:
    load = traffic.erlangs
    waiting = waits(load, agents)
    if load >= agents:
        return Expected(agents=agents, waiting=1.0, service_level=0.0, asa_s=inf, occupancy=1.0)
    spare = (agents - load) / traffic.aht_s
    return Expected(
        agents=agents,
        waiting=waiting,
        service_level=1 - waiting * exp(-spare * within_s),
        asa_s=waiting / spare,
        occupancy=load / agents,
    )


def _impatient(traffic: Traffic, patience_s: float, agents: int, within_s: float) -> Expected:
    none_wait = blocked(traffic.erlangs, agents)
    if none_wait == 0:
        return Expected(
            agents=agents,
            waiting=0.0,
            service_level=1.0,
            asa_s=0.0,
            occupancy=traffic.erlangs / agents,
        )
    served, leaving = agents / traffic.aht_s, 1 / patience_s
    line = list(_line(traffic.calls_per_s, served, leaving))
    likeliest = max(0.0, *(each.weight for each in line), -log(none_wait))
    shares = [exp(each.weight - likeliest) for each in line]
    # 1/B is the sum of the states with nobody waiting, against the one with all agents busy.
    total = exp(-log(none_wait) - likeliest) + sum(shares[1:])
    gone = sum(s * each.waiting for s, each in zip(shares, line, strict=True)) / total * leaving
    answered = 1 - gone / traffic.calls_per_s
    waited = sum(s * each.waited for s, each in zip(shares, line, strict=True)) / total
    waiting = sum(shares) / total
    weight = -likeliest - log(total)
    at_once = _answered_within(traffic.calls_per_s, (served, leaving), within_s, weight)
    return Expected(
        agents=agents,
        waiting=waiting,
        service_level=min(1 - waiting + at_once, 1.0),
        asa_s=waited / answered,
        occupancy=traffic.erlangs * answered / agents,
        abandoned=1 - answered,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A state with all agents busy and so many ``waiting``.

    ``weight``: logarithm of its probability against that with nobody waiting. ``waited``: seconds
    that a call which finds it waits, times the probability that it is answered.
    """

    waiting: int
    weight: float
    waited: float


def _line(calls: float, served: float, leaving: float) -> Iterator[_Line]:
    """The states from nobody waiting on, as far as they matter. Rates are per second."""
    weight, wait_s, most, waiting = 0.0, 0.0, 0.0, 0
    while weight > most + log(_LEAST):
        # One more leaves the line before the caller by each step, unless he leaves himself.
        after = served + (waiting + 1) * leaving
        wait_s += 1 / after
        yield _Line(waiting, weight, served / after * wait_s)
        waiting += 1
        weight += log(calls / after)
        most = max(most, weight)


def _answered_within(
    calls: float, rates: tuple[float, float], within_s: float, weight: float
) -> float:
    """The share of calls that wait and are answered in time, by Simpson's rule.

    The wait of one who is answered has the density ``p n mu exp(-(n mu + theta) t) *
    exp(lambda / theta * (1 - exp(-theta t)))``: the sum over the states of the line, whose steps
    have the rates ``n mu + i theta``. ``weight`` is the logarithm of p, the state with nobody waiting.
    """
    served, leaving = rates

    def density(at_s: float) -> float:
        grown = calls / leaving * -expm1(-leaving * at_s)
        return served * exp(weight - (served + leaving) * at_s + grown)

    parts = 2 * ceil(min(max(_FEWEST_PARTS, 8 * within_s * (served + calls)), _MOST_PARTS) / 2)
    width_s = within_s / parts
    inner = sum((4 if i % 2 else 2) * density(i * width_s) for i in range(1, parts))
    return (density(0) + inner + density(within_s)) * width_s / 3
