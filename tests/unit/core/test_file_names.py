"""What file names may be listed, and how the others are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.file_names import LONGEST_NAME, in_signs, is_plain


@pytest.mark.parametrize("name", ["95518.yaml", "菜单.yaml", "a b.yaml", "<img>.yaml", "..x.yaml"])
def test_what_can_be_seen_is_plain(name: str) -> None:
    assert is_plain(name)
    assert in_signs(name) == name


@pytest.mark.parametrize(
    "name", ["a\nb", "a\x1b[0m", "a\u202eb", "a\u200bb", "\udcff", "\x00", "w" * (LONGEST_NAME + 1)]
)
def test_what_cannot_be_seen_or_is_endless_is_not(name: str) -> None:
    assert not is_plain(name)


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_the_name_is_it_is_told_in_one_short_line_of_signs(name: str) -> None:
    told = in_signs(name)
    assert told.isprintable()
    assert len(told) <= 2 * LONGEST_NAME + 1
