"""What a flow test says when the tree does something else."""

import pytest

from cti import messages
from cti.core.ivr.flows import run_flow
from cti.core.ivr.read_flows import read_flows
from cti.core.ivr.tree import Tree
from cti.store.yaml_files import parse_yaml
from tests.unit.core.ivr.trees import tree_of

TREE = """
tree: "1"
start: hello
nodes:
  hello: {say: hello, next: main}
  main: {menu: main, keys: {"1": stock, "2": bye, "3": people}}
  stock: {lookup: stock, with: {a: 1}, into: b, timeout_s: 3, found: main, missing: main, failed: main}
  bye: {hangup: finished, say: bye}
  people: {enqueue: desk, priority: 7}
"""


def said_of(steps: str, ends: str = "{waits: true}") -> list[str]:
    text = (
        "flows:\n"
        "  - name: a\n"
        '    tree: "1"\n'
        "    at: 2026-11-23T10:00+08:00\n"
        '    from: "2"\n'
        f"    steps: [{steps}]\n"
        f"    ends: {ends}\n"
    )
    data, _ = parse_yaml(text, "f.yaml")
    assert data is not None
    flows, problems = read_flows(data)
    assert problems == []
    found = run_flow(tree(), flows[0]).difference
    return [messages.what(found.problem, "en")] if found else []


def tree() -> Tree:
    return tree_of(TREE)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("hear: [hello]", 'should hear ["hello"], heard ["hello", "main"]'),
        ("hear: [hello, main, bye]", 'should hear ["hello", "main", "bye"], heard ["hello", "main"]'),
        ("press: 1", 'should hear [], heard ["hello", "main"]'),
        (
            "hear: [hello, main], look_up: {stock: {a: 1}}",
            'should ask {"look_up": {"stock": {"a": 1}}}, but {"waits": true}',
        ),
        (
            "hear: [hello, main], press: 1, look_up: {stock: {a: 2}}",
            'should ask {"look_up": {"stock": {"a": 2}}}, but {"look_up": {"stock": {"a": 1}}}',
        ),
        (
            "hear: [hello, main], press: 2, hear: bye, press: 1",
            'the visit has ended before this step: {"hangup": "finished"}',
        ),
        (
            "hear: [hello, main], press: 3",
            'should end at {"waits": true}, ended at {"queue": "desk", "priority": 7}',
        ),
    ],
)  # fmt: skip
def test_a_flow_that_goes_another_way_says_where(steps: str, said: str) -> None:
    items = ", ".join(f"{{{step}}}" for step in _split(steps))
    assert said_of(items) == [said]


def test_what_was_not_listed_as_heard_at_the_end_is_a_difference() -> None:
    steps = "{hear: [hello, main]}, {press: 2}"
    assert said_of(steps, "{hangup: finished}") == ['should hear [], heard ["bye"]']


def _split(steps: str) -> list[str]:
    parts: list[str] = []
    for part in (
        steps.replace(", hear:", "\nhear:")
        .replace(", press:", "\npress:")
        .replace(", look_up:", "\nlook_up:")
        .split("\n")
    ):
        parts.append(part)
    return parts


def test_what_follows_may_be_left_open() -> None:
    assert said_of("{hear: [hello, ...]}") == []
    assert said_of("{hear: [hello, main, ...]}") == []
    assert said_of("{hear: ...}") == []
    assert said_of("{hear: [main, ...]}") == [
        'should hear ["main", "..."], heard ["hello", "main"]'
    ]


def test_silence_can_be_repeated_and_only_the_last_prompts_are_looked_at() -> None:
    last = "{hear: [no_input, main]}"
    assert said_of("{hear: [hello, main]}, {silence: 2}, " + last) == []
    assert said_of("{hear: [hello, main]}, {silence: 4}") == [
        'the visit has ended before this step: {"fault": "return_outside_subtree", "node": "human"}'
    ]
