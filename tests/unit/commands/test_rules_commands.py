"""What `cti check --paths`, `--rules`, `cti diff` and `cti graph` print and return."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.cli import main
from tests.unit.commands.test_tree_commands import edit

Said = Callable[..., tuple[int, str]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The shipped configuration and dialplan, which a test may edit, beside the shipped prompts."""
    for name in ("config", "dialplan"):
        shutil.copytree(name, tmp_path / name)
    (tmp_path / "prompts").symlink_to(Path("prompts").resolve())
    return tmp_path


@pytest.fixture
def said(site: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    def run(command: str, *arguments: str) -> tuple[int, str]:
        config = [] if command == "diff" else ["--config", str(site / "config")]
        code = main([command, *arguments, *config, "--language", "en"])
        return code, capsys.readouterr().out

    return run


def test_the_shipped_files_have_no_error_under_the_shipped_rules(said: Said) -> None:
    code, printed = said("check", "--json")
    errors = [each for each in json.loads(printed) if each["severity"] == "error"]
    assert (code, errors) == (0, [])


def test_a_pack_decides_whether_a_finding_refuses_the_files(said: Said, site: Path) -> None:
    edit(site / "dialplan/95518.yaml", "nodes:\n", "nodes:\n  lost: {enqueue: motor}\n")
    assert said("check")[0] == 0
    edit(site / "config/rules/house.yaml", "rules:\n", "rules:\n  unreachable_node: error\n")
    assert said("check")[0] == 1
    edit(site / "config/rules/house.yaml", "unreachable_node: error", "unreachable_node: off")
    assert "lost" not in said("check")[1]


def test_a_wrong_rule_is_told_with_its_place(said: Said, site: Path) -> None:
    edit(site / "config/rules/house.yaml", "rules:\n", "rules:\n  unreachable: error\n")
    code, printed = said("check")
    place = "config/rules/house.yaml:6:3: error: 'unreachable' is no rule that can be set"
    assert code == 1
    assert place in printed


def test_every_menu_has_its_way_to_a_person(said: Said) -> None:
    code, printed = said("check", "--paths", "--json")
    rows = {(row["tree"], row["node"]): row for row in json.loads(printed)["paths"]}
    assert code == 0
    root = rows["95518", "root"]
    assert root["keys"] >= 1
    assert 0 < root["knowingS"] < root["silentS"] < root["worstS"]
    assert root["worstWay"][0] == "root"


def test_people_get_the_ways_as_a_table(said: Said) -> None:
    _, printed = said("check", "--paths")
    assert "Tree 95518: seconds and keys to a person or the end" in printed
    heads = ["node", "level", "keys", "knows", "silent", "silent", "ends", "at", "worst"]
    assert heads in [line.split()[:9] for line in printed.splitlines()]


def test_rules_are_listed_as_strict_as_they_are_here(said: Said, site: Path) -> None:
    edit(site / "config/rules/house.yaml", "rules:\n", "rules:\n  no_whisper: off\n")
    code, printed = said("check", "--rules", "--json")
    rules = {row["rule"]: row for row in json.loads(printed)}
    assert code == 0
    assert rules["no_whisper"]["severity"] == "off"
    assert rules["menu_too_deep"]["bounds"] == {"levels": 3}


def test_two_dialplans_are_compared_in_words(said: Said, site: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(site / "dialplan", changed / "dialplan")
    edit(changed / "dialplan/95518.yaml", '"5": complaint', '"5": consult')
    code, printed = said("diff", str(site / "dialplan"), str(changed))
    assert code == 1
    assert "key 5 of root now leads to consult (was complaint)" in printed
    assert said("diff", str(site), str(site)) == (0, "no difference\n")


def test_machines_get_the_values_of_a_difference(said: Said, site: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(site / "dialplan", changed)
    edit(changed / "95518.yaml", '"5": complaint', '"5": consult')
    _, printed = said("diff", str(site / "dialplan"), str(changed), "--json")
    assert json.loads(printed)[0] == {
        "code": "diff.key_moved",
        "text": "key 5 of root now leads to consult (was complaint)",
        "node": "root",
        "key": "5",
        "old": "complaint",
        "new": "consult",
    }


def test_a_side_that_cannot_be_read_is_told(said: Said, site: Path, tmp_path: Path) -> None:
    assert said("diff", str(site), str(tmp_path / "nowhere"))[0] == 2
    (site / "dialplan/95518.yaml").write_text("tree: [", "utf-8")
    assert said("diff", str(site), str(site))[0] == 2


def test_one_tree_file_can_be_compared(said: Said, site: Path) -> None:
    file = str(site / "dialplan/95518.yaml")
    assert said("diff", file, file)[0] == 0


def test_a_menu_is_drawn_as_svg_and_as_mermaid(said: Said, tmp_path: Path) -> None:
    out = tmp_path / "menu.svg"
    assert said("graph", "-o", str(out)) == (0, "")
    assert "Menu 95518" in out.read_text("utf-8")
    assert said("graph", "95518", "--format", "mermaid")[1].startswith("flowchart LR\n")


def test_a_menu_is_drawn_with_what_the_tests_walked(said: Said, tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    trees = {"95518": {"entered": {"root": 3}, "taken": {"root": {"keys.1": 3}}}}
    report.write_text(json.dumps({"trees": trees}), "utf-8")
    code, printed = said("graph", "--coverage", str(report))
    assert code == 0
    assert "never walked" in printed
    report.write_text("[]", "utf-8")
    assert said("graph", "--coverage", str(report))[0] == 2


@pytest.mark.parametrize("arguments", [("nowhere",), ("--traffic", "yesterday")])
def test_a_picture_that_cannot_be_drawn_is_refused(said: Said, arguments: tuple[str, ...]) -> None:
    assert said("graph", *arguments)[0] == 2
