"""Where a caller is, by his number."""

import pytest

from cti.pop_side import place_of


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("09716123456", "青海西宁"),
        ("+869716123456", "青海西宁"),
        ("6123456", "青海西宁"),
        ("09798456789", "青海格尔木"),
        ("01062345678", "北京"),
        ("13997000001", None),
        ("013997000001", None),
        ("95518", None),
        ("+15551234567", None),
        ("09991234567", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_a_landline_tells_its_place_and_other_numbers_do_not(
    number: str, place: str | None
) -> None:
    assert place_of(number, "zh") == place


def test_the_place_is_named_in_the_agents_language() -> None:
    assert place_of("09716123456", "en") == "Xining, Qinghai"
