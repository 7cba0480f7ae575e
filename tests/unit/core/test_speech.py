"""What callers hear when a value is spoken."""

import pytest

from cti.core.speech import SpokenKind, UnspeakableValue, fragments, spoken, words

MANDARIN = [
    ("digits", "95518", "九五五幺八"),
    ("digits", "13800138000", "幺三八零零幺三八零零零"),
    ("digits", "0123", "零幺二三"),
    ("number", "0", "零"),
    ("number", "2", "二"),
    ("number", "10", "十"),
    ("number", "12", "十二"),
    ("number", "110", "一百一十"),
    ("number", "115", "一百一十五"),
    ("number", "200", "两百"),
    ("number", "2022", "两千零二十二"),
    ("number", "10010", "一万零一十"),
    ("number", "10101", "一万零一百零一"),
    ("number", "12045", "一万二千零四十五"),
    ("number", "22000", "两万二千"),
    ("number", "105000", "十万五千"),
    ("number", "112659", "十一万二千六百五十九"),
    ("number", "20000002", "两千万零二"),
    ("number", "100005000", "一亿零五千"),
    ("number", "200020002", "两亿零二万零二"),
    ("money", "2350", "两千三百五十元整"),
    ("money", "12005.68", "一万二千零五元六角八分"),
    ("money", "2.5", "两元五角"),
    ("money", "12.05", "十二元零五分"),
    ("money", "0.10", "零元一角"),
    ("date", "2026-11-22", "二零二六年十一月二十二日"),
    ("date", "03-21", "三月二十一日"),
    ("date", "02-29", "二月二十九日"),
    ("time", "15:15", "下午三点十五分"),
    ("time", "14:00", "下午两点"),
    ("time", "00:05", "凌晨零点零五分"),
    ("time", "12:30", "中午十二点三十分"),
    ("duration", "60", "一分钟"),
    ("duration", "120", "两分钟"),
    ("duration", "0", "零秒钟"),
    ("duration", "7325", "两小时两分钟五秒钟"),
    ("position", "2", "两位客户"),
    ("position", "12", "十二位客户"),
    ("plate", "藏A12345", "藏A幺二三四五"),
    ("plate", "青ad12345", "青AD幺二三四五"),
    ("plate", "青B1234学", "青B幺二三四学"),
    ("report_no", "RDAA2026", "RDAA二零二六"),
]

ENGLISH = [
    ("digits", "95518", "nine five five one eight"),
    ("number", "12045", "twelve thousand forty-five"),
    ("number", "100000000", "one hundred million"),
    ("money", "12005.68", "twelve thousand five yuan and sixty-eight fen"),
    ("date", "2026-03-21", "March the twenty-first twenty twenty-six"),
    ("date", "11-12", "November the twelfth"),
    ("time", "00:05", "twelve oh five A M"),
    ("time", "15:15", "three fifteen P M"),
    ("duration", "3661", "one hour one minute one second"),
    ("position", "1", "one caller"),
    ("position", "2", "two callers"),
    ("plate", "青A12345", "Qinghai A one two three four five"),
    ("report_no", "RD20", "R D two zero"),
]

UNSPEAKABLE = [
    ("digits", ""),
    ("digits", "12a"),
    ("digits", "١٢٣"),
    ("digits", "1\n"),
    ("digits", "9" * 33),
    ("number", "-1"),
    ("number", "1.5"),
    ("number", "1000000000"),
    ("money", "1.234"),
    ("money", "1,000"),
    ("money", ".5"),
    ("date", "2026-02-29"),
    ("date", "2019-12-31"),
    ("date", "13-01"),
    ("date", "2026/03/21"),
    ("time", "24:00"),
    ("time", "9:00"),
    ("duration", "86400"),
    ("duration", "-5"),
    ("position", "0"),
    ("plate", "A12345"),
    ("plate", "青A123"),
    ("plate", "青A1234567"),
    ("plate", "青A12345学警"),
    ("report_no", "RDAA-1"),
    ("report_no", "&playback"),
]


@pytest.mark.parametrize(("kind", "value", "heard"), MANDARIN)
def test_a_value_is_spoken_in_mandarin(kind: str, value: str, heard: str) -> None:
    assert words(SpokenKind(kind), value, "zh") == heard


@pytest.mark.parametrize(("kind", "value", "heard"), ENGLISH)
def test_a_value_is_spoken_in_english(kind: str, value: str, heard: str) -> None:
    assert words(SpokenKind(kind), value, "en") == heard


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("kind", "value"), UNSPEAKABLE)
def test_a_value_of_the_wrong_form_is_refused(kind: str, value: str, language: str) -> None:
    with pytest.raises(UnspeakableValue):
        spoken(SpokenKind(kind), value, language)


def test_a_refused_value_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UnspeakableValue) as refused:
        spoken(SpokenKind.DIGITS, "6321231990x", "zh")
    assert "6321231990" not in str(refused.value)


def test_a_language_without_composer_is_refused() -> None:
    with pytest.raises(UnspeakableValue):
        spoken(SpokenKind.DIGITS, "1", "bo")
    with pytest.raises(UnspeakableValue):
        fragments("bo")


def test_mandarin_digits_are_played_in_pairs() -> None:
    assert spoken(SpokenKind.DIGITS, "00073", "zh") == ("digits/00", "digits/07", "digits/3")


def test_an_exact_hour_has_no_minutes() -> None:
    assert spoken(SpokenKind.TIME, "09:00", "zh") == ("hour/9",)


def test_fragment_ids_are_safe_as_file_names_and_in_dial_strings() -> None:
    for language in ("zh", "en"):
        for name in fragments(language):
            folder, _, leaf = name.partition("/")
            assert folder.isascii() and folder.isalpha() and folder.islower()
            assert leaf.replace("_", "").isascii() and leaf.replace("_", "").isalnum()
