"""What is heard means the value: listeners who know the language and nothing of the composers.

Mandarin years are read digit by digit with 一 (二零二一年), strings of digits with 幺; a full hour
ends in 点 without 整; amounts under ten fen behind a 元 bear a 零.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.speech import SpokenKind, words
from cti.core.speech.kinds import FIRST_YEAR, LAST_YEAR, PLATE_ENDINGS, PROVINCES

ZH_SIGNS = "零一二三四五六七八九"
EN_SIGNS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
EN_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
EN_SIZES = {"thousand": 10**3, "million": 10**6}
EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
EN_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
EN_PROVINCES = {
    "Beijing": "京", "Tianjin": "津", "Shanghai": "沪", "Chongqing": "渝", "Hebei": "冀",
    "Henan": "豫", "Yunnan": "云", "Liaoning": "辽", "Heilongjiang": "黑", "Hunan": "湘",
    "Anhui": "皖", "Shandong": "鲁", "Xinjiang": "新", "Jiangsu": "苏", "Zhejiang": "浙",
    "Jiangxi": "赣", "Hubei": "鄂", "Guangxi": "桂", "Gansu": "甘", "Shanxi": "晋",
    "Inner Mongolia": "蒙", "Shaanxi": "陕", "Jilin": "吉", "Fujian": "闽", "Guizhou": "贵",
    "Guangdong": "粤", "Qinghai": "青", "Tibet": "藏", "Sichuan": "川", "Ningxia": "宁",
    "Hainan": "琼",
}  # fmt: skip
EN_ENDINGS = {
    "Learner": "学", "Police": "警", "Trailer": "挂", "Hong Kong": "港", "Macao": "澳",
    "Embassy": "使", "Consulate": "领",
}  # fmt: skip
PARTS_OF_DAY = {
    "凌晨": range(6), "早上": range(6, 9), "上午": range(9, 12), "中午": range(12, 13),
    "下午": range(13, 18), "晚上": range(18, 24),
}  # fmt: skip
YUAN = st.one_of(st.integers(0, 999), st.integers(0, 999_999_999))
CENTS = (0, 1, 2, 9, 10, 11, 12, 20, 22, 50, 90, 99)


def zh_number(text: str) -> int:
    """十五, 两万零五, 一亿; every value has one form only, so stray signs are an error."""
    total = section = digit = 0
    for sign in text.replace("两", "二"):
        if sign in ZH_SIGNS:
            assert digit == 0, text
            digit = ZH_SIGNS.index(sign)
        elif sign in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[sign]
            section = digit = 0
    return total + section + digit


def zh_spelled(text: str) -> str:
    """Digits said one by one with 幺, letters by their names."""
    return "".join(s if s.isascii() else str("零幺二三四五六七八九".index(s)) for s in text)


def en_number(text: str) -> int:
    total = section = 0
    for word in text.replace("-", " ").split():
        if word == "hundred":
            section *= 100
        elif word in EN_SIZES:
            total, section = total + section * EN_SIZES[word], 0
        else:
            section += en_small(word)
    return total + section


def en_small(word: str) -> int:
    if word in EN_TENS:
        return 20 + 10 * EN_TENS.index(word)
    return (EN_SIGNS + EN_TEENS).index(word)


def en_spelled(text: str) -> str:
    return "".join(str(EN_SIGNS.index(w)) if w in EN_SIGNS else w for w in text.split())


def en_ordinal(text: str) -> int:
    tens, _, last = text.rpartition("-")
    ones = EN_ORDINALS.get(last) or en_small(last.removesuffix("th"))
    return ones + (en_small(tens) if tens else 0)


def zh(kind: SpokenKind, value: str) -> str:
    return words(kind, value, "zh")


def en(kind: SpokenKind, value: str) -> str:
    return words(kind, value, "en")


def days() -> list[date]:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_day_is_heard_in_mandarin_with_its_year_digit_by_digit() -> None:
    for day in days():
        found = re.fullmatch("(.{4})年(.+)月(.+)日", zh(SpokenKind.DATE, day.isoformat()))
        assert found is not None
        year = int("".join(str(ZH_SIGNS.index(sign)) for sign in found[1]))
        assert date(year, zh_number(found[2]), zh_number(found[3])) == day


def test_a_day_without_year_is_heard_in_mandarin_as_month_and_day() -> None:
    for day in (each for each in days() if each.year == 2024):
        found = re.fullmatch("(.+)月(.+)日", zh(SpokenKind.DATE, f"{day:%m-%d}"))
        assert found is not None
        assert (zh_number(found[1]), zh_number(found[2])) == (day.month, day.day)


@pytest.mark.parametrize(
    ("value", "heard"),
    [
        ("10-10", "十月十日"),
        ("11-11", "十一月十一日"),
        ("12-20", "十二月二十日"),
        ("02-22", "二月二十二日"),
        ("02-02", "二月二日"),
        ("01-30", "一月三十日"),
        ("01-31", "一月三十一日"),
        ("2020-01-01", "二零二零年一月一日"),
        ("2022-02-22", "二零二二年二月二十二日"),
    ],
)
def test_dates_say_ten_without_one_and_twenty_with_two(value: str, heard: str) -> None:
    assert zh(SpokenKind.DATE, value) == heard


def test_every_day_is_heard_in_english() -> None:
    for day in days():
        month, the, nth, *year = en(SpokenKind.DATE, day.isoformat()).split(" ")
        assert the == "the"
        assert year.pop(0) == "twenty"
        heard = date(2000 + en_number(" ".join(year)), EN_MONTHS.index(month) + 1, en_ordinal(nth))
        assert heard == day


def test_every_minute_of_the_day_is_heard_in_mandarin() -> None:
    for minute in range(24 * 60):
        value = f"{minute // 60:02}:{minute % 60:02}"
        found = re.fullmatch("(..)(.+)点(?:(零?)(.+)分)?", zh(SpokenKind.TIME, value))
        assert found is not None, value
        hour = zh_number(found[2])
        part = PARTS_OF_DAY[found[1]]
        [clock] = [each for each in part if each == hour or each == hour + 12]
        minutes = zh_number(found[4]) if found[4] else 0
        assert clock * 60 + minutes == minute
        assert bool(found[3]) == (0 < minutes < 10), "零 before a single digit, and nowhere else"


def test_every_minute_of_the_day_is_heard_in_english() -> None:
    for minute in range(24 * 60):
        heard = en(SpokenKind.TIME, f"{minute // 60:02}:{minute % 60:02}")
        found = re.fullmatch(r"(\S+)(?: (oh )?(\S+))? ([AP]) M", heard)
        assert found is not None, heard
        hour = en_number(found[1]) % 12 + (12 if found[4] == "P" else 0)
        minutes = en_number(found[3]) if found[3] else 0
        assert hour * 60 + minutes == minute
        assert bool(found[2]) == (0 < minutes < 10)


@given(st.integers(0, 86_399))
def test_a_duration_is_heard_in_mandarin(seconds: int) -> None:
    heard = zh(SpokenKind.DURATION, str(seconds))
    found = re.fullmatch("(?:(.+)小时)?(?:(.+)分钟)?(?:(.+)秒钟)?", heard)
    assert found is not None
    hours, minutes, rest = (zh_number(part) if part else 0 for part in found.groups())
    assert hours * 3600 + minutes * 60 + rest == seconds
    assert not re.search("(?<!十)二(?:小时|分钟|秒钟)", heard), "两 before a measure word"


@given(st.integers(0, 86_399))
def test_a_duration_is_heard_in_english(seconds: int) -> None:
    total = 0
    sizes = {"hour": 3600, "minute": 60, "second": 1}
    for amount, unit, plural in re.findall(
        r"(\S+) (hour|minute|second)(s?)", en(SpokenKind.DURATION, str(seconds))
    ):
        total += en_number(amount) * sizes[unit]
        assert bool(plural) == (en_number(amount) != 1)
    assert total == seconds


def test_every_position_is_heard() -> None:
    for position in range(1, 1000):
        counted, _, rest = zh(SpokenKind.POSITION, str(position)).partition("位客户")
        assert (zh_number(counted), rest) == (position, "")
        assert ("两" in counted[:1]) == (position == 2 or 200 <= position < 300)
        amount, _, noun = en(SpokenKind.POSITION, str(position)).rpartition(" ")
        assert en_number(amount) == position
        assert noun == ("caller" if position == 1 else "callers")


def zh_money(heard: str) -> Decimal:
    found = re.fullmatch("(.+)元(?:整|(零)?(?:([^零])角)?(?:(.)分)?)", heard)
    assert found is not None, heard
    yuan, gap, jiao, fen = found.groups()
    assert bool(gap) == bool(fen and not jiao), "零 stands for the missing 角, and only for it"
    cents = 10 * (ZH_SIGNS.index(jiao) if jiao else 0) + (ZH_SIGNS.index(fen) if fen else 0)
    assert heard.endswith("整") == (cents == 0)
    return zh_number(yuan) + Decimal(cents) / 100


def en_money(heard: str) -> Decimal:
    yuan, _, fen = heard.removesuffix(" yuan").removesuffix(" fen").partition(" yuan and ")
    return en_number(yuan) + Decimal(en_number(fen) if fen else 0) / 100


@given(YUAN, st.one_of(st.sampled_from(CENTS), st.integers(0, 99)))
def test_money_is_heard_as_what_it_is(yuan: int, cents: int) -> None:
    amount = f"{yuan}.{cents:02}"
    assert zh_money(zh(SpokenKind.MONEY, amount)) == Decimal(amount)
    assert en_money(en(SpokenKind.MONEY, amount)) == Decimal(amount)


def test_every_amount_under_ten_yuan_is_heard() -> None:
    for cents in range(1000):
        amount = f"{cents // 100}.{cents % 100:02}"
        assert zh_money(zh(SpokenKind.MONEY, amount)) == Decimal(amount)
        assert en_money(en(SpokenKind.MONEY, amount)) == Decimal(amount)


@pytest.mark.parametrize(
    ("value", "heard"),
    [
        ("0", "零元整"),
        ("0.00", "零元整"),
        ("0.5", "零元五角"),
        ("0.05", "零元零五分"),
        ("2", "两元整"),
        ("2.22", "两元二角二分"),
        ("10.01", "十元零一分"),
        ("100.10", "一百元一角"),
        ("0020.00", "二十元整"),
    ],
)
def test_money_with_jiao_alone_fen_alone_or_neither(value: str, heard: str) -> None:
    assert zh(SpokenKind.MONEY, value) == heard


@given(st.text("0123456789", min_size=1, max_size=32))
def test_digits_are_heard_one_by_one(value: str) -> None:
    assert zh_spelled(zh(SpokenKind.DIGITS, value)) == value
    assert en_spelled(en(SpokenKind.DIGITS, value)) == value


@given(st.from_regex("[A-Za-z0-9]{1,32}", fullmatch=True).filter(str.isascii))
def test_a_report_number_of_letters_and_digits_is_heard_sign_by_sign(value: str) -> None:
    assert zh_spelled(zh(SpokenKind.REPORT_NO, value)) == value.upper()
    assert en_spelled(en(SpokenKind.REPORT_NO, value)) == value.upper()


SIGNS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=4, max_size=5)


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    SIGNS,
    st.sampled_from(PLATE_ENDINGS + "0D"),
)
def test_a_plate_is_heard_sign_by_sign(province: str, letter: str, signs: str, last: str) -> None:
    plate = province + letter + signs + last
    heard = zh(SpokenKind.PLATE, plate)
    ending = heard[-1] if heard[-1] in PLATE_ENDINGS else ""
    inside = heard[1:-1] if ending else heard[1:]
    assert heard[0] + zh_spelled(inside) + ending == plate
    assert en_plate(en(SpokenKind.PLATE, plate)) == plate


def en_plate(heard: str) -> str:
    [place] = [name for name in EN_PROVINCES if heard.startswith(f"{name} ")]
    rest = heard.removeprefix(place)
    last = next((name for name in EN_ENDINGS if rest.endswith(f" {name}")), "")
    return EN_PROVINCES[place] + en_spelled(rest.removesuffix(last)) + EN_ENDINGS.get(last, "")


@given(st.integers(0, 999_999_999))
def test_a_number_is_heard_as_what_it_is(number: int) -> None:
    assert zh_number(zh(SpokenKind.NUMBER, str(number))) == number
    assert en_number(en(SpokenKind.NUMBER, str(number))) == number
