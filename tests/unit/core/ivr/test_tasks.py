"""The tree to which agents send their callers: its tasks, its check, and what it hands back."""

from datetime import UTC, datetime

import pytest

from cti.core.ivr.conditions import Value
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.parse import parse_tree
from cti.core.ivr.session import Facts, Pressed, Returned
from cti.store.yaml_files import parse_yaml
from tests.unit.core.ivr.test_check import codes, site
from tests.unit.core.ivr.trees import calendar_of, site_of

TREE = """
tree: checks
entry: from_agent
tasks:
  number: {zh: 号码, en: Number}
  other: {zh: 其他, en: Other}
defaults: {human: return}
start: which
nodes:
  which: {branch: [{var: task, is: number, go: ask}, {var: task, one_of: [other], go: ask}], else: return}
  ask: {collect: ask, into: number, digits: 3, next: keep, on_failure: return}
  keep: {set: {kept: true}, next: return}
"""


def found(text: str) -> list[str]:
    data, _ = parse_yaml(text, "1.yaml")
    assert data is not None
    problems = [*parse_tree(data, calendar_of())[1], *site_of(text)[1]]
    return [code.rpartition(" ")[2] for code in codes(problems)]


def test_agents_find_its_tasks_with_their_labels() -> None:
    tree = site(TREE).tree_at("from_agent")
    assert tree is not None
    assert tree.tasks == {
        "number": {"zh": "号码", "en": "Number"},
        "other": {"zh": "其他", "en": "Other"},
    }


def test_what_it_set_goes_back_to_the_agent_and_nothing_that_the_call_brought() -> None:
    tree = site(TREE).tree_at("from_agent")
    assert tree is not None
    now = datetime(2026, 11, 23, tzinfo=UTC)
    brought: dict[str, Value] = {
        "task": "number",
        "queue": "desk",
        "agent_id": "1001",
        "waited_s": 3,
    }
    facts = Facts(caller_number="1", dialed_number="2", now=now, variables=brought)
    turn = advance(tree, start(tree, facts).session, Pressed("123"), now)
    assert turn.ask == Returned({"number": "123", "kept": True})


def test_nothing_sensitive_goes_back() -> None:
    tree = site(TREE.replace("digits: 3", "digits: 3, sensitive: true")).tree_at("from_agent")
    assert tree is not None
    now = datetime(2026, 11, 23, tzinfo=UTC)
    facts = Facts(caller_number="1", dialed_number="2", now=now, variables={"task": "number"})
    turn = advance(tree, start(tree, facts).session, Pressed("123"), now)
    assert turn.ask == Returned({"kept": True})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("is: number", "is: numbr", "check.unknown_task_near"),
        ("one_of: [other]", "one_of: [number]", "check.task_unused"),
        ("keep: {set: {kept: true}, next: return}", "keep: {enqueue: desk}", "check.must_return"),
        ("keep: {set: {kept: true}, next: return}", "keep: {hangup: x}", "check.must_return"),
        ("entry: from_agent", "entry: after_call", "check.tasks_elsewhere"),
        (", en: Other", "", "check.missing_key"),
        ("{zh: 其他, en: Other}", "{zh: 其他, en: Other, fr: x}", "check.unknown_key"),
        ("  other: {", "  O!: {", "check.not_name"),
    ],
)
def test_a_tree_from_which_somebody_would_not_come_back_is_refused(
    old: str, new: str, code: str
) -> None:
    assert TREE.count(old) == 1
    assert code in found(TREE.replace(old, new))


def test_such_a_tree_without_tasks_is_refused() -> None:
    before, _, rest = TREE.partition("tasks:\n")
    after = rest.partition("defaults:")[2]
    assert "check.missing_key" in found(f"{before}defaults:{after}")
