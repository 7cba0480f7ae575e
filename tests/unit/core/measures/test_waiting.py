"""How many waited at once, by intervals, from the waits themselves."""

from hypothesis import given
from hypothesis import strategies as st

from cti.core.measures.intervals import QUARTER_MS, Scale
from cti.core.measures.waiting import Wait, queue_lengths

Q = QUARTER_MS
DAY = Scale(tuple(range(0, 5 * Q, Q)))
LATE = 10 * Q


def test_a_wait_counts_in_each_interval_for_as_long_as_it_lasted_there() -> None:
    found = queue_lengths([Wait(Q // 2, 2 * Q)], DAY, LATE)
    assert [one.mean for one in found] == [0.5, 1.0, 0.0, 0.0]
    assert [one.most for one in found] == [1, 1, 0, 0]


def test_the_most_is_of_one_moment_and_not_of_all_who_came() -> None:
    one_after_the_other = [Wait(n * 1000, (n + 1) * 1000) for n in range(60)]
    assert queue_lengths(one_after_the_other, DAY, LATE)[0].most == 1
    together = [Wait(1000, 5000 + n) for n in range(7)]
    assert queue_lengths(together, DAY, LATE)[0].most == 7


def test_who_waits_still_waits_until_now_and_nobody_waits_in_what_is_to_come() -> None:
    found = queue_lengths([Wait(0, None)], DAY, Q + Q // 3)
    assert [one.mean for one in found] == [1.0, 1.0, 0.0, 0.0]
    assert [one.length_ms for one in found] == [Q, Q // 3, 0, 0]


def test_who_came_before_the_period_is_there_when_it_begins() -> None:
    assert queue_lengths([Wait(-Q, Q)], DAY, LATE)[0].most == 1


@given(st.lists(st.tuples(st.integers(-Q, 5 * Q), st.integers(0, 3 * Q)), max_size=20))
def test_all_time_waited_within_the_period_is_somewhere(waits: list[tuple[int, int]]) -> None:
    made = [Wait(since, since + length) for since, length in waits]
    found = queue_lengths(made, DAY, LATE)
    inside = (max(0, min(until, 4 * Q) - max(since, 0)) for since, until in made if until)
    assert sum(one.waited_ms for one in found) == sum(inside)
    assert all(0 <= one.mean <= one.most for one in found)
