"""What is different between two editions of the dialplan, one fact each, in the caller's terms. Pure.

A change names a sentence of the message area ``diff`` and its values. Trees are compared linked, so
a change inside a subtree is told where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.core.clock.hours import Calendar
from cti.core.ivr.diff_hours import calendar_changes
from cti.core.ivr.diff_nodes import node_changes, renamed_nodes
from cti.core.ivr.diff_words import Change, change, shown
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Defaults, Tree, type_key

_SETTINGS = ("start", "numbers", "entry", "tasks", "languages", "fallback")
Texts = Mapping[str, Mapping[str, str]]
"""Language → prompt → text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One state of a dialplan: its linked trees, its hours, its prompts' texts (empty: unknown)."""

    trees: Mapping[str, Tree]
    calendar: Calendar
    texts: Texts = field(default_factory=dict)


def differences(before: Edition, after: Edition) -> list[Change]:
    """Everything that is different, trees first, then hours, then prompts."""
    found: list[Change] = []
    for name in sorted(before.trees.keys() - after.trees.keys()):
        found.append(change("tree_removed", tree=name))
    for name, tree in after.trees.items():
        if name in before.trees:
            found += tree_changes(before.trees[name], tree)
        else:
            found.append(change("tree_added", tree=name, nodes=str(len(tree.nodes))))
    found += calendar_changes(before.calendar, after.calendar)
    found += text_changes(before.texts, after.texts)
    return found


def tree_changes(before: Tree, after: Tree) -> Iterator[Change]:
    """What is different in one tree."""
    yield from _setting_changes(before, after)
    renamed = renamed_nodes(before.nodes, after.nodes)
    for old, new in renamed.items():
        yield change("node_renamed", node=old, new=new)
    for name, node in before.nodes.items():
        if name not in after.nodes and name not in renamed:
            yield change("node_removed", node=name, kind=type_key(node))
    for name, node in after.nodes.items():
        if name not in before.nodes and name not in renamed.values():
            yield change("node_added", node=name, kind=type_key(node))
    for name, node in before.nodes.items():
        other = after.nodes.get(renamed.get(name, name))
        if other is not None:
            yield from node_changes(node, other, renamed)


def _setting_changes(before: Tree, after: Tree) -> Iterator[Change]:
    settings: list[tuple[str, str, str, Any, Any]] = [
        ("tree_setting", what, what, before, after) for what in _SETTINGS
    ]
    settings += [
        ("default_changed", shape.key, shape.attribute, before.defaults, after.defaults)
        for shape in shapes_of(Defaults)
    ]
    for code, key, attribute, was, now in settings:
        old, new = getattr(was, attribute), getattr(now, attribute)
        if old != new:
            values = {"tree": after.name, "what": key, "old": shown(old), "new": shown(new)}
            yield change(code, **values)


def text_changes(before: Texts, after: Texts) -> Iterator[Change]:
    """Prompts that say something else now; nothing where either side's texts are unknown."""
    for language in sorted(before.keys() & after.keys()):
        old, new = before[language], after[language]
        for prompt in sorted(old.keys() | new.keys()):
            was, now = old.get(prompt, ""), new.get(prompt, "")
            if was and now and was != now:
                values = {"prompt": prompt, "language": language, "old": was, "new": now}
                yield change("text_changed", **values)
            elif was != now:
                code = "text_added" if now else "text_removed"
                yield change(code, prompt=prompt, language=language, text=now or was)
