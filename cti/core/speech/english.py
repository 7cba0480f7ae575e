"""English: which fragments to play for a value. Their texts: ``english_fragments``."""

from collections.abc import Iterator

from cti.core.speech import kinds
from cti.core.speech.spelling import ENDING_IDS, PROVINCE_IDS


def digits(value: str) -> Iterator[str]:
    """One digit after the other."""
    return (f"digits/{digit}" for digit in kinds.parse_digits(value))


def number(value: str) -> Iterator[str]:
    """A cardinal number, without "and"."""
    return _cardinal(kinds.parse_number(value))


def money(value: str) -> Iterator[str]:
    """Yuan, and fen when there are any."""
    amount = kinds.parse_money(value)
    yield from (*_cardinal(amount.yuan), "unit/yuan")
    if amount.cents:
        yield from ("unit/and", f"num/{amount.cents}", "unit/fen")


def date(value: str) -> Iterator[str]:
    """Month, ordinal day, year (when given)."""
    day = kinds.parse_date(value)
    yield f"month/{day.month}"
    yield f"day/{day.day}"
    if day.year is not None:
        yield f"year/{day.year}"


def time(value: str) -> Iterator[str]:
    """Twelve-hour time with a.m. or p.m."""
    hour, minute = kinds.parse_time(value)
    yield f"num/{hour % 12 or 12}"
    if minute:
        yield f"num/{minute}" if minute > 9 else f"minute/{minute:02}"
    yield "unit/am" if hour < 12 else "unit/pm"


def duration(value: str) -> Iterator[str]:
    """Hours, minutes and seconds, without those that are zero."""
    amounts = kinds.parse_duration(value)
    for amount, unit in zip(amounts, ("hour", "minute", "second"), strict=True):
        if amount or (not any(amounts) and unit == "second"):
            yield from (f"num/{amount}", f"unit/{unit}{'' if amount == 1 else 's'}")


def position(value: str) -> Iterator[str]:
    """How many callers."""
    callers = kinds.parse_position(value)
    yield from (*_cardinal(callers), "unit/caller" if callers == 1 else "unit/callers")


def plate(value: str) -> Iterator[str]:
    """The province's name, then the signs one by one."""
    found = kinds.parse_plate(value)
    yield f"plate/{PROVINCE_IDS[found.province]}"
    yield from _spelled(found.signs)
    if found.ending:
        yield f"plate/end_{ENDING_IDS[found.ending]}"


def report_no(value: str) -> Iterator[str]:
    """Letters and digits one by one."""
    return _spelled(kinds.parse_report_no(value))


def _spelled(signs: str) -> Iterator[str]:
    return (f"digits/{s}" if s.isdigit() else f"letter/{s.lower()}" for s in signs)


def _cardinal(amount: int) -> Iterator[str]:
    if amount < 100:
        yield f"num/{amount}"
        return
    millions, thousands, rest = amount // 10**6, amount // 10**3 % 10**3, amount % 10**3
    yield from (*_under_1000(millions), "unit/million") if millions else ()
    yield from (*_under_1000(thousands), "unit/thousand") if thousands else ()
    yield from _under_1000(rest)


def _under_1000(amount: int) -> Iterator[str]:
    if hundreds := amount // 100:
        yield f"num/{hundreds}00"
    if rest := amount % 100:
        yield f"num/{rest}"
