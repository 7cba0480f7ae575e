"""queue_log as Asterisk writes it, and what else may stand in such a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.asterisk.queue_log import QueueLog, native_line

SINCE = datetime.fromtimestamp(1_795_389_276, UTC)


def test_a_line_is_read_with_its_data() -> None:
    found = native_line(b"1795389276|1.7|acd-motor|PJSIP/8001|CONNECT|4|1.9|3\n")
    assert found is not None
    assert (found.at, found.call_id, found.queue, found.member) == (
        SINCE,
        "1.7",
        "acd-motor",
        "PJSIP/8001",
    )
    assert (found.event, found.told) == ("CONNECT", ("4", "1.9", "3"))


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"a|b|c|d|e\n", b"1|2|3\n", b"\xff\xfe|||||", b"9" * 5000]
)
def test_anything_else_is_passed_over(raw: bytes) -> None:
    assert native_line(raw) is None


async def test_only_lines_since_then_are_read(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_bytes(
        b"1795389270|1.1|q|NONE|ACDGONE|ivr|16\nnonsense\n1795389280|1.2|q|NONE|ACDGONE|ivr|16\n"
    )
    assert [each.call_id for each in await QueueLog(path).lines(SINCE)] == ["1.2"]


async def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert await QueueLog(tmp_path / "none").lines(SINCE) == ()


async def test_a_file_that_cannot_be_read_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert await QueueLog(tmp_path).lines(SINCE) == ()
    assert "queue_log unreadable" in caplog.text
