"""The text of every Mandarin fragment, by id."""

from cti.core.speech import kinds
from cti.core.speech.spelling import ENDING_IDS, PROVINCE_IDS

_SPELLED = "零幺二三四五六七八九"
_NUMBERS = "零一二三四五六七八九"
_PARTS_OF_DAY = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
# Numbers under 100 said in one go before 万 and 分; the others are said as 二十 and 三万.
_WHOLE = (*range(1, 20), *range(20, 100, 10))
_UNITS = {
    "unit/zero": "零",
    "unit/liang": "两",
    "unit/hours": "小时",
    "unit/minutes": "分钟",
    "unit/seconds": "秒钟",
    "unit/callers": "位客户",
}


def chinese_fragments() -> dict[str, str]:
    """All of them, in the order they are worth rendering."""
    return {**_spelling(), **_UNITS, **_days(), **_numbers(), **_times(), **_money(), **_plates()}


def _spelling() -> dict[str, str]:
    pairs = {f"digits/{n:02}": _SPELLED[n // 10] + _SPELLED[n % 10] for n in range(100)}
    return pairs | {f"digits/{n}": _SPELLED[n] for n in range(10)}


def _numbers() -> dict[str, str]:
    small = {f"num/{n}": _under_100(n) for n in range(100)}
    gaps = {f"num/0{n}": f"零{_NUMBERS[n]}" for n in range(1, 10)}
    pieces = _tens_after_head() | _hundreds_and_thousands()
    inside = {f"num/{name}": text for name, text in pieces.items()}
    wan = {f"wan/{n}": f"{_under_100(n)}万" for n in _WHOLE} | {"wan/2": "两万"}
    wan |= {f"wan/{name}": f"{text}万" for name, text in pieces.items()} | {"wan/m2": "二万"}
    yi = {f"yi/{n}": f"{_under_100(n)}亿" for n in range(1, 10)} | {"yi/2": "两亿"}
    return small | gaps | inside | wan | yi


def _tens_after_head() -> dict[str, str]:
    return {f"t{n}": f"一{_under_100(n)}" for n in range(10, 20)}


def _hundreds_and_thousands() -> dict[str, str]:
    pieces = {"m200": "二百", "m2000": "二千"}
    for n in range(1, 10):
        digit = "两" if n == 2 else _NUMBERS[n]
        pieces |= {f"{n}00": f"{digit}百", f"{n}000": f"{digit}千"}
    return pieces


def _under_100(amount: int) -> str:
    tens, ones = divmod(amount, 10)
    if tens == 0:
        return _NUMBERS[ones]
    return f"{_NUMBERS[tens] if tens > 1 else ''}十{_NUMBERS[ones] if ones else ''}"


def _money() -> dict[str, str]:
    jiao = {f"yuan/{n}0": f"元{_NUMBERS[n]}角" for n in range(1, 10)}
    gaps = {f"yuan/0{n}": f"元零{_NUMBERS[n]}分" for n in range(1, 10)}
    return {"yuan/00": "元整"} | jiao | gaps


def _days() -> dict[str, str]:
    years = {
        f"year/{year}": "".join(_NUMBERS[int(digit)] for digit in str(year)) + "年"
        for year in range(kinds.FIRST_YEAR, kinds.LAST_YEAR + 1)
    }
    months = {f"month/{n}": f"{_under_100(n)}月" for n in range(1, 13)}
    return years | months | {f"day/{n}": f"{_under_100(n)}日" for n in range(1, 32)}


def _times() -> dict[str, str]:
    minutes = {f"minute/{n:02}": f"{_minute(n)}分" for n in _WHOLE if n < 60}
    # 分 ends a time (三十五分) as well as an amount of money (六角八分).
    fen = {f"fen/{n}": f"{_NUMBERS[n]}分" for n in range(1, 10)}
    return {f"hour/{n}": _hour(n) for n in range(24)} | minutes | fen


def _minute(minute: int) -> str:
    return f"零{_NUMBERS[minute]}" if minute < 10 else _under_100(minute)


def _hour(hour: int) -> str:
    part = next(name for end, name in _PARTS_OF_DAY if hour < end)
    twelve = hour - 12 if hour > 12 else hour
    return f"{part}{'两' if twelve == 2 else _under_100(twelve)}点"


def _plates() -> dict[str, str]:
    letters = {f"letter/{sign.lower()}": sign for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    provinces = {f"plate/{name}": sign for sign, name in PROVINCE_IDS.items()}
    return letters | provinces | {f"plate/end_{name}": sign for sign, name in ENDING_IDS.items()}
