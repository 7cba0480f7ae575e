"""Where a number was issued."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.messages import sentences
from cti.services.place_names import place_label, place_name
from cti.store.phone_places import PhonePlaces

PLACES = PhonePlaces(sentences("places"))


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("09716123456", "青海西宁"),
        ("+869716123456", "青海西宁"),
        ("6123456", "青海西宁"),
        ("09798456789", "青海格尔木"),
        ("01062345678", "北京"),
        ("02461234567", "辽宁沈阳"),
    ],
)
def test_a_landline_tells_its_place_by_its_area_code(number: str, place: str) -> None:
    assert place_name(PLACES.of(number), "zh") == place


@pytest.mark.parametrize(
    ("segment", "place"),
    [
        ("1399700", "青海西宁"),
        ("1809700", "青海海北"),
        ("1510970", "青海海北"),
        ("1390972", "青海海东"),
        ("1390973", "青海黄南"),
        ("1390974", "青海海南州"),
        ("1390975", "青海果洛"),
        ("1390976", "青海玉树"),
        ("1390977", "青海海西"),
        ("1990970", "青海海北"),
        ("1340970", "湖北黄冈"),
        ("1300731", "湖南长沙"),
        ("1300010", "北京"),
    ],
)
def test_a_mobile_number_tells_where_its_segment_was_issued(segment: str, place: str) -> None:
    assert place_name(PLACES.of(f"{segment}0001"), "zh") == place


@pytest.mark.parametrize(
    "written", ["13997000001", "013997000001", "+86 139-9700-0001", "１３９９７００0001"]
)
def test_the_way_a_number_is_written_does_not_matter(written: str) -> None:
    assert PLACES.of(written) == "971"


def test_a_city_that_shares_an_area_code_keeps_its_name() -> None:
    key = PLACES.of("13904130001")
    assert (key, place_name(key, "zh"), place_name(key, "en")) == (
        "24-fushun",
        "辽宁抚顺",
        "Fushun, Liaoning",
    )


@pytest.mark.parametrize(
    "number",
    [
        "",
        "anonymous",
        "95518",
        "110",
        "12345",
        "+15551234567",
        "09991",
        "10000000000",
        "12345678901",
    ],
)
def test_what_tells_no_place_has_none(number: str) -> None:
    assert PLACES.of(number) == ""


def test_the_names_are_in_the_language_asked_for() -> None:
    assert place_label("971") == {"zh": "青海西宁", "en": "Xining, Qinghai"}
    assert place_name("971", "en") == "Xining, Qinghai"


@pytest.mark.parametrize("key", ["", "1", "971.x", "{0}", "places", "北京"])
def test_a_key_that_is_none_names_nothing(key: str) -> None:
    assert (place_name(key, "zh"), place_label(key)) == (None, None)


def test_no_place_has_two_keys_and_none_two_names() -> None:
    for language in ("zh", "en"):
        names = list(sentences("places", language).values())
        assert len(set(names)) == len(names)


@given(st.one_of(st.text(), st.text("0123456789+-() 一１", max_size=60)))
def test_any_text_has_the_key_of_a_named_place_or_none(number: str) -> None:
    key = PLACES.of(number)
    assert key == "" or place_label(key)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_has_the_key_of_a_named_place_or_none(number: str) -> None:
    key = PLACES.of(number)
    assert key == "" or place_label(key)
