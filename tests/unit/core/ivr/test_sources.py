"""An answer is held to what its source promises."""

import pytest

from cti.core.ivr.sources import LONGEST_VALUE, BadAnswer, Form, Source, SourceValue

SOURCE = Source(
    name="cases",
    arguments=("number",),
    values=(
        SourceValue(name="state", form=Form.CODE, codes=("open", "closed")),
        SourceValue(name="tail", form=Form.DIGITS),
        SourceValue(name="day", form=Form.DATE),
        SourceValue(name="phone", form=Form.DIGITS, personal=True, optional=True),
        SourceValue(name="words", optional=True),
    ),
)
GOOD = {"state": "open", "tail": "0123", "day": "2026-11-22", "phone": "13997000001", "words": "好"}


def test_a_good_answer_is_taken_and_what_nobody_promised_is_dropped() -> None:
    assert SOURCE.accepted({**GOOD, "password": "hunter2"}) == GOOD


def test_an_optional_value_that_is_left_out_is_empty() -> None:
    answer = {name: GOOD[name] for name in ("state", "tail", "day")}
    assert SOURCE.accepted(answer) == {**answer, "phone": "", "words": ""}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "OPEN"),
        ("state", ""),
        ("state", None),
        ("state", ["open"]),
        ("tail", 123),
        ("tail", "12a"),
        ("tail", "٠١٢٣"),
        ("tail", True),
        ("day", "22.11.2026"),
        ("day", "20261122"),
        ("day", "2026-02-30"),
        ("words", "two\nlines"),
        ("words", "\x00"),
        ("words", "x" * (LONGEST_VALUE + 1)),
        ("phone", "+8613997000001"),
    ],
)
def test_a_value_of_another_form_refuses_the_answer_without_repeating_it(
    name: str, value: object
) -> None:
    with pytest.raises(BadAnswer, match=f"cases: '{name}'") as refused:
        SOURCE.accepted({**GOOD, name: value})
    assert "hunter" not in str(refused.value)


def test_an_answer_without_a_value_that_must_be_there_is_refused() -> None:
    with pytest.raises(BadAnswer, match="state"):
        SOURCE.accepted({})


def test_a_source_names_what_it_gives_and_what_of_it_is_personal() -> None:
    assert SOURCE.gives == ("state", "tail", "day", "phone", "words")
    assert SOURCE.personal == ("phone",)
