"""The repository itself: its commands, lock files and containers, no address of a registry."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from cti.doctor.machine import HOST

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ["help", "setup", "setup-test", "run", "demo", "stop", "call", "check", "test", "t"]
TARGETS += ["bench", "faults", "shift", "pictures", "lock"]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-prompts.txt")
NODE_LOCK = "requirements-node.txt"
# Written in halves, or this file would be its own finding.
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "npm" + "mirror.com",
    "yarn" + "pkg.com",
    "deb.deb" + "ian.org",
    "ftp.deb" + "ian.org",
    "security.deb" + "ian.org",
    "archive.ub" + "untu.com",
    "registry-1.dock" + "er.io",
    "proxy.go" + "lang.org",
)


def requirement_blocks(lock: str) -> list[str]:
    """Each requirement of a lock file with the lines of its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return [block for block in re.split(r"(?m)^(?=\S)", text) if block.strip()]


def locked_names(lock: str) -> set[str]:
    return {re.split(r"[=\[ ]", block, maxsplit=1)[0] for block in requirement_blocks(lock)}


def wanted_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in requirements}


def project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    metadata: dict[str, Any] = tomllib.loads(text)["project"]
    return metadata


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_make_help_lists_every_command() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert [line.split()[1] for line in listed.stdout.splitlines()] == TARGETS


@pytest.mark.parametrize("lock", [*LOCKS, NODE_LOCK])
def test_each_locked_requirement_has_an_exact_version_and_hashes(lock: str) -> None:
    blocks = requirement_blocks(lock)
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9.-]+==\S+ ", block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("lock", [*LOCKS, NODE_LOCK])
def test_a_lock_file_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"(?m)^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text
    )


def test_each_runtime_dependency_is_locked() -> None:
    assert wanted_names(project()["dependencies"]) <= locked_names("requirements.txt")


@pytest.mark.parametrize(
    ("extra", "lock"),
    [("dev", "requirements-dev.txt"), ("prompts", LOCKS[2]), ("node", NODE_LOCK)],
)
def test_each_extra_dependency_is_locked(extra: str, lock: str) -> None:
    assert wanted_names(project()["optional-dependencies"][extra]) <= locked_names(lock)


def test_development_has_the_same_versions_as_running() -> None:
    assert set(requirement_blocks("requirements.txt")) <= set(
        requirement_blocks("requirements-dev.txt")
    )


def test_no_tracked_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "tools").glob("*.sh")), ids=lambda path: path.name)
def test_a_shell_script_parses(path: Path) -> None:
    subprocess.run(["bash", "-n", str(path)], check=True)


def compose_services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(
        (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    )["services"]
    return services


def test_containers_publish_on_loopback_unless_told_otherwise() -> None:
    ports = [port for service in compose_services().values() for port in service.get("ports", [])]
    address = "${CTI_PUBLISH_ADDRESS:-127.0.0.1}:"
    assert ports
    assert [port for port in ports if not port.startswith(address)] == []


def test_only_sip_media_and_the_desktop_are_published() -> None:
    ports = [port for service in compose_services().values() for port in service.get("ports", [])]
    inside = {port.rsplit(":", maxsplit=1)[-1] for port in ports}
    assert inside == {"5060/udp", "20000-20199/udp", "8095"}


def test_asterisk_has_a_name_that_may_stand_in_sip() -> None:
    assert HOST.fullmatch(compose_services()["asterisk"]["hostname"])


def test_every_lasting_container_has_a_health_check() -> None:
    lasting = {
        name: service
        for name, service in compose_services().items()
        if service.get("restart") != "no"
    }
    assert [name for name, service in lasting.items() if "healthcheck" not in service] == []


def test_images_build_from_debian_alone() -> None:
    for path in (ROOT / "docker").glob("*.Dockerfile"):
        text = path.read_text(encoding="utf-8")
        stages = set(re.findall(r"(?m)^FROM \S+ AS (\S+)", text))
        sources = set(re.findall(r"(?m)^FROM (\S+)", text))
        assert [name for name in sources - stages if not name.startswith("debian:")] == []
