"""In the textbook's case the floor does what Erlang's formulas say."""

from math import inf

import pytest

from cti.core.measures.erlang import Traffic, expected
from cti.core.whatif.estimate import figure
from cti.core.whatif.run import played
from tests.unit.core.whatif.houses import day, house, moment, textbook

WARM_UP = moment(2)
RUNS = 10
AHT_S = 450.0


@pytest.mark.parametrize(
    ("agents", "calls", "patience_s", "seed"),
    [(7, 1000, inf, 100), (6, 1000, 135.0, 700), (2, 300, 60.0, 500)],
)
def test_service_level_waiting_and_answer_speed_are_those_of_the_formula(
    agents: int, calls: float, patience_s: float, seed: int
) -> None:
    demand = textbook(calls, AHT_S, patience_s)
    runs = [played(house(agents), day(demand, seed + n), WARM_UP) for n in range(RUNS)]
    patience = None if patience_s == inf else patience_s
    traffic = Traffic(calls_per_s=calls / 86_400, aht_s=AHT_S, patience_s=patience)
    found = expected(traffic, agents, 20)
    for name, value in (
        ("service_level_3", found.service_level),
        ("waited_share", found.waiting),
        ("answer_speed", found.asa_s),
        ("abandon_rate", found.abandoned),
        ("occupancy", found.occupancy),
    ):
        estimate = figure(runs, name)
        assert estimate is not None
        assert estimate.holds(value), f"{name}: {estimate}, by formula {value}"
        assert estimate.half < max(0.3 * value, 0.03), f"{name}: too wide to say anything"
