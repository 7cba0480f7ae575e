"""What `cti check` and `cti call` print and return."""

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


def test_the_shipped_files_have_no_problem(said: Said) -> None:
    assert said("check") == (0, ["no problems"])


def test_a_mistake_is_told_with_place_and_cure(said: Said, site: Path) -> None:
    edit(site / "dialplan/95518.yaml", "enqueue: rescue", "enqueue: rescu")
    code, lines = said("check")
    place = "dialplan/95518.yaml:174:14: error: there is no queue 'rescu'"
    assert code == 1
    assert lines == [f"{place} — did you mean 'rescue'?", "1 errors, 0 warnings"]


def test_a_warning_alone_passes(said: Said, site: Path) -> None:
    edit(site / "dialplan/95518.yaml", "nodes:\n", "nodes:\n  lost: {enqueue: motor}\n")
    code, lines = said("check")
    assert code == 0
    assert lines[-1] == "0 errors, 1 warnings"


def test_editors_get_json(said: Said, site: Path) -> None:
    edit(site / "dialplan/hours.yaml", "mon-sun", "mon-sat")
    _, lines = said("check", "--json")
    assert json.loads(lines[0])[0] == {
        "file": "dialplan/hours.yaml",
        "line": 9,
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
    assert (code, len(lines)) == (1, 2)


def test_a_prompt_without_audio_is_an_error(said: Said, site: Path) -> None:
    (site / "prompts/en/root.alaw").unlink()
    code, lines = said("check")
    assert code == 1
    assert "prompt 'root' is missing in: en — record it, or run cti prompts render" in lines[0]


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


def typed(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    left = list(answers)

    def answer(_question: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("builtins.input", answer)


DAY = ("--at", "2026-11-23T10:00+08:00")


def test_a_walk_by_keyboard_shows_texts_and_where_it_ends(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "", "6")
    code, lines = said("call", "95518", *DAY)
    assert code == 0
    assert lines[0] == "  [welcome] Thank you for calling P I C C Property and Casualty, 95518."
    assert "  [no_input] We did not receive your choice." in lines
    assert lines[-1] == '= {"queue": "rescue", "variables": {"call_type": "rescue"}}'


def test_a_walk_speaks_values_and_can_be_kept_as_a_flow_test(
    said: Said, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = site / "dialplan/tests/kept walk.yaml"
    typed(monkeypatch, "3", "1", "#", "", "20260123#",
          "state=paid tail=0123 reported_on=soon", "0")  # fmt: skip
    _, lines = said("call", "95518", *DAY, "--save", str(kept))
    assert "  zero one two three" in [line.replace(",", "") for line in lines]
    assert "  [date] soon" in lines
    code, lines = said("test", "--only", "kept walk")
    assert (code, lines[-1][:19]) == (0, "1 passed, 0 failed;")


def test_a_walk_where_nothing_is_found_and_the_caller_hangs_up_can_be_kept(
    said: Said, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = site / "dialplan/tests/kept.yaml"
    edit(site / "dialplan/95518.yaml", "say: claim_not_found, set: {call_type: claim_progress}, next: human",
         "say: claim_not_found, set: {call_type: claim_progress}, next: root")  # fmt: skip
    typed(monkeypatch, "3", "1", "20260123", "", "h")
    _, lines = said("call", "95518", *DAY, "--save", str(kept))
    assert lines[-1] == '= {"gone": "caller"}'
    assert said("test", "--only", "kept")[0] == 0


def test_the_end_of_the_keyboard_is_a_hang_up(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch)
    _, lines = said("call", "95518", "--at", "2026-11-23T23:00")
    assert lines[-1] == '= {"gone": "caller"}'


def test_a_script_can_be_played_by_hand(
    said: Said, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(site / "dialplan/95518.yaml", "  rescue:\n    enqueue: rescue",
         "  rescue: {script: a, timeout_s: 3, next: rescue_q, failed: root}\n"
         "  rescue_q:\n    enqueue: rescue")  # fmt: skip
    kept = site / "dialplan/tests/kept.yaml"
    typed(monkeypatch, "6", "", "6", "sky=blue")
    _, lines = said("call", "95518", *DAY, "--save", str(kept))
    assert '"sky": "blue"' in lines[-1]
    assert said("test", "--only", "kept")[0] == 0


def test_a_tree_that_does_not_exist_is_told(said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "--language", "en", "95519"]) == 1
    assert capsys.readouterr().err == "there is no usable tree '95519'\n"


def test_a_walk_shows_ids_where_there_are_no_texts(
    said: Said, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "prompts/catalogue.yaml").unlink()
    typed(monkeypatch, "0")
    _, lines = said("call", "95518", *DAY)
    assert lines[0] == "  [welcome]"


def test_nobody_walks_a_tree_with_errors(
    said: Said, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(site / "dialplan/95518.yaml", "start: arrival", "start: arival")
    assert main(["call", "--config", str(site / "config"), "--language", "en", "95518"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert "'arival' is not a node" in told[0]
