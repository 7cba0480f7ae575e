"""PINs of the staff line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.staff_pins import FAILURES, LOCKED_FOR, BadPin, PinResult, StaffPins

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def pins(tmp_path: Path) -> StaffPins:
    found = StaffPins(tmp_path / "secrets")
    found.put("6001", "4711")
    return found


def test_the_right_pin_is_let_in_and_a_wrong_one_is_not(pins: StaffPins) -> None:
    assert pins.check("6001", "4711", NOW) is PinResult.OK
    assert pins.check("6001", "4712", NOW) is PinResult.REFUSED
    assert pins.check("6002", "4711", NOW) is PinResult.REFUSED


def test_a_number_that_is_tried_too_often_is_locked_for_a_while(pins: StaffPins) -> None:
    for _ in range(FAILURES):
        pins.check("6001", "0000", NOW)
    assert pins.check("6001", "4711", NOW) is PinResult.REFUSED
    assert pins.check("6001", "4711", NOW + LOCKED_FOR - timedelta(seconds=1)) is PinResult.REFUSED
    assert pins.check("6001", "4711", NOW + LOCKED_FOR) is PinResult.OK


def test_a_right_pin_forgets_earlier_slips(pins: StaffPins) -> None:
    for _ in range(3):
        for _ in range(FAILURES - 1):
            pins.check("6001", "0000", NOW)
        assert pins.check("6001", "4711", NOW) is PinResult.OK


def test_a_new_pin_unlocks(pins: StaffPins) -> None:
    for _ in range(FAILURES):
        pins.check("6001", "0000", NOW)
    pins.put("6001", "8888")
    assert pins.check("6001", "8888", NOW) is PinResult.OK


@pytest.mark.parametrize(
    ("number", "pin"),
    [("6001", "123"), ("6001", "12x4"), ("6001", "1" * 13), ("x", "1234"), ("", "1234")],
)
def test_what_cannot_be_keyed_is_no_pin(pins: StaffPins, number: str, pin: str) -> None:
    with pytest.raises(BadPin):
        pins.put(number, pin)


def test_a_removed_number_is_off_the_line(pins: StaffPins) -> None:
    assert pins.remove("6001")
    assert not pins.remove("6001")
    assert pins.numbers() == []
    assert pins.check("6001", "4711", NOW) is PinResult.REFUSED


def test_nobody_else_reads_the_file_and_no_pin_stands_in_it(
    pins: StaffPins, tmp_path: Path
) -> None:
    path = tmp_path / "secrets" / "staff_pins.json"
    assert path.stat().st_mode & 0o077 == 0
    assert "4711" not in path.read_text("utf-8")
    assert pins.numbers() == ["6001"]


def test_huge_keys_are_refused_and_change_nothing(pins: StaffPins) -> None:
    assert pins.check("6001", "9" * 10_000, NOW) is PinResult.REFUSED
    assert pins.check("9" * 10_000, "4711", NOW) is PinResult.REFUSED
    assert pins.check("6001", "4711", NOW) is PinResult.OK


def test_asking_who_is_on_an_untouched_line_leaves_it_untouched(tmp_path: Path) -> None:
    found = StaffPins(tmp_path)
    assert found.untouched
    assert found.numbers() == []
    assert found.untouched
    found.put("6001", "4711")
    found.remove("6001")
    assert not found.untouched
