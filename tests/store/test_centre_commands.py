"""``cti mode``, ``cti block``, ``cti unblock`` as an administrator runs them, on a real Redis and SQLite."""

import argparse
import asyncio
from pathlib import Path

import pytest

from cti.cli import main
from cti.commands.mode import hours
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import open_engine
from tests.servers import RedisServer

NUMBER = "13997000001"


@pytest.fixture
def site(
    tmp_path: Path, own_redis: RedisServer, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The shipped configuration over a Redis and a database of the test's own; the database's URL."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    monkeypatch.setenv("CTI_REDIS_URL", own_redis.url)
    monkeypatch.setenv("CTI_REDIS_PREFIX", redis_prefix)
    monkeypatch.setenv("CTI_SQL_URL", url)
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path))
    monkeypatch.setenv("CTI_LANGUAGE", "en")
    assert main(["block", "list"]) == 0  # makes the tables
    return url


def audit(url: str) -> list[tuple[str, str, str]]:
    async def lines() -> list[tuple[str, str, str]]:
        engine = open_engine(url)
        try:
            return [
                (one.action, one.subject, one.reason) for one in await SqlAudit(engine).newest()
            ]
        finally:
            await engine.dispose()

    return asyncio.run(lines())


@pytest.mark.parametrize(
    ("text", "found"), [("90m", 1.5), ("2h", 2), ("1.5h", 1.5), ("1d", 24), ("0h", 0)]
)
def test_a_duration_is_a_number_and_a_letter(text: str, found: float) -> None:
    assert hours(text) == found


@pytest.mark.parametrize("text", ["", "2", "2 h", "-1h", "2w", "1e3h", "２h", "99999h"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        hours(text)


def test_a_mode_is_switched_and_listed(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mode", "on", "night", "--for", "2h", "--reason", "snow"]) == 0
    assert main(["mode"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [night] = {line for line in lines if line.startswith("night\t")}
    assert "Night duty\ton until" in night
    assert night.endswith(": snow)")
    assert main(["mode", "off", "night", "--reason", "thaw"]) == 0
    assert "night\tNight duty\toff" in capsys.readouterr().out
    assert audit(site) == [("mode.off", "night", "thaw"), ("mode.on", "night", "snow")]


def test_what_may_not_be_switched_is_refused_with_words(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for wish, words in (
        (["on", "nigth", "--for", "2h"], "There is no mode"),
        (["on", "night", "--for", "17h"], "16 hours at most"),
        (["off", "night"], "is not on now"),
    ):
        assert main(["mode", *wish, "--reason", "x"]) == 1
        assert words in capsys.readouterr().err
    assert audit(site) == []


def test_without_redis_the_command_says_so(
    site: str, own_redis: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    own_redis.stop()
    assert main(["mode"]) == 1
    assert "out of reach" in capsys.readouterr().err


def test_a_number_is_blocked_listed_masked_and_let_go(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["block", NUMBER, "--days", "3", "--reason", "nuisance"]) == 0
    assert main(["block", "list"]) == 0
    out = capsys.readouterr().out
    assert "139****0001\t" in out
    assert NUMBER not in out
    assert main(["unblock", NUMBER, "--reason", "mistake"]) == 0
    assert main(["unblock", NUMBER, "--reason", "mistake"]) == 1
    assert "not blocked" in capsys.readouterr().err
    assert audit(site) == [
        ("number.unblock", "139****0001", "mistake"),
        ("number.block", "139****0001", "nuisance"),
    ]


def test_a_block_without_days_or_reason_is_no_block(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["block", NUMBER, "--reason", "x"]) == 1
    assert main(["block", NUMBER, "--days", "3", "--reason", " "]) == 1
    assert main(["block", "abc", "--days", "3", "--reason", "x"]) == 1
    assert "no phone number" in capsys.readouterr().err
