"""The doctor's findings: each fault is seen for what it is, and has words and a cure."""

import argparse
import importlib.metadata
import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from cti import messages
from cti.commands import doctor as command
from cti.config_files import load_configuration
from cti.doctor import asterisk as pbx
from cti.doctor import machine, parts
from cti.doctor.asterisk import Clock, judge_clock, judge_version
from cti.doctor.findings import Finding, Level
from cti.doctor.sockets import listener, our_sessions
from cti.settings import Settings
from cti.store.sql_link import table_versions
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
PORTS = ("HTTP", "FASTAGI", "AMI", "SIP", "REDIS")


def settings(tmp_path: Path) -> Settings:
    """The sample's, with free ports and an instance folder of its own."""
    environment = {f"CTI_{name}_PORT": str(free_port()) for name in PORTS}
    environment["CTI_FOLDERS_INSTANCE"] = str(tmp_path / "instance")
    configuration, problems = load_configuration(ROOT / "config", environment)
    assert configuration is not None, problems
    return configuration.settings


def codes(findings: Iterator[Finding] | list[Finding]) -> list[str]:
    return [finding.code.removeprefix("doctor.") for finding in findings]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_listener_is_found_with_its_process(busy_port: int) -> None:
    found = listener(busy_port)
    assert found is not None
    assert found.pid == os.getpid()


def test_a_bound_udp_port_is_found_and_a_free_one_is_not() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert listener(port, udp=True) is not None
    assert listener(port, udp=True) is None


def test_a_port_of_ours_taken_by_a_stranger_is_an_error(tmp_path: Path, busy_port: int) -> None:
    there = settings(tmp_path)
    taken = there.model_copy(update={"http": there.http.model_copy(update={"port": busy_port})})
    [finding] = machine.check_ports(taken)
    assert (finding.level, finding.code) == (Level.ERROR, "doctor.port_taken")
    assert str(os.getpid()) in finding.what("en")
    assert "CTI_HTTP_PORT" in finding.cure("en")


def test_ports_of_our_own_running_programs_are_well_and_silent_ones_are_not(
    tmp_path: Path, busy_port: int
) -> None:
    there = settings(tmp_path)
    ours = there.model_copy(update={"http": there.http.model_copy(update={"port": busy_port})})
    pids = ours.folders.instance / "pids.json"
    pids.parent.mkdir()
    pids.write_text(json.dumps({"self": os.getpid()}))
    assert our_sessions(pids)
    found = list(machine.check_ports(ours))
    assert {finding.values["name"] for finding in found} == {"fastagi", "ami", "sip", "redis"}
    assert set(codes(found)) == {"port_silent"}


def test_a_run_that_is_over_has_no_sessions(tmp_path: Path) -> None:
    pids = tmp_path / "pids.json"
    assert our_sessions(pids) == frozenset()
    pids.write_text("{broken")
    assert our_sessions(pids) == frozenset()


@pytest.mark.parametrize(
    ("limit", "level"),
    [(-1, Level.OK), (65536, Level.OK), (1024, Level.WARNING), (256, Level.ERROR)],
)
def test_few_open_files_are_told(limit: int, level: Level) -> None:
    [finding] = machine.check_files(limit)
    assert finding.level is level


@pytest.mark.parametrize(
    ("free_mb", "code"), [(50, "disk_full"), (500, "disk_low"), (5000, "disk_ok")]
)
def test_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_mb: int, code: str
) -> None:
    usage = type("Usage", (), {"free": free_mb * 1_000_000})
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert codes(machine.check_disk(tmp_path / "not" / "yet")) == [code]


def test_a_clock_before_the_programs_time_and_an_unknown_zone_are_errors() -> None:
    assert codes(machine.check_clock("Asia/Shanghai", datetime(1970, 1, 2, tzinfo=UTC))) == [
        "clock_old"
    ]
    assert codes(machine.check_clock("Asia/Nowhere")) == ["zone_unknown"]


@pytest.mark.parametrize("host", ["8442a3c399bc", "95518-1", "srv.95518", "a..b", ""])
def test_a_machines_name_that_browsers_take_for_no_host_is_named(host: str) -> None:
    [finding] = machine.check_name(host)
    assert (finding.level, finding.code) == (Level.WARNING, "doctor.host_no_sip")


@pytest.mark.parametrize("host", ["asterisk", "cti1.house.local", "1.a", "a_b"])
def test_other_machines_names_are_well(host: str) -> None:
    assert codes(machine.check_name(host)) == ["host_ok"]


def test_a_secret_that_others_may_read_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    secret = tmp_path / "ami"
    secret.touch(mode=0o600)
    assert codes(machine.check_secrets(tmp_path)) == ["secrets_ok"]
    secret.chmod(0o644)
    [finding] = machine.check_secrets(tmp_path)
    assert finding.values == {"path": secret, "mode": "644"}


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["no-such-package>=1", "pytest; extra == 'dev'", "pyyaml>=6"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _name: wanted)
    [finding] = machine.check_packages()
    assert finding.values == {"names": "no-such-package"}


def test_a_desktop_that_was_not_built_is_an_error(tmp_path: Path) -> None:
    assert codes(parts.check_built(tmp_path)) == ["desktop_missing"]
    (tmp_path / "index.html").touch()
    assert codes(parts.check_built(tmp_path)) == ["desktop_ok"]


async def test_a_redis_that_is_away_is_an_error_only_where_it_is_not_ours(tmp_path: Path) -> None:
    own = settings(tmp_path)
    url = f"redis://127.0.0.1:{free_port()}/0"
    foreign = own.model_copy(update={"redis": own.redis.model_copy(update={"url": url})})
    assert codes([each async for each in parts.check_redis(foreign, 0.0)]) == ["redis_away"]
    assert codes([each async for each in parts.check_redis(own, 0.0)]) == ["redis_idle_ok"]


async def test_a_database_is_asked_for_its_version_and_never_made(tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'history.sqlite'}"
    assert codes([each async for each in parts.check_sql(new)]) == ["sql_new_ok"]
    assert not (tmp_path / "history.sqlite").exists()
    away = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/cti"
    [finding] = [each async for each in parts.check_sql(away)]
    assert finding.code == "doctor.sql_away"
    assert "secret" not in finding.what("en")
    assert codes([each async for each in parts.check_sql("nonsense")]) == ["sql_url"]


def test_tables_are_judged_by_their_version() -> None:
    newest, *_ = table_versions()
    assert codes([parts.judge_tables("here", newest)]) == ["sql_ok"]
    assert codes([parts.judge_tables("here", None)]) == ["sql_new_ok"]
    newer = parts.judge_tables("here", "from the future")
    assert (newer.level, newer.code) == (Level.ERROR, "doctor.sql_newer")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("Asterisk 22.10.1", "asterisk_ok"),
        ("22.10.1~dfsg", "asterisk_ok"),
        ("18.2.0", "asterisk_old"),
        ("21.0.0", "asterisk_untried"),
        ("", "asterisk_untried"),
    ],
)
def test_asterisks_version_is_judged(version: str, code: str) -> None:
    assert codes(judge_version(version)) == [code]


def test_asterisks_clock_may_not_be_far_from_ours() -> None:
    clock = Clock(now_s=1000.6, apart_s=2.5)
    assert judge_clock("1000", clock) == []
    assert judge_clock("", clock) == []
    assert codes(judge_clock("1010", clock)) == ["clocks_apart"]


async def test_a_machine_without_asterisk_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pbx, "MACHINES_OWN", tmp_path / "none")
    assert codes([each async for each in pbx.check_program(tmp_path)]) == ["asterisk_missing"]


def test_with_nothing_running_the_command_says_what_it_sees_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in PORTS:
        monkeypatch.setenv(f"CTI_{name}_PORT", str(free_port()))
    monkeypatch.setenv("CTI_FOLDERS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("CTI_CONFIG", str(ROOT / "config"))
    chosen = argparse.Namespace(json=True, language="en")
    code = command.run(chosen)
    found = json.loads(capsys.readouterr().out)
    assert {"level", "part", "code", "what", "cure"} == set(found[0])
    assert {"ports", "disk", "clock", "redis_idle", "sql_new"} <= {each["part"] for each in found}
    assert code == int(any(each["level"] == "error" for each in found))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_finding_but_a_good_one_has_a_cure(language: str) -> None:
    source = ROOT / "cti" / "messages" / language / "doctor.yaml"
    told = yaml.safe_load(source.read_text("utf-8"))
    findings = {name: each for name, each in told.items() if isinstance(each, dict)}
    assert all(each["what"] for each in findings.values())
    lacking = [n for n, each in findings.items() if not n.endswith("_ok") and not each.get("cure")]
    assert lacking == []
