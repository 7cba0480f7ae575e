"""The moment of a signal: its witness's word, as far as it can be true."""

from datetime import UTC, datetime, timedelta

import pytest

from cti.services.moments import Moments

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_what_comes_late_is_dated_by_who_saw_it() -> None:
    assert Moments(lambda: NOW).at(ago(1.7)) == ago(1.7)


def test_what_nobody_dates_is_now() -> None:
    assert Moments(lambda: NOW).at() == NOW


def test_no_signal_is_before_an_earlier_one() -> None:
    moments = Moments(lambda: NOW)
    moments.at(ago(1.0))
    assert moments.at(ago(2.0)) == ago(1.0)


@pytest.mark.parametrize("seconds", [-1.0, 6.0, 3600.0])
def test_a_witness_whose_clock_is_another_is_not_believed(seconds: float) -> None:
    assert Moments(lambda: NOW).at(ago(seconds)) == NOW
