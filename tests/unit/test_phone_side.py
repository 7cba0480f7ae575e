"""What is said to a caller, as text for his page."""

import os
import shutil
from pathlib import Path

import pytest

from cti.core.ivr.session import Prompt, Spoken, Utterance
from cti.core.ivr.wording import Said
from cti.phone_side import SaidTexts

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    for name in ("catalogue.yaml", "lexicon.yaml"):
        shutil.copy(PROMPTS / name, tmp_path)
    return tmp_path


def test_prompts_are_told_in_their_words_and_values_as_they_are_spoken(prompts: Path) -> None:
    texts = SaidTexts(prompts)
    assert "95518" in texts([Prompt("welcome")], "zh")
    assert texts([Spoken("digits", "12"), Prompt("goodbye")], "zh").startswith("幺二")
    assert "95518" in texts([Prompt("welcome")], "en")


def test_a_version_that_says_it_otherwise_is_told_in_its_own_words(prompts: Path) -> None:
    texts, own = SaidTexts(prompts), {"zh": {"welcome": Said("spoken/1", "您好，请讲。")}}
    assert texts([Prompt("welcome")], "zh", own) == "您好，请讲。"
    assert "95518" in texts([Prompt("welcome")], "en", own)


def test_what_has_no_words_is_left_out(prompts: Path) -> None:
    texts = SaidTexts(prompts)
    unspeakable: list[Utterance] = [
        Prompt("nothing_of_that_name"),
        Spoken("digits", "x"),
        Spoken("rhyme", "1"),
    ]
    assert texts(unspeakable, "zh") == ""
    assert texts([Prompt("welcome")], "bo-adx") == ""


def test_a_changed_catalogue_is_told_and_a_broken_one_is_not(prompts: Path) -> None:
    texts, file = SaidTexts(prompts), prompts / "catalogue.yaml"
    before = texts([Prompt("welcome")], "zh")
    file.write_text("prompts:\n  welcome: {zh: 早上好, en: Good morning}\n", "utf-8")
    os.utime(file, (1, 1))
    assert texts([Prompt("welcome")], "zh") == "早上好" != before
    file.write_text("prompts: [", "utf-8")
    os.utime(file, (2, 2))
    assert texts([Prompt("welcome")], "zh") == "早上好"
