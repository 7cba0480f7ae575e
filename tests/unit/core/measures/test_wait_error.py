from datetime import UTC, datetime, timedelta

import pytest

from cti.core.control_events import WaitAnnounced
from cti.core.events import Event, Outcome, QueueLeft
from cti.core.ids import CallId, QueueName
from cti.core.measures.wait_error import wait_error_figures, wait_errors

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MOTOR = QueueName("motor")


def told(call: str, at_s: float, wait_s: int | None) -> Event:
    at = START + timedelta(seconds=at_s)
    return WaitAnnounced(at=at, call_id=CallId(call), queue=MOTOR, position=1, wait_s=wait_s)


def left(call: str, at_s: float, outcome: Outcome = Outcome.ANSWERED) -> Event:
    at = START + timedelta(seconds=at_s)
    return QueueLeft(at=at, call_id=CallId(call), queue=MOTOR, outcome=outcome, waited_s=at_s)


def test_each_announced_time_is_held_against_the_rest_of_the_wait() -> None:
    errors = wait_errors([told("1", 10, 120), told("1", 70, 60), left("1", 100)])
    assert [(each.wait_s, each.real_s, each.error_s) for each in errors] == [
        (120, 90.0, 30.0),
        (60, 30.0, 30.0),
    ]


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.ANSWERED])
def test_who_was_not_answered_tells_nothing(outcome: Outcome) -> None:
    assert wait_errors([told("1", 10, 120), left("1", 20, outcome), left("1", 90)]) == ()


def test_a_place_without_a_time_has_no_error() -> None:
    assert wait_errors([told("1", 10, None), left("1", 20)]) == ()


def test_the_figures_are_mean_median_absolute_and_the_share_within_a_minute() -> None:
    events = [told("1", 0, 60), told("2", 0, 60), told("3", 0, 300)]
    events += [left("1", 120), left("2", 90), left("3", 120)]
    figures = wait_error_figures(wait_errors(events))
    assert figures is not None
    assert (figures.count, figures.mean_s, figures.median_s) == (3, 30.0, -30.0)
    assert figures.mean_absolute_s == 90.0
    assert figures.near_share == pytest.approx(2 / 3)


def test_nothing_announced_has_no_figures() -> None:
    assert wait_error_figures(()) is None
