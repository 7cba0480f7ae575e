"""What kinds of value are spoken, and how each is written.

Values come from callers, databases and other systems, so each kind names the one form it takes and
a bound; anything else is unspeakable.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_DIGITS = 32
FIRST_YEAR, LAST_YEAR = 2020, 2040
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_ENDINGS = "学警挂港澳使领"


class SpokenKind(StrEnum):
    """The kinds, with an example of the form each takes."""

    DIGITS = "digits"  # 0123
    NUMBER = "number"  # 12045
    MONEY = "money"  # 12005.68, in yuan
    DATE = "date"  # 2026-03-21, or 03-21 without the year
    TIME = "time"  # 15:05
    DURATION = "duration"  # 90, in seconds
    POSITION = "position"  # 2, callers ahead
    PLATE = "plate"  # 青A12345
    REPORT_NO = "report_no"  # RDAA202663010000012345


class UnspeakableValue(ValueError):
    """A value that has not the form of its kind, or no language to speak it in."""


@dataclass(frozen=True, slots=True)
class Money:
    """Whole yuan and cents (0-99)."""

    yuan: int
    cents: int


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day; ``year`` is None where only month and day are spoken."""

    year: int | None
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Plate:
    """A vehicle plate: province character, the signs after it, and a last character or ''."""

    province: str
    signs: str
    ending: str


def parse_digits(value: str) -> str:
    """1 to 32 ASCII digits."""
    return _matched(f"[0-9]{{1,{LONGEST_DIGITS}}}", value).group()


def parse_number(value: str) -> int:
    """0 to 999,999,999."""
    return int(_matched("[0-9]{1,9}", value).group())


def parse_money(value: str) -> Money:
    """Yuan with at most two decimals, up to 999,999,999.99."""
    found = _matched(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", value)
    return Money(int(found[1]), int((found[2] or "").ljust(2, "0")))


def parse_date(value: str) -> Day:
    """ISO 8601 ``YYYY-MM-DD`` (2020 to 2040), or ``MM-DD``."""
    found = _matched("(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})", value)
    year, month, day = int(found[1]) if found[1] else None, int(found[2]), int(found[3])
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnspeakableValue(f"year not in {FIRST_YEAR}-{LAST_YEAR}")
    try:
        # A day without a year may be 29 February, so it is checked in a leap year.
        date(year or 2024, month, day)
    except ValueError as error:
        raise UnspeakableValue("no such day") from error
    return Day(year, month, day)


def parse_time(value: str) -> tuple[int, int]:
    """Hour and minute of ``HH:MM``, 00:00 to 23:59."""
    found = _matched("([01][0-9]|2[0-3]):([0-5][0-9])", value)
    return int(found[1]), int(found[2])


def parse_duration(value: str) -> tuple[int, int, int]:
    """Hours, minutes and seconds of whole seconds under a day."""
    seconds = int(_matched("[0-9]{1,5}", value).group())
    if seconds >= 86_400:
        raise UnspeakableValue("not under 24 hours")
    return seconds // 3600, seconds // 60 % 60, seconds % 60


def parse_position(value: str) -> int:
    """1 to 999."""
    position = int(_matched("[0-9]{1,3}", value).group())
    if position == 0:
        raise UnspeakableValue("positions count from 1")
    return position


def parse_plate(value: str) -> Plate:
    """Province, letter, and five or six letters or digits (GA 36; the last may be a character)."""
    found = _matched(f"([{PROVINCES}])([A-Z][A-Z0-9]{{4,6}})([{PLATE_ENDINGS}]?)", value.upper())
    if not 6 <= len(found[2] + found[3]) <= 7:
        raise UnspeakableValue("a plate has five or six signs after its letter")
    return Plate(found[1], found[2], found[3])


def parse_report_no(value: str) -> str:
    """1 to 32 ASCII letters and digits, as upper case."""
    return _matched(f"[A-Za-z0-9]{{1,{LONGEST_DIGITS}}}", value).group().upper()


def _matched(pattern: str, value: str) -> re.Match[str]:
    # The value is not repeated in the error: it may be personal, and it may be long.
    if len(value) > LONGEST_DIGITS or not (found := re.fullmatch(pattern, value, re.ASCII)):
        raise UnspeakableValue(f"a value of {len(value)} signs has not the form {pattern}")
    return found
