"""Which values are spoken whole, how their files are called, and which files go."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.speech import SpokenKind, UnspeakableValue
from cti.core.speech.phrases import Kept, Phrase, to_remove, whole_phrase

WHOLE = frozenset({SpokenKind.DATE, SpokenKind.TIME})


def test_a_value_of_a_chosen_kind_is_a_phrase_of_its_words() -> None:
    found = whole_phrase(SpokenKind.DATE, "2026-03-21", "zh", WHOLE)
    assert found == Phrase("zh", "二零二六年三月二十一日")


def test_other_kinds_stay_fragments() -> None:
    assert whole_phrase(SpokenKind.MONEY, "12.50", "zh", WHOLE) is None


def test_a_value_of_one_fragment_is_whole_already() -> None:
    assert whole_phrase(SpokenKind.TIME, "14:00", "zh", WHOLE) is None


def test_an_unspeakable_value_of_a_chosen_kind_is_refused() -> None:
    with pytest.raises(UnspeakableValue):
        whole_phrase(SpokenKind.DATE, "../../etc", "zh", WHOLE)


@given(st.text(), st.text(), st.text())
def test_a_name_is_safe_as_a_file_name_whatever_is_said(lang: str, text: str, voice: str) -> None:
    assert re.fullmatch("[0-9a-f]{40}", Phrase(lang, text).name(voice))


def test_another_voice_language_or_text_has_another_name() -> None:
    names = {Phrase(lang, text).name(v) for lang in "ab" for text in ("", "ab") for v in "ab"}
    assert len(names) == 8


KEPT = st.lists(st.tuples(st.integers(0, 100), st.floats(0, 9)), max_size=20).map(
    lambda found: [Kept(name=str(n), size=size, used=used) for n, (size, used) in enumerate(found)]
)


@given(KEPT, st.integers(0, 10), st.integers(0, 500))
def test_what_stays_is_within_the_bounds_and_newer_than_what_goes(
    kept: list[Kept], most: int, most_bytes: int
) -> None:
    gone = set(to_remove(kept, most, most_bytes))
    stays = [each for each in kept if each.name not in gone]
    assert len(stays) <= most
    assert sum(each.size for each in stays) <= most_bytes
    newest_gone = max((each.used for each in kept if each.name in gone), default=-1.0)
    assert all(each.used >= newest_gone for each in stays)


def test_nothing_goes_while_there_is_room() -> None:
    assert to_remove([Kept(name="a", size=5, used=1.0)], 1, 5) == []
