"""The papers say what the code says: names, settings, commands and pictures."""

import importlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from cti import messages
from cti.asterisk.ami_events import USER_EVENTS
from cti.cli import parser
from cti.config_models import FILES
from cti.core.event_wire import EVENT_TYPES
from cti.settings import PREFIX, Settings
from cti.store.samples import DEMO_NUMBERS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DECISIONS = sorted(DOCS.glob("decisions/*.md"))
CALL_PATH = (DOCS / "call-path.md").read_text("utf-8")
DIALPLAN = "".join(
    (ROOT / f"cti/asterisk/templates/{name}.conf").read_text("utf-8")
    for name in ("extensions", "survive_walk", "call_control", "outbound", "supervision")
)
HEADINGS = ["Status", "Context", "Decision", "Consequences"]
NEEDED = "*needed*"


def settings_rows() -> list[tuple[str, str, str]]:
    """Key, default and environment name of each setting, as docs/configuration.md shows them."""
    return list(_rows(Settings, ()))


def _rows(model: type[BaseModel], above: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        path, kind = (*above, name), field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _rows(kind, path)
            continue
        default = (
            NEEDED if field.is_required() else _shown(field.get_default(call_default_factory=True))
        )
        # A mapping of sections has no one value that the environment could give.
        plain = field.default_factory is None
        environment = f"`{PREFIX}{'_'.join(path).upper()}`" if plain else "–"
        yield ".".join(path), default, environment


def _shown(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return ", ".join(f"`{each}`" for each in value) or "empty"
        case "" | {} | None:
            return "empty"
    return f"`{value}`"


def table(text: str) -> list[list[str]]:
    """The cells of every row that begins with a code word."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def section(text: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def command_names() -> list[str]:
    return sorted(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr,arg-type]


def make_targets() -> list[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    return re.findall(r"(?m)^([a-z-]+):.*## ", text)


def links(text: str) -> list[str]:
    """Targets of links and pictures that lie in the repository."""
    found = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'src="([^"]+)"', text)
    return [each for each in found if "://" not in each and not each.startswith("mailto:")]


def resolved(code: str) -> object:
    """``store/redis_state.py: RedisState.commit`` as the thing itself."""
    path, _, names = code.partition(": ")
    found: object = importlib.import_module(
        "cti." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    )
    for name in names.removesuffix("()").split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_paper_leads_somewhere(paper: Path) -> None:
    missing = [
        each for each in links(paper.read_text("utf-8")) if not (paper.parent / each).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_paper_names_only_files_that_exist(paper: Path) -> None:
    named = set(re.findall(r"`((?:cti|config|dialplan|docs|tests|tools|desktop)/[\w./-]+\.\w+)`",
                           paper.read_text("utf-8")))  # fmt: skip
    real = (name for name in named if not Path(name).stem.isupper())  # scripts/NAME.py
    assert sorted(name for name in real if not (ROOT / name).exists()) == []


def test_every_function_of_the_call_path_exists() -> None:
    named = re.findall(r"`([\w/]+\.py: [\w.]+)`", CALL_PATH)
    assert len(named) > 15
    for code in named:
        assert resolved(code) is not None


def test_every_file_of_the_call_path_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.(?:py|ts|vue|conf))(?:: [\w.]+)?`", CALL_PATH))
    places = [ROOT / "cti", ROOT / "desktop" / "src", ROOT]
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_every_event_of_the_call_path_is_one_of_ours() -> None:
    stations = table(section(CALL_PATH, "Stations"))
    events = {word for row in stations for word in re.findall(r"`(\w+)`", row[2])}
    assert events
    assert sorted(events - set(EVENT_TYPES)) == []


def test_every_context_of_the_dialplan_is_explained_and_no_other() -> None:
    contexts = re.findall(r"(?m)^\[([\w-]+)\]", DIALPLAN)
    told = re.findall(r"(?m)^### `\[([\w-]+)\]`", CALL_PATH)
    assert told == [name for name in contexts if name not in ("general", "globals")]


def test_every_variable_and_user_event_of_the_dialplan_is_explained() -> None:
    sent = re.findall(r"\bUserEvent\((\w+)", DIALPLAN)
    words = {*re.findall(r"\bACD_[A-Z]+", DIALPLAN), *USER_EVENTS, *sent}
    assert sorted(word for word in words if f"`{word}`" not in CALL_PATH) == []


def test_every_event_is_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text("utf-8")
    assert [name for name in EVENT_TYPES if f"`{name}`" not in glossary] == []


def test_every_setting_is_documented_with_its_default_and_its_name_in_the_environment() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    rows = [(row[0].strip("`"), row[1], row[2]) for row in table(section(page, "Settings"))]
    assert rows == settings_rows()


def test_every_setting_is_explained() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    assert [row[0] for row in table(section(page, "Settings")) if len(row[3]) < 8] == []


def test_every_configuration_file_is_documented() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    assert [name for name in FILES if f"`config/{name}.yaml`" not in page] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_make_target_and_command_is_in_the_readme(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert [name for name in make_targets() if f"`make {name}" not in text] == []
    assert [name for name in command_names() if f"`cti {name}" not in text] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_readme_names_no_command_that_does_not_exist(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert set(re.findall(r"`make ([a-z-]+)", text)) == set(make_targets())
    assert set(re.findall(r"`cti ([a-z]+)", text)) == set(command_names())


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_readme_quotes_no_figure_of_a_benchmark(readme: Path) -> None:
    lines = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    text = readme.read_text("utf-8")
    assert [line["name"] for line in lines if f"{line['ratio']:.2f}" in text] == []


@pytest.mark.parametrize(("readme", "language"), [(READMES[0], "en"), (READMES[1], "zh")])
def test_the_readme_shows_what_make_run_prints(readme: Path, language: str) -> None:
    settings = yaml.safe_load((ROOT / "config" / "cti.yaml").read_text("utf-8"))
    sip, http = settings["sip"], settings["http"]
    card = messages.text(
        "up.card",
        language,
        url=f"http://{http['host']}:{http['port']}/",
        sign_ins="",
        number=sip["numbers"][0],
        host=sip["host"],
        port=sip["port"],
        callers=", ".join(DEMO_NUMBERS),
        logs="",
    )
    printed = [line.strip() for line in card.splitlines() if line.strip()]
    text = readme.read_text("utf-8")
    assert [line for line in printed[:-1] if line not in text] == []


def test_both_readmes_have_the_same_sections_and_pictures() -> None:
    english, chinese = (path.read_text("utf-8") for path in READMES)
    for sign in (r"(?m)^(#+) ", r"(?m)^(```\w*)$", r"\((docs/[\w/-]+\.md)\)"):
        assert re.findall(sign, english) == re.findall(sign, chinese), sign


def test_the_map_of_the_readme_is_the_call_path() -> None:
    stations = table(section(CALL_PATH, "Stations"))
    files = [re.findall(r"`([\w/]+\.py)", row[0]) for row in stations]
    listed = {name for row in files for name in row}
    for readme in READMES:
        mapped = re.findall(r"`cti/([\w/]+\.py)`", readme.read_text("utf-8"))
        assert set(mapped) <= listed | {"settings.py", "app.py"}


@pytest.mark.parametrize("paper", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_and_four_headings(paper: Path) -> None:
    text = paper.read_text("utf-8")
    number = int(paper.name[:4])
    assert re.match(rf"# {number}\. \S", text)
    assert re.search(r"\b\d{4}-\d\d-\d\d", text)
    assert re.findall(r"(?m)^## (.+)$", text) == HEADINGS


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    index = (DOCS / "development.md").read_text("utf-8")
    assert [path.name for path in DECISIONS if f"(decisions/{path.name})" not in index] == []


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    version = re.search(r'(?m)^version = "(.+)"$', project)
    assert version
    first = re.search(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert first
    assert first[1] == version[1]


def test_the_licence_is_the_one_that_the_package_names() -> None:
    assert 'text = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
    head = (ROOT / "LICENSE").read_text("utf-8")[:200]
    assert "Apache License" in head
    assert "Version 2.0" in head


def test_a_paper_names_no_path_of_one_machine() -> None:
    shown = subprocess.run(
        ["git", "grep", "-lE", r"/(work|root|home)/", "--", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stdout == ""
