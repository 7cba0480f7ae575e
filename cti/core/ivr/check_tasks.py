"""Rules for the tree to which agents send their callers: what they may name, and that callers come back."""

from __future__ import annotations

from collections.abc import Iterator

from cti.core.ivr.conditions import AllOf, AnyOf, Compared, Condition, Not
from cti.core.ivr.entries import FROM_AGENT
from cti.core.ivr.parse import Draft
from cti.core.ivr.reading import Problems, complain, complain_unknown
from cti.core.ivr.tree import Branch, Callback, Enqueue, Hangup, Transfer, Tree, type_key

TASK = "task"
LEAVING = (Enqueue, Transfer, Hangup, Callback)
"""Node types after which the caller would not come back to his agent."""


def check_tasks(draft: Draft, problems: Problems) -> None:
    """Only that tree has tasks, and it has some."""
    tree = draft.tree
    if tree.entry == FROM_AGENT and "tasks" not in draft.marks:
        complain(problems, draft.mark, "missing_key", key="tasks")
    elif tree.entry != FROM_AGENT and "tasks" in draft.marks:
        complain(problems, draft.marks["tasks"], "tasks_elsewhere")


def check_from_agent(tree: Tree, problems: Problems) -> None:
    """In the linked tree every task is told apart, and every way leads back."""
    if tree.entry != FROM_AGENT:
        return
    for node in tree.nodes.values():
        if isinstance(node, LEAVING):
            complain(problems, node.mark, "must_return", name=node.id, kind=type_key(node))
    asked = {value for node in tree.nodes.values() for value in _tasks_of(node)}
    mark = tree.nodes[tree.start].mark
    for name in sorted(set(tree.tasks) - asked if len(tree.tasks) > 1 else ()):
        complain(problems, mark, "task_unused", name=name)
    for name in sorted(asked - set(tree.tasks)):
        complain_unknown(problems, mark, "unknown_task", name, tree.tasks)


def _tasks_of(node: object) -> Iterator[str]:
    if isinstance(node, Branch):
        for case in node.branch:
            yield from _compared(case.when)


def _compared(condition: Condition) -> Iterator[str]:
    match condition:
        case Compared(variable, _, value) if variable == TASK:
            yield from (map(str, value) if isinstance(value, tuple) else (str(value),))
        case AllOf() | AnyOf():
            for each in condition.conditions:
                yield from _compared(each)
        case Not():
            yield from _compared(condition.condition)
