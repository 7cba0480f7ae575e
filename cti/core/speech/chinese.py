"""Mandarin: which fragments to play for a value. Their texts: ``chinese_fragments``.

Numbers follow the usual reading: 两 for 2 at the head before 百千万亿 and before a measure word, 二
elsewhere; one 零 for each gap; 十 without 一 at the head only (十五, but 一百一十五).
"""

from collections.abc import Iterator

from cti.core.speech import kinds
from cti.core.speech.spelling import ENDING_IDS, PROVINCE_IDS, groups

_ZERO = "unit/zero"


def digits(value: str) -> Iterator[str]:
    """Pairs of digits, as single syllables are hard to understand; an odd last one stands alone."""
    for pair in groups(kinds.parse_digits(value)):
        yield f"digits/{pair}"


def number(value: str) -> Iterator[str]:
    """A cardinal number."""
    return _cardinal(kinds.parse_number(value))


def money(value: str) -> Iterator[str]:
    """元角分; a round amount ends in 元整."""
    amount = kinds.parse_money(value)
    jiao, fen = divmod(amount.cents, 10)
    yield from _counted(amount.yuan)
    yield f"yuan/{jiao}0" if jiao else f"yuan/0{fen}"
    if jiao and fen:
        yield f"fen/{fen}"


def date(value: str) -> Iterator[str]:
    """Year (when given), month, day."""
    day = kinds.parse_date(value)
    if day.year is not None:
        yield f"year/{day.year}"
    yield f"month/{day.month}"
    yield f"day/{day.day}"


def time(value: str) -> Iterator[str]:
    """Part of the day with the hour, then the minutes unless the hour is full."""
    hour, minute = kinds.parse_time(value)
    yield f"hour/{hour}"
    tens, ones = divmod(minute, 10)
    if tens > 1 and ones:
        yield from (f"num/{tens}0", f"fen/{ones}")
    elif minute:
        yield f"minute/{minute:02}"


def duration(value: str) -> Iterator[str]:
    """Hours, minutes and seconds, without those that are zero."""
    amounts = kinds.parse_duration(value)
    units = ("unit/hours", "unit/minutes", "unit/seconds")
    for amount, unit in zip(amounts, units, strict=True):
        if amount or (not any(amounts) and unit == "unit/seconds"):
            yield from (*_counted(amount), unit)


def position(value: str) -> Iterator[str]:
    """How many callers."""
    yield from (*_counted(kinds.parse_position(value)), "unit/callers")


def plate(value: str) -> Iterator[str]:
    """Province, then letters one by one and digits in pairs, then the last character if any."""
    found = kinds.parse_plate(value)
    yield f"plate/{PROVINCE_IDS[found.province]}"
    yield from _spelled(found.signs)
    if found.ending:
        yield f"plate/end_{ENDING_IDS[found.ending]}"


def report_no(value: str) -> Iterator[str]:
    """Letters one by one and digits in pairs."""
    return _spelled(kinds.parse_report_no(value))


def _spelled(signs: str) -> Iterator[str]:
    for group in groups(signs):
        yield f"digits/{group}" if group.isdigit() else f"letter/{group.lower()}"


def _counted(amount: int) -> Iterator[str]:
    """A number before a measure word."""
    return iter(("unit/liang",)) if amount == 2 else _cardinal(amount)


def _cardinal(amount: int) -> Iterator[str]:
    """Sections of four digits, from 亿 down. A gap is opened by a section left out, or by one
    under a thousand; it is spoken as one 零.
    """
    if amount == 0:
        yield "num/0"
    spoken = skipped = False
    for folder, section in zip(("yi", "wan", "num"), _sections(amount), strict=True):
        if section:
            gap = spoken and (skipped or section < 1000)
            yield from _section(folder, list(_pieces(section, head=not spoken, gap=gap)))
            spoken, skipped = True, False
        else:
            skipped = spoken


def _sections(amount: int) -> tuple[int, int, int]:
    return amount // 10**8, amount // 10**4 % 10**4, amount % 10**4


def _section(folder: str, pieces: list[str]) -> Iterator[str]:
    """The last piece bears the 万 or 亿. A last 零五 is one sound where no 万 follows it."""
    *before, last = pieces
    digit = last.removeprefix("m")
    if folder == "num" and len(digit) == 1 and before:
        before, last = before[:-1], f"0{digit}"
    if folder == "wan" and len(last) == 2 and "2" <= last[0] <= "9" and last[1] != "0":
        before, last = [*before, f"{last[0]}0"], _piece(int(last[1]), head=False)
    yield from (piece if piece == _ZERO else f"num/{piece}" for piece in before)
    yield f"{folder}/{last}"


def _pieces(section: int, *, head: bool, gap: bool) -> Iterator[str]:
    """千, 百 and the last two digits of 1-9999, with 零 where a gap lies before one."""
    for size in (1000, 100):
        if digit := section // size % 10:
            yield from (_ZERO,) if gap else ()
            yield _piece(digit * size, head=head)
            head = gap = False
        else:
            gap = gap or not head
    if rest := section % 100:
        yield from (_ZERO,) if not head and (gap or rest < 10) else ()
        yield _piece(rest, head=head)


def _piece(amount: int, *, head: bool) -> str:
    """``m``: 2 read 二 where the head would have 两. ``t``: 一十 where the head would have 十."""
    if head:
        return str(amount)
    mark = "m" if amount in (2, 200, 2000) else "t" if 10 <= amount < 20 else ""
    return f"{mark}{amount}"
