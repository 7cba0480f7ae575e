"""``cti audit`` and what commands leave in the audit."""

import asyncio
import io
from pathlib import Path

import pytest
from sqlalchemy import update

from cti.cli import main
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import open_engine
from cti.store.tables_admin import audit


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of its own, and the sample configuration beside it."""
    found = f"sqlite:///{tmp_path / 'history.db'}"
    monkeypatch.setenv("CTI_SQL_URL", found)
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path / "run"))
    monkeypatch.setenv("CTI_LANGUAGE", "en")
    return found


def set_password(monkeypatch: pytest.MonkeyPatch, password: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    return main(["user", "password", "admin"])


async def tampered(url: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.execute(update(audit).values(reason="another"))
    await engine.dispose()


async def checked(url: str, password: str) -> bool:
    engine = open_engine(url)
    found = await SqlAccounts(engine).check("admin", password)
    await engine.dispose()
    return found is not None


def test_a_password_set_at_the_terminal_is_in_the_audit_and_keeps_the_rules(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_password(monkeypatch, "1234567890") == 1
    assert "words that do not belong together" in capsys.readouterr().err
    assert set_password(monkeypatch, "a snowy may in xunhua") == 0
    assert asyncio.run(checked(url, "a snowy may in xunhua"))
    capsys.readouterr()
    assert main(["audit", "list"]) == 0
    assert "\taccount.password.reset\tadmin\t" in capsys.readouterr().out


def test_pins_of_the_staff_line_are_in_the_audit(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("482913\n"))
    assert main(["staff", "pin", "6077"]) == 0
    assert main(["staff", "remove", "6077"]) == 0
    capsys.readouterr()
    main(["audit", "list", "--action", "staff."])
    shown = capsys.readouterr().out
    assert "482913" not in shown
    assert [line.split("\t")[2] for line in shown.splitlines()] == ["staff.remove", "staff.pin"]


def test_a_whole_audit_tells_the_hash_to_write_down_and_a_touched_one_its_place(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_password(monkeypatch, "a snowy may in xunhua")
    capsys.readouterr()
    assert main(["audit", "verify"]) == 0
    noted = capsys.readouterr().out.split()[-1]
    assert len(noted) == 64
    assert main(["audit", "verify", "--noted", noted]) == 0
    assert main(["audit", "verify", "--noted", "0" * 64]) == 1
    asyncio.run(tampered(url))
    capsys.readouterr()
    assert main(["audit", "verify"]) == 1
    assert "line 1 is not as it was written" in capsys.readouterr().out


def test_the_newest_lines_come_first(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_password(monkeypatch, "a snowy may in xunhua")

    async def note() -> None:
        engine = open_engine(url)
        found = await SqlAudit(engine).newest()
        await SqlAudit(engine).note("lin", "x.y", "z", reason="why", at=found[0].at)
        await engine.dispose()

    asyncio.run(note())
    capsys.readouterr()
    main(["audit", "list", "--limit", "1"])
    assert capsys.readouterr().out.split("\t")[1:] == ["lin", "x.y", "z", "why\n"]
