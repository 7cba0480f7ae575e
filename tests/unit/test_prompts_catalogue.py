"""The catalogue and the lexicon: what is accepted, and what is refused with its place."""

import re
from pathlib import Path

import pytest

from cti.prompts.catalogue import CatalogueError, load_catalogue

PROMPTS = Path("prompts")
GOOD = "prompts:\n  hello:\n    zh: 您好。\n    en: Hello.\n"
LEXICON = "zh:\n  重听: chong2 ting1\n"


def folder_with(tmp_path: Path, catalogue: str, lexicon: str = LEXICON) -> Path:
    (tmp_path / "catalogue.yaml").write_text(catalogue, "utf-8")
    (tmp_path / "lexicon.yaml").write_text(lexicon, "utf-8")
    return tmp_path


def test_a_prompt_has_its_texts_and_its_own_readings(tmp_path: Path) -> None:
    catalogue = load_catalogue(
        folder_with(tmp_path, GOOD + "    pinyin: {您好: nin2 hao3}\n    note: greets\n")
    )
    hello = catalogue.prompts["hello"]
    assert hello.texts == {"zh": "您好。", "en": "Hello."}
    assert hello.readings == {"您好": "nin2 hao3"}
    assert catalogue.lexicon == {"重听": "chong2 ting1"}


@pytest.mark.parametrize(
    ("catalogue", "words"),
    [
        (GOOD + "  hello:\n    zh: 再见。\n    en: Bye.\n", "line 5: 'hello' stands twice"),
        (GOOD + "    zh: 再见。\n", "line 5: 'zh' stands twice"),
        ("prompts:\n  Hello: {zh: 您好, en: Hello}\n", "lower-case ASCII"),
        ("prompts:\n  ../x: {zh: 您好, en: Hello}\n", "lower-case ASCII"),
        ("prompts:\n  hello: {zh: 您好, fr: Bonjour}\n", "unknown fr"),
        ("prompts:\n  hello: 您好\n", "hello: expected names with values"),
        ("prompts:\n  hello: {zh: [您好], en: Hello}\n", "zh must be a text"),
        ("prompts: {hello: {zh: 您好, en: Hello}\n", "expected"),
        ("[]", "expected names with values"),
        (GOOD + "    pinyin: {重听: chong ting}\n", "not pinyin with tone numbers"),
        (GOOD + "    pinyin: {重听: chong2}\n", "one syllable for each character"),
        (GOOD + "    ? [a]\n    : b\n", "must be one word"),
    ],
)
def test_a_broken_catalogue_is_refused_with_the_reason(
    tmp_path: Path, catalogue: str, words: str
) -> None:
    with pytest.raises(CatalogueError, match=re.escape(words)):
        load_catalogue(folder_with(tmp_path, catalogue))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.yaml"):
        load_catalogue(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, GOOD)
    (folder / "catalogue.yaml").write_bytes("prompts: 您好".encode("gb18030"))
    with pytest.raises(CatalogueError, match=r"catalogue\.yaml"):
        load_catalogue(folder)


def test_menus_offer_the_same_keys_in_each_language() -> None:
    for prompt in load_catalogue(PROMPTS).prompts.values():
        if "请按" in prompt.texts["zh"]:
            # 95518 and other long numbers are no keys.
            keys = {
                language: sorted(set(re.findall(r"(?<!\d)\d(?!\d)", text)))
                for language, text in prompt.texts.items()
            }
            assert keys["zh"] == keys["en"], prompt.id


def test_mandarin_texts_hold_no_number_that_would_be_misread() -> None:
    for prompt in load_catalogue(PROMPTS).prompts.values():
        for digits in re.findall(r"\d{2,}", prompt.texts["zh"]):
            assert digits in {"95518", "120", "122"}, f"{prompt.id}: write {digits} in characters"
