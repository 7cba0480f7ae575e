"""What `cti test` prints, writes and returns."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cti.cli import main
from tests.unit.commands.small_site import TREE, edit

Ran = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def ran(shop: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    def run(*arguments: str) -> tuple[int, list[str], list[str]]:
        code = main(["test", "--config", str(shop / "config"), "--language", "en", *arguments])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    return run


def test_flows_that_pass_show_what_they_cover_and_what_nobody_walked(ran: Ran) -> None:
    code, lines, _ = ran()
    assert code == 0
    assert lines == [
        "tree 1: nodes 100 % (5/5), written ways 75 % (6/8), all ways 63.6 % (7/11)",
        "  dialplan/1.yaml:13:85: no flow leaves stock by missing → main",
        "  dialplan/1.yaml:13:99: no flow leaves stock by failed → main",
        "  dialplan/1.yaml:7:3: no flow leaves main by defaults.9 (unwritten)",
        "  dialplan/1.yaml:7:3: no flow leaves main by no_match (unwritten)",
        "2 passed, 0 failed; nodes 100 % (5/5), written ways 75 % (6/8), all ways 63.6 % (7/11)",
    ]


def test_a_difference_is_shown_side_by_side_with_step_place_and_node(ran: Ran, shop: Path) -> None:
    edit(
        shop / "dialplan/1.yaml",
        "next: main}\n  main",
        "next: more}\n  more: {say: more, next: main}\n  main",
    )
    code, lines, _ = ran("--only", "people")
    assert code == 1
    assert lines[0] == "✗ one leads to people  (dialplan/tests/shop.yaml:3:5)"
    assert lines[1] == (
        "  step 1 dialplan/tests/shop.yaml:8:15, at node main (dialplan/1.yaml:8:3)"
    )
    assert [line.split() for line in lines[2:6]] == [
        ["wanted", "|", "got"],
        ["[hello]", "|", "[hello]"],
        ["+", "|", "[more]"],
        ["[main]", "|", "[main]"],
    ]


def test_another_end_is_shown_key_by_key(ran: Ran, shop: Path) -> None:
    edit(shop / "dialplan/1.yaml", "enqueue: desk", "enqueue: shop")
    _, lines, _ = ran("--only", "people")
    assert lines[1].startswith("  step 4 dialplan/tests/shop.yaml:12:11, at node people")
    assert lines[3].split() == ["~", "queue:", '"desk"', "|", "queue:", '"shop"']


def test_the_report_for_machines_holds_per_cent_failures_and_places(ran: Ran, shop: Path) -> None:
    edit(shop / "dialplan/1.yaml", "enqueue: desk", "enqueue: shop")
    code, lines, _ = ran("--json")
    told = json.loads(lines[0])
    assert code == 1
    assert (told["passed"], told["failed"]) == (0, 2)
    assert told["coverage"] == {"nodes": 100.0, "edges": 75.0, "branches": 63.6}
    assert told["trees"]["1"]["untaken"][2] == {
        "node": "stock", "way": "missing", "written": True,
        "file": "dialplan/1.yaml", "line": 13, "column": 85,
    }  # fmt: skip
    first = told["failures"][0]
    assert first["got"] == {"queue": "shop", "variables": {"asked": True}}
    assert (first["file"], first["line"], first["step"], first["kind"], first["node"]) == (
        "dialplan/tests/shop.yaml", 12, 4, "end", "people",
    )  # fmt: skip


def test_too_few_written_ways_have_an_exit_code_of_their_own(ran: Ran) -> None:
    assert ran("--fail-under-edges", "75")[0] == 0
    assert ran("--fail-under-edges", "75.1")[0] == 3


def test_how_often_each_way_was_walked_can_be_kept(ran: Ran, tmp_path: Path) -> None:
    ran("--coverage-out", str(tmp_path / "walks.json"))
    walks = json.loads((tmp_path / "walks.json").read_text("utf-8"))
    assert walks["flows"] == 2
    assert walks["trees"]["1"]["entered"]["main"] == 2
    assert walks["trees"]["1"]["taken"]["main"] == {
        "keys.1": 1, "keys.2": 1, "no_input": 1, "on_failure": 1,
    }  # fmt: skip


def test_a_tree_can_be_tested_alone(ran: Ran, shop: Path) -> None:
    other = TREE.replace('"1"\nnumbers: ["1"]', '"2"\nnumbers: ["2"]')
    (shop / "dialplan/2.yaml").write_text(other, "utf-8")
    assert [line.split(":")[0] for line in ran("--tree", "2")[1] if "tree" in line] == ["tree 2"]
    code, _, told = ran("--tree", "3")
    assert (code, told) == (2, ["there is no usable tree '3'"])


def test_several_processes_say_the_same_as_one(ran: Ran) -> None:
    assert ran("--jobs", "2") == ran("--jobs", "1")


def test_files_with_errors_are_told_of_and_nothing_is_run(ran: Ran, shop: Path) -> None:
    (shop / "dialplan/hours.yaml").write_text("", "utf-8")
    edit(shop / "dialplan/tests/shop.yaml", "hear: bye", "here: bye")
    code, lines, told = ran()
    assert (code, lines) == (2, [])
    assert [line.split(": ")[0] for line in told] == [
        "dialplan/hours.yaml:1:1",
        "dialplan/tests/shop.yaml:11:9",
    ]


def test_a_flow_of_a_tree_that_does_not_exist_has_failed(ran: Ran, shop: Path) -> None:
    edit(shop / "dialplan/tests/shop.yaml", 'tree: "1"', 'tree: "11"')
    code, lines, _ = ran()
    assert code == 1
    assert "there is no tree '11' — did you mean '1'?" in lines[1]


def test_flows_are_found_where_the_configuration_is_broken(ran: Ran, shop: Path) -> None:
    edit(shop / "config/cti.yaml", "node:", "nod:")
    assert ran()[0] == 0


def test_update_rewrites_only_the_words_that_changed(ran: Ran, shop: Path) -> None:
    flows = shop / "dialplan/tests/shop.yaml"
    before = flows.read_text("utf-8")
    edit(
        shop / "dialplan/1.yaml",
        "next: main}\n  main",
        "next: more}\n  more: {say: more, next: main}\n  main",
    )
    edit(shop / "dialplan/1.yaml", "enqueue: desk", "enqueue: shop")
    code, _, diff = ran("--update")
    assert code == 0
    wanted = before.replace("- hear: [hello, main]", "- hear: [hello, more, main]")
    assert flows.read_text("utf-8") == wanted.replace("queue: desk", "queue: shop")
    assert "+      - hear: [hello, more, main]" in diff


def test_update_adds_and_drops_what_is_heard_keeping_comments(ran: Ran, shop: Path) -> None:
    flows = shop / "dialplan/tests/shop.yaml"
    edit(shop / "dialplan/1.yaml", ", say: bye}", "}")
    edit(flows, "      - hear: [hello, main]\n", "")
    code, lines, diff = ran("--update")
    assert code == 0, (lines, diff)
    text = flows.read_text("utf-8")
    steps = "      # the first key\n      - hear: [hello, main]\n      - press: 1\n    ends: {queue"
    assert steps in text
    assert "{silence: 3}, {hear: no_input}]" in text


def test_update_leaves_a_flow_that_needs_other_keys(ran: Ran, shop: Path) -> None:
    flows = shop / "dialplan/tests/shop.yaml"
    before = flows.read_text("utf-8")
    edit(shop / "dialplan/1.yaml", "say: hello, next: main", "say: hello, next: people")
    code, _, told = ran("--update")
    assert code == 1
    assert flows.read_text("utf-8") == before
    assert sum("rewrite it by hand" in line for line in told) == 2


def test_update_touches_nothing_where_a_file_is_wrong(ran: Ran, shop: Path) -> None:
    flows = shop / "dialplan/tests/shop.yaml"
    edit(shop / "dialplan/1.yaml", "enqueue: desk", "enqueue: shop")
    edit(flows, "    from:", "    form:")
    before = flows.read_text("utf-8")
    assert ran("--update")[0] == 2
    assert flows.read_text("utf-8") == before


def test_mistakes_that_no_flow_would_notice_are_listed(ran: Ran) -> None:
    code, lines, _ = ran("--mutate")
    assert code == 0
    assert (
        "dialplan/1.yaml:13:85: no flow notices that stock has missing: main lead to hello" in lines
    )
    told = json.loads(ran("--mutate", "--json")[1][0])["mutation"]
    assert told["noticed"] > len(told["unnoticed"]) > 0
    assert 0 < told["score"] < 100


def test_two_flows_of_one_name_are_warned_of_by_check(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(shop / "dialplan/tests/shop.yaml", "two tells the stock", "one leads to people")
    main(["check", "--config", str(shop / "config"), "--language", "en", str(shop / "dialplan")])
    said = "another flow is called 'one leads to people' too (dialplan/tests/shop.yaml:3:5)"
    assert f"dialplan/tests/shop.yaml:13:5: warning: {said}" in capsys.readouterr().out
