"""What chance gives: times of the right mean, and patience learnt from waits that ended otherwise."""

from math import exp, inf
from random import Random

import pytest

from cti.core.whatif.chance import Patience, Spread, patience_of
from cti.core.whatif.estimate import Estimate, estimate, quantile

TEXTBOOK_T = [
    (1, 12.706),
    (2, 4.303),
    (5, 2.571),
    (10, 2.228),
    (19, 2.093),
    (30, 2.042),
    (120, 1.980),
]
"""The published table of Student's t, 95 % to both sides."""


def dice(seed: int = 7) -> Random:
    return Random(seed)  # noqa: S311


@pytest.mark.parametrize("deviation", [0.0, 0.5, 1.0, 2.0])
def test_a_spread_keeps_its_mean_and_its_deviation(deviation: float) -> None:
    one, spread = dice(), Spread(mean_s=180, deviation=deviation)
    drawn = [spread.draw(one) for _ in range(20_000)]
    mean = sum(drawn) / len(drawn)
    found = (sum((value - mean) ** 2 for value in drawn) / len(drawn)) ** 0.5 / mean
    assert mean == pytest.approx(180, rel=0.06)
    assert found == pytest.approx(deviation, rel=0.15, abs=1e-9)


def test_patience_without_end_is_never_lost() -> None:
    assert Spread(mean_s=inf).draw(dice()) == inf


def test_the_curve_of_a_small_sample_is_the_one_worked_out_by_hand() -> None:
    # Six waits: two gave up at 6 and one at 10; those at 6, 7 and 13 were answered.
    waits = [(6.0, True), (6.0, True), (6.0, False), (7.0, False), (10.0, True), (13.0, False)]
    found = patience_of(waits)
    assert found.at_s == (6.0, 6.0, 10.0)
    assert found.left == pytest.approx((5 / 6, 4 / 6, 4 / 6 * 1 / 2))
    assert found.tail_s == pytest.approx((6 + 6 + 6 + 7 + 10 + 13) / 3)


def test_patience_is_found_again_although_most_waits_were_cut_short() -> None:
    one, waits = dice(), list[tuple[float, bool]]()
    for _ in range(6000):
        patience_s, answer_s = (Spread(mean_s=mean).draw(one) for mean in (90, 30))
        waits.append((min(patience_s, answer_s), patience_s < answer_s))
    given_up = [waited_s for waited_s, gave_up in waits if gave_up]
    assert sum(given_up) / len(given_up) < 30, "the abandons alone tell far too little"
    found = patience_of(waits)
    drawn = [found.draw(one) for _ in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(90, rel=0.1)
    for after_s in (30, 60):
        left = sum(each > after_s for each in drawn) / len(drawn)
        assert left == pytest.approx(exp(-after_s / 90), abs=0.04)


def test_who_has_shown_patience_has_at_least_that() -> None:
    found = patience_of([(5.0, True), (20.0, False), (40.0, True), (50.0, False)])
    one = dice()
    assert all(found.draw(one, waited_s=45.0) >= 45.0 for _ in range(500))
    assert all(found.draw(one, waited_s=10.0) >= 10.0 for _ in range(500))


@pytest.mark.parametrize(
    "waits", [[], [(5.0, False)]], ids=["nobody called", "nobody ever gave up"]
)
def test_without_any_abandon_patience_has_no_end(waits: list[tuple[float, bool]]) -> None:
    assert patience_of(waits).draw(dice()) == inf


def test_a_curve_that_reaches_nobody_needs_no_tail() -> None:
    found = patience_of([(3.0, False), (8.0, True)])
    assert found == Patience((8.0,), (0.0,), inf)
    assert {found.draw(one) for one in (dice(1), dice(2))} == {8.0}
    assert found.draw(dice(), waited_s=9.0) == inf


@pytest.mark.parametrize(("freedom", "published"), TEXTBOOK_T)
def test_students_t_is_that_of_the_published_table(freedom: int, published: float) -> None:
    assert quantile(freedom) == pytest.approx(published, abs=0.001)


def test_an_interval_is_the_one_worked_out_by_hand() -> None:
    found = estimate([4.0, 6.0, 8.0])
    assert found is not None
    assert found.mean == 6.0
    assert found.half == pytest.approx(4.303 * 2 / 3**0.5, abs=0.001)
    assert found.holds(10.9)
    assert not found.holds(11.1)


def test_one_run_tells_a_mean_and_no_certainty() -> None:
    assert estimate([3.0]) == Estimate(3.0, inf, 1)
    assert estimate([]) is None
