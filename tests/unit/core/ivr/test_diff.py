"""What `cti diff` says of two editions: only what callers would notice."""

import pytest

from cti import messages
from cti.core.ivr.diff import Edition, differences
from tests.unit.core.ivr.trees import HOURS, calendar_of, tree_of

TREE = """
tree: t
numbers: ["1"]
defaults: {human: people}
start: root
nodes:
  root: {menu: hello, keys: {"1": people, "3": enquiry}}
  enquiry: {menu: [hello, bye], keys: {"1": people}}
  people: {branch: [{hours: closed, of: desk, go: later}], else: served}
  later: {hangup: closed}
  served: {enqueue: desk, priority: 20, needs: {motor: 2}}
"""


def said(old: str = TREE, new: str = TREE, hours: str = HOURS, **texts: str) -> list[str]:
    before = Edition(
        trees={"t": tree_of(old)}, calendar=calendar_of(), texts={"zh": dict.fromkeys(texts, "甲")}
    )
    after = Edition(trees={"t": tree_of(new)}, calendar=calendar_of(hours), texts={"zh": texts})
    changes = differences(before, after)
    assert all(messages.text(each.code, "zh", **each.values) for each in changes)
    return [messages.text(each.code, "en", **each.values) for each in changes]


def test_the_same_is_no_difference() -> None:
    assert said() == []


def test_places_in_the_file_and_the_order_of_nodes_are_no_difference() -> None:
    head, _, nodes = TREE.partition("nodes:\n")
    moved = f"# a comment\n{head}nodes:\n" + "".join(sorted(nodes.splitlines(keepends=True)))
    assert said(new=moved) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"3": enquiry}', '"3": people}', "key 3 of root now leads to people (was enquiry)"),
        ('"1": people, "3"', '"3"', "key 1 of root is gone (led to people)"),
        ('"3": enquiry}', '"3": enquiry, "5": people}', "key 5 of root is new and leads to people"),
        ("else: served", "else: later", "else of people now leads to later (was served)"),
        ("go: later}", "go: served}", "people now leads to served when desk closed (was later)"),
        ("[hello, bye]", "bye", "enquiry now says bye (was hello, bye)"),
        ("priority: 20", "priority: 60", "priority of served is now 60 (was 20)"),
        ("{motor: 2}", "{motor: 1}", "served now needs motor: 1 (was motor: 2)"),
        (
            "{human: people}",
            "{human: served}",
            "default human of tree t is now served (was people)",
        ),
        ('["1"]', '["1", "2"]', "numbers of tree t is now 1, 2 (was 1)"),
        ("{hangup: closed}", "{transfer: '2'}", "later is now a transfer (was a hangup)"),
    ],
)
def test_a_change_is_one_sentence(old: str, new: str, sentence: str) -> None:
    assert old in TREE
    assert said(new=TREE.replace(old, new, 1)) == [sentence]


def test_a_node_with_another_name_and_the_same_content_is_renamed() -> None:
    assert said(new=TREE.replace("enquiry", "questions")) == [
        "node enquiry is now called questions"
    ]


def test_nodes_come_and_go() -> None:
    new = TREE.replace("enquiry: {menu: [hello, bye]", "other: {menu: bye").replace(
        '"3": enquiry', '"3": other'
    )
    assert said(new=new) == [
        "node enquiry (menu) is gone",
        "new node other (menu)",
        "key 3 of root now leads to other (was enquiry)",
    ]


def test_hours_are_told_by_day() -> None:
    hours = HOURS.replace("sat-sun: closed", 'sat-sun: ["09:00-12:00"]')
    assert said(hours=hours) == ["desk is now open 09:00-12:00 on sat, sun (was -)"]


def test_holidays_are_told_as_ranges() -> None:
    hours = HOURS.replace("to: 2026-10-07", "to: 2026-10-05")
    assert said(hours=hours) == ["no longer holidays: 2026-10-06 – 2026-10-07"]


def test_a_prompt_with_another_text_is_told_with_both() -> None:
    assert said(hello="乙", bye="甲") == ["prompt hello (zh) now says “乙” (was “甲”)"]
