"""Every character of a Mandarin text that can be read in several ways is read as somebody decided.

The readings of words outside the lexicon are pypinyin's, asked as the voice's own front end asks.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml
from pypinyin import Style, lazy_pinyin, pinyin

from cti.core.speech import fragments, read_digits
from cti.prompts.catalogue import Prompt, load_catalogue
from cti.prompts.places import entry_lines
from cti.prompts.sounds import cut, split

PROMPTS = Path("prompts")
LEXICON = load_catalogue(PROMPTS).lexicon
CONFIRMED: Mapping[str, str] = yaml.safe_load((PROMPTS / "lexicon.yaml").read_text("utf-8"))[
    "confirmed"
]


@cache
def has_several(sign: str) -> bool:
    found = pinyin(sign, heteronym=True, style=Style.TONE3, neutral_tone_with_five=True)
    return len(found[0]) > 1


def read(text: str, readings: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Reading of each character, and whether it is one of ours."""
    found: list[tuple[str, bool]] = []
    for piece in split(text, readings):
        if piece in readings:
            found += [(syllable, True) for syllable in readings[piece].split()]
            continue
        for word in cut(piece):
            by_word = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
            found += [(syllable, False) for syllable in by_word]
    return found


def confirmed(text: str, at: int) -> str | None:
    """The reading of one place by the longest confirmed word around it."""
    for size in range(4, 0, -1):
        for start in range(max(0, at - size + 1), at + 1):
            if (word := text[start : start + size]) in CONFIRMED and len(word) == size:
                return CONFIRMED[word].split()[at - start]
    return None


def undecided(text: str, readings: Mapping[str, str]) -> Iterator[str]:
    for run in re.findall("[\u4e00-\u9fff]+", read_digits(text, "zh")):
        found = read(run, {**LEXICON, **readings})
        assert len(found) == len(run)
        for at, (sign, (syllable, ours)) in enumerate(zip(run, found, strict=True)):
            if ours or not has_several(sign):
                continue
            wanted = confirmed(run, at)
            if wanted != syllable:
                yield f"{sign} in {run} is read {syllable}, decided: {wanted}"


def test_every_reading_of_the_catalogue_is_decided() -> None:
    lines = entry_lines(PROMPTS)
    found = [
        f"prompts/catalogue.yaml:{lines[prompt.id]}: {prompt.id}: {each}"
        for prompt in load_catalogue(PROMPTS).prompts.values()
        for each in undecided(prompt.texts["zh"], prompt.readings)
    ]
    assert found == []


def test_every_reading_of_a_plate_is_decided() -> None:
    texts = (text for name, text in fragments("zh").items() if name.startswith("plate/"))
    assert [each for text in texts for each in undecided(text, {})] == []


def test_bu_is_read_in_the_second_tone_before_a_fourth() -> None:
    prompts: list[Prompt] = list(load_catalogue(PROMPTS).prompts.values())
    for prompt in prompts:
        for run in re.findall("[\u4e00-\u9fff]+", prompt.texts["zh"]):
            syllables = [each for each, _ in read(run, {**LEXICON, **prompt.readings})]
            for at, sign in enumerate(run[:-1]):
                if sign == "不" and syllables[at + 1].endswith("4"):
                    assert syllables[at] == "bu2", (prompt.id, run)


def test_an_undecided_reading_is_named() -> None:
    assert list(undecided("行长", {})) == [
        "行 in 行长 is read hang2, decided: None",
        "长 in 行长 is read zhang3, decided: None",
    ]
    assert list(undecided("行长", {"行长": "hang2 zhang3"})) == []


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("重听", "chong2 ting1"),
        ("重置密码", "chong2 zhi4 mi4 ma3"),
        ("藏", "zang4"),
        ("蒙", "meng3"),
        ("藏语服务", "zang4 yu3 fu2 wu4"),
        ("那曲", "na4 qu3"),
        ("长按井号键", "chang2 an4 jing3 hao4 jian4"),
        ("稍等一下", "shao1 deng3 yi2 xia4"),
        ("不一样", "bu4 yi2 yang4"),
        ("行驶证", "xing2 shi3 zheng4"),
        ("银行", "yin2 hang2"),
        ("调解", "tiao2 jie3"),
        ("调查", "diao4 cha2"),
        ("还有", "hai2 you3"),
        ("一月", "yi1 yue4"),
        ("十一点", "shi2 yi1 dian3"),
        ("三十一万", "san1 shi2 yi1 wan4"),
        ("一万一千元", "yi2 wan4 yi4 qian1 yuan2"),
    ],
)
def test_words_that_dictionaries_or_speakers_stumble_over(text: str, readings: str) -> None:
    assert " ".join(each for each, _ in read(text, LEXICON)) == readings
