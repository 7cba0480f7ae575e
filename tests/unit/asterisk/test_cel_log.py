"""Asterisk's channel event log, read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cti.asterisk.cel_log import CelLog, read

LINES = """\
"1795397631.439945","CHAN_START","1795397631.0","1795397631.0","PJSIP/trunk-carrier-00000000","acd-trunk","",""
"1795397641.168003","BRIDGE_ENTER","1795397639.1","1795397631.0","PJSIP/8002-00000001","from-agent","","{""bridge_id"":""73bb"",""bridge_technology"":""simple_bridge""}"
"""
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def written(folder: Path, text: str, name: str = "cel.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_line_tells_when_what_and_in_which_bridge(tmp_path: Path) -> None:
    start, enter = read(written(tmp_path, LINES))
    assert (start.event, start.context, start.unique_id) == (
        "CHAN_START",
        "acd-trunk",
        "1795397631.0",
    )
    assert (enter.bridge, enter.technology) == ("73bb", "simple_bridge")
    assert enter.at == datetime.fromtimestamp(1795397641.168003, UTC)


def test_what_is_not_asterisks_is_passed_over(tmp_path: Path) -> None:
    torn = '"1795397641.1","BRIDGE_EN\n"x","y"\nnonsense\n' + "z" * 5000 + "\n"
    assert list(read(written(tmp_path, torn + LINES)))[-1].event == "BRIDGE_ENTER"


async def test_rotated_files_and_the_time_asked_for_count(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    path.rename(tmp_path / "cel.csv.1")
    found = await CelLog(path).lines(*EVER)
    assert len(found) == 2
    later = found[0].at + timedelta(seconds=5)
    assert len(await CelLog(path).lines(later, EVER[1])) == 1


async def test_no_file_is_no_line(tmp_path: Path) -> None:
    assert await CelLog(tmp_path / "cel.csv").lines(*EVER) == ()
