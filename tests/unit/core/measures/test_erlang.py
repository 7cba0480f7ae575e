"""Erlang's formulas against published tables and against Markov chains solved by brute force."""

from math import inf, isfinite

import pytest

from cti.core.measures.erlang import Traffic, agents_needed, blocked, expected, waits
from cti.core.measures.staffing import Unstaffable, Wanted, staffed

TABLE = [(34, 86.9, 20.1), (35, 69.7, 43.4), (36, 55.2, 60.5), (37, 43.2, 72.7)]
"""1000 calls/h of 120 s, T = 15 s: agents, share that waits, service level, in percent."""

ONE_PERCENT = [
    (1, 0.0101),
    (2, 0.153),
    (5, 1.36),
    (10, 4.46),
    (20, 12.03),
    (50, 37.9),
    (100, 84.06),
]
"""The published Erlang B table: trunks, and the erlangs of which 1 % is lost."""


@pytest.mark.parametrize(("agents", "waiting", "level"), TABLE)
def test_the_published_table_of_erlang_c(agents: int, waiting: float, level: float) -> None:
    found = expected(Traffic(calls_per_s=1000 / 3600, aht_s=120), agents, 15)
    assert found.waiting * 100 == pytest.approx(waiting, abs=0.1)
    assert found.service_level * 100 == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(("trunks", "erlangs"), ONE_PERCENT)
def test_the_published_table_of_erlang_b(trunks: int, erlangs: float) -> None:
    assert blocked(erlangs, trunks) == pytest.approx(0.01, rel=0.005)


def test_the_worked_example_of_a_hundred_calls_in_half_an_hour() -> None:
    traffic = Traffic(calls_per_s=100 / 1800, aht_s=180)
    found = expected(traffic, 14, 20)
    assert found.waiting == pytest.approx(0.174, abs=0.0005)
    assert found.service_level == pytest.approx(0.888, abs=0.0005)
    assert found.asa_s == pytest.approx(7.8, abs=0.05)
    assert found.occupancy == pytest.approx(0.714, abs=0.0005)
    assert agents_needed(traffic, 0.8, 20) == 14


def test_the_busy_hour_of_the_hotline_needs_seven_to_nine_agents() -> None:
    found = [agents_needed(Traffic(calls_per_s=89 / 3600, aht_s=s), 0.8, 20) for s in (180, 240)]
    assert found == [7, 9]


def test_more_load_than_agents_makes_a_queue_without_end() -> None:
    found = expected(Traffic(calls_per_s=1, aht_s=100), 100, 20)
    assert (found.waiting, found.service_level, found.asa_s) == (1.0, 0.0, inf)
    assert waits(200, 100) == 1.0


@pytest.mark.parametrize("load", [0.5, 0.9, 0.99, 1.0, 1.5, 3.0])
@pytest.mark.parametrize("patience_s", [None, 0.5, 90.0, 100_000.0])
def test_a_thousand_agents_leave_no_figure_out_of_range(
    load: float, patience_s: float | None
) -> None:
    traffic = Traffic(calls_per_s=load * 5, aht_s=200, patience_s=patience_s)
    found = expected(traffic, 1000, 20)
    assert all(0 <= share <= 1 for share in (found.waiting, found.service_level, found.abandoned))
    assert found.occupancy == pytest.approx(min(load * (1 - found.abandoned), 1), abs=1e-6)
    assert isfinite(found.asa_s) or patience_s is None


def test_erlang_a_of_the_very_patient_is_erlang_c() -> None:
    patient = expected(Traffic(calls_per_s=89 / 3600, aht_s=210), 7, 20)
    found = expected(Traffic(calls_per_s=89 / 3600, aht_s=210, patience_s=1e8), 7, 20)
    assert found.service_level == pytest.approx(patient.service_level, abs=1e-5)
    assert found.asa_s == pytest.approx(patient.asa_s, rel=1e-4)


@pytest.mark.parametrize(("agents", "patience_s"), [(1, 60.0), (3, 30.0), (6, 120.0), (12, 200.0)])
def test_erlang_a_is_the_chain_solved_by_brute_force(agents: int, patience_s: float) -> None:
    calls, served, leaving, within_s = 0.03, 1 / 180, 1 / patience_s, 25.0
    states = _stationary(
        calls, [min(k, agents) * served + max(k - agents, 0) * leaving for k in range(1, 300)]
    )
    found = expected(Traffic(calls_per_s=calls, aht_s=180, patience_s=patience_s), agents, within_s)
    queue = sum(p * max(k - agents, 0) for k, p in enumerate(states))
    in_time = _answered(agents * served, leaving, 299 - agents, within_s)
    level = sum(p * (1 if k < agents else in_time[k - agents]) for k, p in enumerate(states[:-1]))
    assert found.waiting == pytest.approx(sum(states[agents:]), abs=1e-9)
    assert found.abandoned == pytest.approx(leaving * queue / calls, abs=1e-9)
    assert found.service_level == pytest.approx(level, abs=1e-4)


@pytest.mark.parametrize("agents", [2, 5, 9])
def test_erlang_c_is_the_chain_solved_by_brute_force(agents: int) -> None:
    calls, served = 0.8 * agents / 180, 1 / 180
    states = _stationary(calls, [min(k, agents) * served for k in range(1, 400)])
    found = expected(Traffic(calls_per_s=calls, aht_s=180), agents, 20)
    queue = sum(p * max(k - agents, 0) for k, p in enumerate(states))
    assert found.waiting == pytest.approx(sum(states[agents:]), abs=1e-9)
    assert found.asa_s == pytest.approx(queue / calls, rel=1e-9)


def test_an_asa_with_patience_is_the_mean_of_the_answered_only() -> None:
    # One agent, one place to wait after another: hand-made sums over the first states.
    calls, served, leaving = 0.01, 1 / 100, 1 / 50
    states = _stationary(calls, [served + max(k - 1, 0) * leaving for k in range(1, 100)])
    waited = 0.0
    for j, share in enumerate(states[1:-1]):
        stages = [1 / (served + (i + 1) * leaving) for i in range(j + 1)]
        waited += share * served * stages[-1] * sum(stages)
    found = expected(Traffic(calls_per_s=calls, aht_s=100, patience_s=50), 1, 20)
    assert found.asa_s * (1 - found.abandoned) == pytest.approx(waited, rel=1e-9)


@pytest.mark.parametrize("agents", [0, -1])
def test_no_agents_are_no_question(agents: int) -> None:
    with pytest.raises(ValueError, match="nothing to reckon"):
        expected(Traffic(calls_per_s=1, aht_s=1), agents, 20)


def test_the_fewest_agents_are_the_fewest() -> None:
    traffic = Traffic(calls_per_s=1.3, aht_s=240, patience_s=120)
    needed = agents_needed(traffic, 0.9, 15)
    assert expected(traffic, needed, 15).service_level >= 0.9
    assert expected(traffic, needed - 1, 15).service_level < 0.9


def test_shrinkage_puts_more_people_on_the_roster() -> None:
    wanted = Wanted(calls=89, aht_s=210, shrinkage=0.3)
    assert [wanted.rostered(agents) for agents in (7, 8)] == [10, 12]


def test_the_table_of_a_roster_surrounds_the_answer() -> None:
    found = staffed(Wanted(calls=89, aht_s=210))
    assert found.agents == 8
    assert [row.agents for row in found.rows] == list(range(5, 12))


@pytest.mark.parametrize(
    ("field", "value"),
    [("calls", 0), ("calls", inf), ("aht_s", -1), ("target", 1), ("shrinkage", 1.0),
     ("patience_s", 0), ("within_s", -1), ("interval_s", 0), ("calls", float("nan"))],
)  # fmt: skip
def test_a_senseless_figure_is_named(field: str, value: float) -> None:
    with pytest.raises(Unstaffable) as refused:
        staffed(Wanted(**{"calls": 10, "aht_s": 200, field: value}))
    assert refused.value.field == field


def _stationary(up: float, down: list[float]) -> list[float]:
    """The shares of a birth-death chain's states: every rate up is ``up``, ``down[k]`` from k + 1."""
    weights = [1.0]
    for rate in down:
        weights.append(weights[-1] * up / rate)
    return [weight / sum(weights) for weight in weights]


def _answered(served: float, leaving: float, most: int, within_s: float) -> list[float]:
    """Who finds j waiting is answered within the time: the caller's own chain, by small steps.

    In place i (i callers before him) a step ahead comes at ``served + i * leaving``, his own leaving
    at ``leaving``.
    """
    chance, width_s = [0.0] * most, within_s / 4000
    for _ in range(4000):
        before = [1.0, *chance[:-1]]
        chance = [
            here + width_s * ((served + i * leaving) * (ahead - here) - leaving * here)
            for i, (here, ahead) in enumerate(zip(chance, before, strict=True))
        ]
    return chance
