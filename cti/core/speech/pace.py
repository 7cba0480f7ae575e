"""How digits inside a sentence are read, and how fast a sentence is spoken."""

import re

_ZH_DIGITS = "零幺二三四五六七八九"
_ZH_NUMBERS = "零一二三四五六七八九"
_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SHORTEST_FOR_PACE = 8


def read_digits(text: str, language: str) -> str:
    """Write out ASCII digits: a run of several digit by digit (1 is 幺), a single one as a number."""
    return re.sub("[0-9]+", lambda run: _run(run.group(), language), text)


def _run(digits: str, language: str) -> str:
    if language == "en":
        return " ".join(_EN_DIGITS[int(digit)] for digit in digits)
    signs = _ZH_DIGITS if len(digits) > 1 else _ZH_NUMBERS
    return "".join(signs[int(digit)] for digit in digits)


def spoken_characters(text: str) -> int:
    """Count what is spoken in a Mandarin text: characters, and each Latin word as two."""
    written = read_digits(text, "zh")
    return len(re.findall("[\u4e00-\u9fff]", written)) + 2 * len(re.findall("[A-Za-z]+", written))


def characters_per_minute(text: str, seconds: float) -> int:
    """Speed of a Mandarin sentence; 0 for under 8 characters, where a speed means nothing."""
    count = spoken_characters(text)
    if count < _SHORTEST_FOR_PACE or seconds <= 0:
        return 0
    return round(count * 60 / seconds)
