"""A country's days and a site's own, laid over each other."""

from datetime import date, timedelta

import pytest

from cti.core.clock.public_days import PublicDays, laid_over, own_days, unknown_from
from cti.public_days import china

MAY_1, MAY_9 = date(2026, 5, 1), date(2026, 5, 9)
BELOW = PublicDays(
    holidays=frozenset({MAY_1}),
    make_up_days=frozenset({MAY_9}),
    known_until=date(2026, 12, 31),
)


def own(*, off: set[date] | None = None, worked: set[date] | None = None) -> PublicDays:
    return own_days(frozenset(off or ()), frozenset(worked or ()))


def test_without_days_of_our_own_the_calendar_stays_as_it_is() -> None:
    assert laid_over(BELOW, own()) == BELOW


def test_a_holiday_of_ours_wins_over_a_make_up_day() -> None:
    both = laid_over(BELOW, own(off={MAY_9}))
    assert both.holidays == {MAY_1, MAY_9}
    assert both.make_up_days == frozenset()


def test_a_make_up_day_of_ours_wins_over_a_holiday() -> None:
    both = laid_over(BELOW, own(worked={MAY_1}))
    assert both.holidays == frozenset()
    assert both.make_up_days == {MAY_1, MAY_9}


def test_our_own_days_are_known_until_the_last_of_them() -> None:
    assert own(off={MAY_1}).known_until == MAY_1
    assert own().known_until is None


def test_a_year_with_national_day_is_known_to_its_end() -> None:
    assert own(off={date(2027, 10, 1)}).known_until == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 1), None),
        (date(2026, 11, 2), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_the_next_sixty_days_must_be_known(today: date, first: date | None) -> None:
    assert unknown_from(date(2026, 12, 31), today) == first


def test_nothing_known_is_nothing_known_from_today() -> None:
    assert unknown_from(None, MAY_1) == MAY_1


def test_the_library_knows_the_holidays_of_2026() -> None:
    spring = {date(2026, 2, 15) + timedelta(n) for n in range(9)}
    assert spring <= china().holidays
    assert {date(2026, 2, 14), date(2026, 2, 28), date(2026, 10, 10)} <= china().make_up_days
    until = china().known_until
    assert until is not None
    assert (until.month, until.day) == (12, 31)
