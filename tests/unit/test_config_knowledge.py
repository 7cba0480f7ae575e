"""config/knowledge.yaml: what is wrong with it is told with its place."""

import shutil
from pathlib import Path

import pytest

from cti.checking import all_problems
from cti.config_files import load_configuration
from cti.core.problems import Severity

ROOT = Path(__file__).parents[2]
HEAD = "articles:\n"


def article(name: str = "a", when: str = "{queues: [motor]}") -> str:
    title = f"  - id: {name}\n    title: {{zh: 标题}}\n"
    return f"{title}    when: {when}\n    text: {{zh: 内容}}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for folder in ("config", "dialplan", "prompts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def found(site: Path, text: str) -> list[tuple[int, str]]:
    (site / "config" / "knowledge.yaml").write_text(text, "utf-8")
    _, problems = load_configuration(site / "config")
    assert all(one.mark.file == "config/knowledge.yaml" for one in problems)
    return [(one.mark.line, one.code) for one in problems]


def test_an_article_needs_only_an_id_a_chinese_title_and_a_chinese_text(site: Path) -> None:
    assert found(site, HEAD + article(when="{}")) == []


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (article() + article(), 6, "config.twice"),
        (article(when="{queues: [motor, mtor]}"), 4, "config.unknown_name"),
        (article(when="{reasons: [report_single, reprt]}"), 4, "config.unknown_name"),
        (article(when="{queue: [motor]}"), 4, "config.unknown_key"),
        (article("No Such Id"), 2, "config.bad_value"),
        ("  - id: a\n    title: {en: Title}\n    text: {zh: x}\n", 3, "config.missing"),
        ("  - id: a\n    title: {zh: 标题}\n", 2, "config.missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(site: Path, text: str, line: int, code: str) -> None:
    assert found(site, HEAD + text) == [(line, code)]


@pytest.mark.parametrize(
    ("when", "warned"),
    [
        ("{menu: [motor_major, 1/2], modes: [disaster]}", []),
        ("{menu: [motor_mjor]}", ["motor_mjor"]),
        ("{modes: [holiday]}", ["holiday"]),
    ],
)
def test_what_no_call_brings_is_a_warning(site: Path, when: str, warned: list[str]) -> None:
    (site / "config" / "knowledge.yaml").write_text(HEAD + article(when=when), "utf-8")
    problems = [
        one for one in all_problems(site / "config") if one.code == "config.knowledge_unmet"
    ]
    assert [one.values["name"] for one in problems] == warned
    assert all(one.severity is Severity.WARNING and one.mark.line == 4 for one in problems)
