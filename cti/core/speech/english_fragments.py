"""The text of every English fragment, by id."""

from cti.core.speech import kinds
from cti.core.speech.spelling import ENDING_IDS, PROVINCE_IDS

_UNDER_20 = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_FROM_20 = "twenty thirty forty fifty sixty seventy eighty ninety"
_YEAR = "January February March April May June July August September October November December"
_ONES, _TENS, _MONTHS = _UNDER_20.split(), _FROM_20.split(), _YEAR.split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
_UNITS = {
    "unit/thousand": "thousand",
    "unit/million": "million",
    "unit/yuan": "yuan",
    "unit/and": "and",
    "unit/fen": "fen",
    "unit/am": "A M",
    "unit/pm": "P M",
    "unit/caller": "caller",
    "unit/callers": "callers",
} | {f"unit/{unit}{s}": f"{unit}{s}" for unit in ("hour", "minute", "second") for s in ("", "s")}


def english_fragments() -> dict[str, str]:
    """All of them, in the order they are worth rendering."""
    return {**_numbers(), **_UNITS, **_days(), **_plates()}


def _numbers() -> dict[str, str]:
    digits = {f"digits/{n}": _ONES[n] for n in range(10)}
    small = {f"num/{n}": _under_100(n) for n in range(100)}
    hundreds = {f"num/{n}00": f"{_ONES[n]} hundred" for n in range(1, 10)}
    minutes = {f"minute/{n:02}": f"oh {_ONES[n]}" for n in range(1, 10)}
    return digits | small | hundreds | minutes


def _under_100(amount: int) -> str:
    if amount < 20:
        return _ONES[amount]
    tens, ones = divmod(amount, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def _days() -> dict[str, str]:
    months = {f"month/{n}": name for n, name in enumerate(_MONTHS, 1)}
    days = {f"day/{n}": f"the {_ordinal(_under_100(n))}" for n in range(1, 32)}
    years = range(kinds.FIRST_YEAR, kinds.LAST_YEAR + 1)
    return months | days | {f"year/{year}": f"twenty {_under_100(year - 2000)}" for year in years}


def _ordinal(cardinal: str) -> str:
    start, dash, last = cardinal.rpartition("-")
    return start + dash + _ORDINALS.get(last, f"{last}th")


def _plates() -> dict[str, str]:
    letters = {f"letter/{sign.lower()}": sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    names = {f"plate/{name}": _title(name) for name in PROVINCE_IDS.values()}
    return letters | names | {f"plate/end_{name}": _title(name) for name in ENDING_IDS.values()}


def _title(name: str) -> str:
    return name.replace("_", " ").replace("hongkong", "hong kong").title()
