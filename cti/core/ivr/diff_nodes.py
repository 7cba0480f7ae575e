"""Differences of nodes: where keys and conditions lead, what is said, how urgent, what is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cti.core.ivr.diff_words import Change, change, condition_words, shown
from cti.core.ivr.parts import Case, Reads
from cti.core.ivr.shapes import Shape, shapes_of
from cti.core.ivr.tree import Branch, Node, type_key
from cti.core.problems import Mark

Renamed = Mapping[str, str]
_NOWHERE = Mark("")


def renamed_nodes(before: Mapping[str, Node], after: Mapping[str, Node]) -> Renamed:
    """Old name → new name of nodes that kept their content; one that is not unique is not told."""
    gone = [node for name, node in before.items() if name not in after]
    come = [node for name, node in after.items() if name not in before]
    contents = [_content(node) for node in come]
    found: dict[str, str] = {}
    for node in gone:
        same = [
            each for each, content in zip(come, contents, strict=True) if content == _content(node)
        ]
        if len(same) == 1 and same[0].id not in found.values():
            found[node.id] = same[0].id
    return found


def _content(node: Node) -> Node:
    """The node without its name and places."""
    bare = replace(node, id="", mark=_NOWHERE)
    if isinstance(bare, Branch):
        cases = tuple(Case(case.when, case.go, _NOWHERE) for case in bare.branch)
        return replace(bare, branch=cases)
    return bare


def node_changes(before: Node, after: Node, renamed: Renamed) -> Iterator[Change]:
    """What is different in a node that is there on both sides; targets that were only renamed are not."""
    if type(before) is not type(after):
        yield change("kind_changed", node=after.id, old=type_key(before), new=type_key(after))
        return
    for shape in shapes_of(type(after)):
        old, new = getattr(before, shape.attribute), getattr(after, shape.attribute)
        yield from _value_changes(shape, after, old, new, renamed)


def _value_changes(
    shape: Shape, node: Node, old: object, new: object, renamed: Renamed
) -> Iterator[Change]:
    if shape.reads is Reads.KEYS:
        assert isinstance(old, Mapping) and isinstance(new, Mapping)  # noqa: S101
        yield from _key_changes(node.id, old, new, renamed)
    elif isinstance(node, Branch) and shape.reads is Reads.CASES:
        assert isinstance(old, tuple)  # noqa: S101 (cases)
        yield from _case_changes(node, old, renamed)
    elif shape.reads is Reads.TARGET:
        if renamed.get(str(old), old) != new:
            values = {"way": shape.key, "old": shown(old), "new": shown(new)}
            yield change("target_changed", node=node.id, **values)
    elif old != new:
        yield _plain_change(shape, node, old, new)


def _plain_change(shape: Shape, node: Node, old: object, new: object) -> Change:
    code = {
        Reads.UTTERANCES: "says",
        Reads.PRIORITY: "priority",
        Reads.LEVELS: "needs",
    }.get(shape.reads, "setting")
    values = {"node": node.id, "what": shape.key, "old": shown(old), "new": shown(new)}
    return change(code, **values)


def _key_changes(
    node: str, old: Mapping[str, str], new: Mapping[str, str], renamed: Renamed
) -> Iterator[Change]:
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        if was is None:
            yield change("key_added", node=node, key=key, new=str(now))
        elif now is None:
            yield change("key_removed", node=node, key=key, old=was)
        elif renamed.get(was, was) != now:
            yield change("key_moved", node=node, key=key, old=was, new=now)


def _case_changes(node: Branch, old: tuple[Case, ...], renamed: Renamed) -> Iterator[Change]:
    was = {condition_words(case.when): renamed.get(case.go, case.go) for case in old}
    now = {condition_words(case.when): case.go for case in node.branch}
    for condition in dict.fromkeys([*was, *now]):
        values = {"node": node.id, "condition": condition}
        if condition not in was:
            yield change("case_added", **values, new=now[condition])
        elif condition not in now:
            yield change("case_removed", **values, old=was[condition])
        elif was[condition] != now[condition]:
            yield change("case_moved", **values, old=was[condition], new=now[condition])
    kept = [condition for condition in was if condition in now]
    if kept != [condition for condition in now if condition in was]:
        yield change("case_order", node=node.id, new="; ".join(now))
