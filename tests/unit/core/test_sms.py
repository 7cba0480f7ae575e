"""Text messages: composing, parts, when they may go out."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.config_files import load_configuration
from cti.core.sms import (
    BadValues,
    SmsClass,
    Template,
    ValueType,
    compose,
    earliest,
    is_opt_out,
    is_plain,
    parts,
    units,
)
from cti.messaging import code_word

ZONE = ZoneInfo("Asia/Shanghai")
STATUS = Template(
    name="claim_status",
    sms_class=SmsClass.SERVICE,
    variables={
        "tail": (ValueType.CODE, 8),
        "on": (ValueType.DATE, 10),
        "state": (ValueType.CLAIM_STATE, 8),
    },
    text={"zh": "尾号{tail},{on}受理:{state}。", "en": "{tail} of {on}: {state}."},
)
VALUES = {"tail": "0123", "on": "2026-03-21", "state": "assessed"}


def label(_type: ValueType, code: str, language: str) -> str | None:
    return {"assessed": {"zh": "已定损", "en": "assessed"}}.get(code, {}).get(language)


def test_values_are_written_as_the_language_has_them() -> None:
    assert compose(STATUS, "zh", VALUES, label) == "尾号0123,3月21日受理:已定损。"
    assert compose(STATUS, "en", VALUES, label) == "0123 of 2026-03-21: assessed."


def test_a_language_without_a_text_gets_chinese() -> None:
    assert compose(STATUS, "bo-adx", VALUES, label).startswith("尾号")


@pytest.mark.parametrize(
    "wrong",
    [
        {"tail": ""},
        {"tail": "12 34"},
        {"tail": "123456789"},
        {"on": "2026-02-30"},
        {"on": "21.3.2026"},
        {"state": "exploded"},
        {"colour": "blue"},
    ],
)
def test_values_that_do_not_fit_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadValues):
        compose(STATUS, "zh", {**VALUES, **wrong}, label)


def test_a_value_with_braces_is_no_place_for_another() -> None:
    template = Template(
        name="t",
        sms_class=SmsClass.SERVICE,
        variables={"a": (ValueType.TEXT, 20), "b": (ValueType.TEXT, 20)},
        text={"zh": "{a}{b}"},
    )
    assert compose(template, "zh", {"a": "{b}", "b": "x"}, label) == "{b}x"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_message_has_as_many_parts_as_the_network_makes_of_it(text: str, count: int) -> None:
    assert len(parts(text)) == count


@given(st.text(min_size=1, max_size=600))
def test_parts_are_the_whole_text_and_none_is_too_long(text: str) -> None:
    found = parts(text)
    assert "".join(found) == text
    room = (160 if is_plain(text) else 70) if len(found) == 1 else (153 if is_plain(text) else 67)
    assert all(units(part) <= room for part in found)


@pytest.mark.parametrize(
    ("hour", "goes_at"),
    [(8, (22, 9)), (9, (22, 9)), (12, (22, 12)), (19, (22, 19)), (20, (23, 9)), (23, (23, 9))],
)
def test_marketing_goes_out_from_nine_to_twenty_only(hour: int, goes_at: tuple[int, int]) -> None:
    now = datetime(2026, 11, 22, hour, tzinfo=ZONE)
    day, at_hour = goes_at
    found = earliest(SmsClass.MARKETING, now, ZONE)
    assert found == datetime(2026, 11, day, at_hour, tzinfo=ZONE)
    assert earliest(SmsClass.SERVICE, now, ZONE) == now


@pytest.mark.parametrize("text", ["R", " r ", "退订", "TD", "拒收。"])
def test_a_refusal_is_understood(text: str) -> None:
    assert is_opt_out(text)


def test_anything_else_is_no_refusal() -> None:
    assert not is_opt_out("Really?")
    assert not is_opt_out("1")


def test_every_template_of_ours_composes_in_every_language_it_has() -> None:
    configuration, problems = load_configuration(Path("config"), {})
    assert configuration, problems
    samples = {
        ValueType.TEXT: "张师傅",
        ValueType.CODE: "1234",
        ValueType.PHONE: "13997000001",
        ValueType.PLATE: "青A12345",
        ValueType.DATE: "2026-03-21",
        ValueType.TIME: "09:30",
        ValueType.COUNT: "5",
        ValueType.CLAIM_STATE: "assessed",
        ValueType.POLICY_KIND: "commercial",
        ValueType.POLICY_STATUS: "in_force",
    }
    for template in configuration.sms.all().values():
        values = {name: samples[kind] for name, (kind, _) in template.variables.items()}
        for language in template.text:
            text = compose(template, language, values, code_word)
            assert "{" not in text
            assert text.startswith("【人保财险】" if language == "zh" else "PICC: ")
