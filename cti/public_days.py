"""Countries' holidays as libraries know them, for the opening hours."""

from collections.abc import Mapping
from datetime import date

from chinese_calendar import constants

from cti.core.clock.public_days import PublicDays


def china() -> PublicDays:
    """The State Council's notices of all years that ``chinesecalendar`` knows, to that year's end."""
    holidays, make_up_days = frozenset(constants.holidays), frozenset(constants.workdays)
    last = max(holidays | make_up_days)
    return PublicDays(
        holidays=holidays, make_up_days=make_up_days, known_until=date(last.year, 12, 31)
    )


CALENDARS: Mapping[str, PublicDays] = {"china": china()}
"""What ``calendar:`` in hours.yaml may name."""
