"""`cti staff`: who may use the staff line; and the sample number of a new installation."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.cli import main
from cti.config_files import load_configuration
from cti.settings import environment
from cti.site_files import SAMPLE_STAFF, put_sample_staff, secrets_of
from cti.staff_pins import PinResult, StaffPins

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
Says = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The secrets of an instance of the test's own."""
    monkeypatch.setenv("CTI_CONFIG", "config")
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path))
    return tmp_path / "secrets"


@pytest.fixture
def says(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Says:
    def run(*words: str, keyed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(keyed + "\n"))
        code = main(["staff", *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def test_a_number_is_given_a_pin_listed_and_taken_off(says: Says, folder: Path) -> None:
    assert says("pin", "6002", keyed="471147")[0] == 0
    assert says("list") == (0, "6002\n")
    assert StaffPins(folder).check("6002", "471147", NOW) is PinResult.OK
    assert says("remove", "6002")[0] == 0
    assert says("list") == (0, "\n")


def test_a_pin_that_cannot_be_keyed_is_refused_with_what_a_pin_is(says: Says) -> None:
    code, said = says("pin", "6002", keyed="four")
    assert code == 1
    assert "4" in said
    assert "12" in said


def test_somebody_who_is_not_on_the_line_cannot_be_taken_off(says: Says) -> None:
    code, said = says("remove", "6999")
    assert code == 1
    assert said


def test_a_new_installation_has_one_sample_number_with_a_pin_of_six_digits(folder: Path) -> None:
    put_sample()
    pin = (folder / f"staff_{SAMPLE_STAFF}").read_text("utf-8")
    assert len(pin) == 6
    assert StaffPins(folder).check(SAMPLE_STAFF, pin, NOW) is PinResult.OK


def test_whom_an_admin_took_off_no_start_puts_back(says: Says, folder: Path) -> None:
    put_sample()
    assert says("remove", SAMPLE_STAFF)[0] == 0
    put_sample()
    assert StaffPins(folder).numbers() == []


def put_sample() -> None:
    configuration, problems = load_configuration(Path("config"), environment())
    assert configuration is not None, problems
    put_sample_staff(configuration, secrets_of(configuration))
