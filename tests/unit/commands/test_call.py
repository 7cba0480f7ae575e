"""What `cti call` shows, asks and keeps."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.cli import main
from tests.unit.commands.small_site import edit

Called = Callable[..., tuple[int, list[str]]]
DAY = ("--at", "2026-11-23T10:00+08:00")
CATALOGUE = """\
prompts:
  hello: {zh: 您好, en: Good day}
  main: {zh: 请选择, en: Please choose}
  it_is: {zh: 是, en: There are}
"""
MODES = "modes: {disaster: {label: {zh: 大灾, en: Disaster}, longest_h: 72}}\n"
ASKING = """\
tree: "2"
entry: after_call
defaults: {human: later}
start: rate
nodes:
  rate: {menu: main, keys: {"1": good, "2": letter}}
  good: {survey: service, answers: {score: 1}, next: message}
  message: {voicemail: desk, next: text, silent: rate, failed: rate}
  text: {sms: bill, with: {to: $queue}, next: later, failed: rate}
  later: {callback: desk, next: letter, failed: rate}
  letter: {script: letter, timeout_s: 3, next: end, failed: rate}
  end:
    branch: [{mode: disaster, go: return}, {caller: vip, go: bye}]
    else: rate
  bye: {hangup: thanked}
"""


@pytest.fixture
def called(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Called:
    (shop / "prompts/catalogue.yaml").write_text(CATALOGUE, "utf-8")
    (shop / "prompts/lexicon.yaml").write_text("zh: {}\n", "utf-8")
    (shop / "dialplan/2.yaml").write_text(ASKING, "utf-8")
    hours = (shop / "dialplan/hours.yaml").read_text("utf-8")
    (shop / "dialplan/hours.yaml").write_text(hours + MODES, "utf-8")

    def run(*arguments: str, typed: tuple[str, ...] = ()) -> tuple[int, list[str]]:
        left = list(typed)

        def answer(question: str) -> str:
            sys.stdout.write(f"{question}\n")
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", answer)
        code = main(["call", "--config", str(shop / "config"), "--language", "en", *arguments])
        return code, capsys.readouterr().out.splitlines()

    return run


def passes(shop: Path, name: str) -> bool:
    return main(["test", "--config", str(shop / "config"), "--only", name]) == 0


def test_a_walk_shows_texts_keys_waits_and_where_it_ends(called: Called) -> None:
    code, lines = called("1", *DAY, typed=("", "", "1"))
    assert code == 0
    assert lines[:4] == [
        "  [hello] Good day",
        "  [main] Please choose",
        "  (waits 5 s; 1 people, 2 stock, 9 repeat)",
        "keys (empty = silence, h = hang up, m = moved away)> ",
    ]
    assert "  (waits 5 s; 1 people, 2 stock, 9 repeat; 1 more attempts)" in lines
    assert lines[-1] == '= {"queue": "desk", "variables": {"asked": true}}'


def test_a_value_is_shown_as_it_is_spoken(called: Called) -> None:
    _, lines = called("1", *DAY, typed=("2", "count=12", "h"))
    assert "  [number 12] twelve" in lines
    assert lines[-1] == '= {"gone": "caller"}'


def test_what_nobody_understands_is_asked_again(called: Called) -> None:
    _, lines = called("1", *DAY, typed=("x", "2", "count", '"', "+", "h"))
    assert sum(line.startswith("keys") for line in lines) == 3
    assert sum(line.startswith("answer") for line in lines) == 3


def test_every_question_of_a_tree_can_be_answered_and_the_walk_is_kept(
    called: Called, shop: Path
) -> None:
    kept = shop / "dialplan/tests/kept.yaml"
    steps = ("1", "-", "1", "", "!", "1", "", "", "", "word='two words'")
    code, lines = called(
        *("2", *DAY, "--mode", "disaster", "--caller", "vip", "--knows", "queue=desk"),
        *("--save", str(kept), "--name", "all questions"),
        typed=steps,
    )
    assert code == 0
    assert '  survey written down: {"service": {"score": 1}}' in lines
    assert lines[-2:] == ['= {"returns": true}', f"kept as flow test 'all questions' in {kept}"]
    text = kept.read_text("utf-8")
    assert "    modes: [disaster]\n    knows: {queue: desk}\n" in text
    assert "      - survey: {service: {score: 1}}\n" in text
    assert passes(shop, "all questions")


def test_a_mode_and_a_class_are_asked_about_by_the_tree(called: Called) -> None:
    typed = ("2", "")
    assert called("2", *DAY, "--mode", "disaster", typed=typed)[1][-1] == '= {"returns": true}'
    assert called("2", *DAY, "--caller", "vip", typed=typed)[1][-1] == '= {"hangup": "thanked"}'


def test_a_walk_is_added_to_a_file_under_a_name_of_its_own(called: Called, shop: Path) -> None:
    kept = shop / "dialplan/tests/shop.yaml"
    before = kept.read_text("utf-8")
    for name in ("1 1", "1 1 (2)"):
        _, lines = called("1", *DAY, "--save", str(kept), typed=("1",))
        assert lines[-1] == f"kept as flow test '{name}' in {kept}"
    assert kept.read_text("utf-8").startswith(before)
    assert passes(shop, "1 1")


def test_a_file_that_is_no_list_of_flows_is_refused(
    called: Called, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = called("1", "--save", str(shop / "dialplan/1.yaml"), typed=("1",))
    assert code == 1


def test_the_end_of_the_keyboard_is_a_hang_up(called: Called) -> None:
    assert called("1")[1][-1] == '= {"gone": "caller"}'


def test_ids_are_shown_where_there_are_no_texts(called: Called, shop: Path) -> None:
    (shop / "prompts/catalogue.yaml").unlink()
    assert called("1", typed=("1",))[1][0] == "  [hello]"


def test_a_tree_that_does_not_exist_is_told(
    called: Called, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called("3")[0] == 1


def test_nobody_walks_a_tree_with_errors(called: Called, shop: Path) -> None:
    edit(shop / "dialplan/1.yaml", "start: hello", "start: helo")
    assert called("1") == (1, [])


def test_a_variable_has_a_name_and_a_value(called: Called) -> None:
    with pytest.raises(SystemExit):
        called("1", "--knows", "queue")
