"""The architecture as a test: who may import whom, and which package has one door only."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path.relative_to(ROOT) for path in (ROOT / "cti").rglob("*.py"))
DOORS = {
    "panoramisk": ("cti/asterisk/ami_link.py",),
    "asterisk": ("cti/asterisk/script.py",),
    "argon2": ("cti/store/sql_accounts.py", "cti/staff_pins.py"),
    "uvloop": ("cti/commands/serve.py",),
    "redis": (
        "cti/store",
        "cti/run_parts.py",
        "cti/measuring.py",
        "cti/outward.py",
        "cti/web_side.py",
        "cti/data_source.py",
        "cti/dialplans.py",
        "cti/doctor",
    ),
    "sqlalchemy": (
        "cti/store",
        "cti/run_parts.py",
        "cti/cross_checks.py",
        "cti/measuring.py",
        "cti/outward.py",
        "cti/phone_side.py",
        "cti/recording_side.py",
        "cti/reporting.py",
        "cti/web_side.py",
        "cti/data_source.py",
        "cti/dialplans.py",
        "cti/doctor",
        "cti/messaging.py",
    ),
    "alembic": ("cti/store",),
    "aiohttp": (
        "cti/web",
        "cti/sms",
        "cti/insurer",
        "cti/hooks",
        "cti/site_programs.py",
        "cti/simulation",
    ),
    "aiosmpplib": ("cti/sms",),
    "aiosmtplib": ("cti/reports/mail.py",),
    "xlsxwriter": ("cti/reports/workbook.py",),
    "prometheus_client": ("cti/web/health.py",),
    "pjsua2": ("cti/simulation",),
}
"""Package → the files and folders that may import it."""
CLOCKS_AND_DICE = {"now", "today", "utcnow", "time", "monotonic", "random", "uuid4", "token_hex"}
DOORS_TO_THE_WORLD = {"open", "print", "input", "exec", "eval"}


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """The import contracts of pyproject.toml, on the package in ``folder``."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports from."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def called(path: Path) -> Iterator[str]:
    """The last names of all that a file calls."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the package and its contracts, to be broken at will."""
    ignored = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(ROOT / "cti", tmp_path / "cti", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_are_kept() -> None:
    outcome = linted(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("core/acd/router.py", "import time"),
        ("core/ivr/interpreter.py", "import cti.settings"),
        ("services/dispatcher.py", "import cti.store.redis_state"),
        ("web/hub.py", "import cti.asterisk.ami"),
    ],
)
def test_an_import_against_the_contracts_is_found(copied: Path, path: str, line: str) -> None:
    target = copied / "cti" / path
    target.write_text(f"{target.read_text('utf-8')}\n{line}\n", "utf-8")
    assert "BROKEN" in linted(copied).stdout


@pytest.mark.parametrize("package", DOORS)
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    users = [
        path.as_posix()
        for path in SOURCES
        if package in {name.partition(".")[0] for name in imported(path)}
    ]
    assert users
    assert [path for path in users if not path.startswith(DOORS[package])] == []


SHOWN = {"doctor": ("cti/health_side.py",), "simulation": ()}
"""What shows a tool's findings on a page."""


@pytest.mark.parametrize("tool", SHOWN)
def test_only_commands_know_the_tools_beside_the_service(tool: str) -> None:
    allowed = (f"cti/{tool}", "cti/commands", *SHOWN[tool])
    users = {
        path.as_posix()
        for path in SOURCES
        if any(name.startswith(f"cti.{tool}") for name in imported(path))
    }
    assert [path for path in sorted(users) if not path.startswith(allowed)] == []


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = [
        path.as_posix() for path in SOURCES if "os.environ" in (ROOT / path).read_text("utf-8")
    ]
    assert readers == ["cti/settings.py"]


def test_the_core_asks_no_clock_rolls_no_dice_and_opens_nothing() -> None:
    core = [path for path in SOURCES if path.is_relative_to("cti/core")]
    found = {path: forbidden_calls(path) for path in core}
    assert {path: calls for path, calls in found.items() if calls} == {}


def forbidden_calls(path: Path) -> set[str]:
    """Clocks, dice and doors that a file of the core calls; what-if rolls the dice it is given."""
    given = {"random"} if path.is_relative_to("cti/core/whatif") else set()
    return (CLOCKS_AND_DICE | DOORS_TO_THE_WORLD) & set(called(path)) - given


def test_the_core_never_waits() -> None:
    core = [path for path in SOURCES if path.is_relative_to("cti/core")]
    waits = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
    found = [path for path in core if any(isinstance(n, waits) for n in ast.walk(tree_of(path)))]
    assert found == []
