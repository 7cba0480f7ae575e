"""Log lines: one fact each, for machines or for people, and no phone number in clear."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from cti.log import JsonLines, TextLines, masked, start_logging


def record(text: str, *values: object, **fields: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "cti.test", "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
    )
    made.args = values
    vars(made).update(fields)
    return made


@pytest.fixture
def quiet_root() -> Iterator[None]:
    """The root logger as pytest had it, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("call from 13897000001", "call from 138****0001"),
        ("call from 13897000001.", "call from 138****0001."),
        ("call from 13897000001, again", "call from 138****0001, again"),
        ("sip:13897000001@10.0.0.1", "sip:138****0001@10.0.0.1"),
        ("tel-13897000001", "tel-138****0001"),
        ("+8613897000001", "+861****0001"),
        ("09718234567", "097****4567"),
        ("13897000001 and 13997000002", "138****0001 and 139****0002"),
    ],
)
def test_a_phone_number_is_masked_wherever_it_stands(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "call 1763800000.12 ended",
        "call cti1-1763800000.12 ended",
        "event 1763800000123-0",
        "at 2026-11-22T01:02:03.456789+00:00",
        "127.0.0.1:14573",
        "8001",
    ],
)
def test_ids_times_and_ports_stay_readable(said: str) -> None:
    assert masked(said) == said


def test_a_json_line_is_one_object_with_the_facts_fields() -> None:
    line = JsonLines().format(record("offer %s", 3, fact="offer", call_id="17638.1", waited_s=1.5))
    found = json.loads(line)
    assert "\n" not in line
    assert found.pop("at").endswith("+00:00")
    assert found == {
        "level": "warning",
        "logger": "cti.test",
        "text": "offer 3",
        "fact": "offer",
        "call_id": "17638.1",
        "waited_s": 1.5,
    }


def test_a_line_feed_of_a_stranger_stays_inside_the_json_line() -> None:
    line = JsonLines().format(record("name %s", "a\nb"))
    assert json.loads(line)["text"] == "name a\nb"
    assert "\n" not in line


def test_fields_and_texts_of_a_json_line_are_masked() -> None:
    line = JsonLines().format(record("from %s", "13897000001", number="13897000001"))
    assert "13897000001" not in line


def test_a_traceback_is_masked_too() -> None:
    try:
        raise ValueError("no caller 13897000001")
    except ValueError as wrong:
        made = record("failed", exc_info=(type(wrong), wrong, wrong.__traceback__))
    assert "138****0001" in json.loads(JsonLines().format(made))["trace"]
    assert "13897000001" not in TextLines().format(made)


def test_a_text_line_has_time_level_text_and_fields() -> None:
    line = TextLines().format(record("not live", fact="not_live", why="start"))
    assert line[12:] == " WARNING not live  [why=start]"


@pytest.mark.usefixtures("quiet_root")
def test_a_stream_that_is_no_terminal_gets_json() -> None:
    stream = io.StringIO()
    start_logging("INFO", "auto", stream)
    logging.getLogger("cti.test").info("serving", extra={"fact": "serving"})
    assert json.loads(stream.getvalue())["fact"] == "serving"


@pytest.mark.usefixtures("quiet_root")
def test_text_can_be_asked_for() -> None:
    stream = io.StringIO()
    start_logging("INFO", "text", stream)
    logging.getLogger("cti.test").info("serving")
    assert stream.getvalue().endswith("INFO    serving\n")


@pytest.mark.usefixtures("quiet_root")
def test_a_level_hides_what_is_below_it() -> None:
    stream = io.StringIO()
    start_logging("WARNING", "json", stream)
    logging.getLogger("cti.test").info("serving")
    assert stream.getvalue() == ""
