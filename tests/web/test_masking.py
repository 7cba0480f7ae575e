"""Masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.web.masking import masked_id_tail, masked_number


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "+86138****1234"),
        ("09718888888", "097****8888"),
        ("63222222", "****2222"),
        ("6322222", "****2222"),
        ("8001", "**01"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_head_and_tail_only(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@given(st.text(min_size=8, max_size=30))
def test_of_any_text_more_than_seven_characters_four_are_hidden(text: str) -> None:
    kept = sum(a == b for a, b in zip(masked_number(text)[::-1], text[::-1], strict=False))
    assert "*" in text or kept <= len(text) - 4


def test_an_id_shows_four_places() -> None:
    assert masked_id_tail("12123X") == "****123X"
    assert masked_id_tail(None) is None
