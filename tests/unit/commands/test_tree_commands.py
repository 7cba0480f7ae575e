"""What `cti check` prints and returns."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.cli import main

Said = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the shipped configuration and dialplan, beside the shipped prompts."""
    for name in ("config", "dialplan"):
        shutil.copytree(name, tmp_path / name)
    shutil.copytree("prompts", tmp_path / "prompts", copy_function=_link_sound)
    return tmp_path


def _link_sound(source: str, target: str) -> None:
    """Sounds are only looked at, so a link will do; a text may be edited by a test."""
    if source.endswith(".alaw"):
        Path(target).symlink_to(Path(source).resolve())
    else:
        shutil.copy(source, target)


@pytest.fixture
def said(site: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: str) -> tuple[int, list[str]]:
        command, *rest = arguments
        code = main([command, "--config", str(site / "config"), "--language", "en", *rest])
        return code, capsys.readouterr().out.splitlines()

    return run


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def line_of(path: Path, words: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def errors(lines: list[str]) -> list[str]:
    """What refuses the files: a calendar that ends soon is a warning of the season."""
    return [line for line in lines if ": error: " in line]


def test_the_shipped_files_have_nothing_but_the_calendars_end(said: Said) -> None:
    code, lines = said("check")
    assert code == 0
    assert [line for line in lines[:-1] if not line.startswith("dialplan/hours.yaml:")] == []


def test_a_mistake_is_told_with_place_and_cure(said: Said, site: Path) -> None:
    edit(site / "dialplan/95518.yaml", "enqueue: rescue", "enqueue: rescu")
    code, lines = said("check")
    line = line_of(site / "dialplan/95518.yaml", "enqueue: rescu")
    place = f"dialplan/95518.yaml:{line}:14: error: there is no queue 'rescu'"
    assert code == 1
    assert errors(lines) == [f"{place} — did you mean 'rescue'?"]


def test_a_warning_alone_passes(said: Said, site: Path) -> None:
    edit(site / "dialplan/95518.yaml", "nodes:\n", "nodes:\n  lost: {enqueue: motor}\n")
    code, lines = said("check")
    assert code == 0
    assert any(line.endswith("— lead there from another node, or delete it") for line in lines)


def test_editors_get_json(said: Said, site: Path) -> None:
    edit(site / "dialplan/hours.yaml", "mon-sun", "mon-sat")
    _, lines = said("check", "--json")
    found = [each for each in json.loads(lines[0]) if each["severity"] == "error"]
    assert found[0] == {
        "file": "dialplan/hours.yaml",
        "line": line_of(site / "dialplan/hours.yaml", "mon-sat"),
        "column": 5,
        "severity": "error",
        "code": "check.hours_hole",
        "what": "'consult' does not say: sun",
        "cure": "add them; write closed for a day off",
    }


def test_problems_of_configuration_and_trees_are_told_together(said: Said, site: Path) -> None:
    edit(site / "config/cti.yaml", "node:", "nod:")
    edit(site / "dialplan/95518.yaml", "start: arrival", "start: arival")
    _, lines = said("check")
    assert any(line.startswith("config/cti.yaml:") for line in lines)
    assert any("'arival' is not a node" in line for line in lines)


def test_paths_narrow_what_is_told(said: Said, site: Path) -> None:
    edit(site / "config/cti.yaml", "node:", "nod:")
    edit(site / "dialplan/95518.yaml", "start: arrival", "start: arival")
    code, lines = said("check", str(site / "dialplan" / "95518.yaml"))
    assert code == 1
    assert len(lines) == 2


def test_a_folder_of_trees_from_elsewhere_can_be_checked(
    said: Said, site: Path, tmp_path: Path
) -> None:
    shutil.copytree(site / "dialplan", tmp_path / "draft" / "dialplan")
    edit(tmp_path / "draft/dialplan/95518.yaml", "enqueue: rescue", "enqueue: rescu")
    code, lines = said("check", str(tmp_path / "draft" / "dialplan"))
    assert (code, len(errors(lines))) == (1, 1)


def test_a_prompt_without_audio_is_an_error(said: Said, site: Path) -> None:
    (site / "prompts/en/root.alaw").unlink()
    code, lines = said("check")
    assert code == 1
    assert (
        "prompt 'root' is missing in: en — record it, or run cti prompts render" in errors(lines)[0]
    )


def test_a_broken_catalogue_is_a_problem_of_its_file(said: Said, site: Path) -> None:
    (site / "prompts/catalogue.yaml").write_text("prompts: 7\n", "utf-8")
    code, lines = said("check", str(site / "prompts"))
    assert code == 1
    assert lines[0].startswith("prompts/catalogue.yaml:1:1: error: the catalogue of prompts")


def test_hours_that_cannot_be_read_do_not_hide_the_trees(said: Said, site: Path) -> None:
    (site / "dialplan/hours.yaml").write_text("- 1\n", "utf-8")
    (site / "dialplan/95518.yaml").write_text("tree: [\n", "utf-8")
    _, lines = said("check")
    assert [line.split(":")[0] for line in lines[:2]] == [
        "dialplan/95518.yaml",
        "dialplan/hours.yaml",
    ]
