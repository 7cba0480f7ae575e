"""Marked YAML data → a tree. Pure; reports every problem of a file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cti.core.clock.hours import Calendar
from cti.core.ivr import reading
from cti.core.ivr.entries import ENTRIES
from cti.core.ivr.parts import Reads, Reserved
from cti.core.ivr.reading import Problems, complain, complain_unknown
from cti.core.ivr.reading_cases import read_cases
from cti.core.ivr.shapes import Shape, shapes_of
from cti.core.ivr.tree import NODE_TYPES, OPTION_TYPES, Defaults, Node, Tree
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem

READERS: Mapping[Reads, Callable[[Marked, Problems], Any]] = {
    Reads.NAME: reading.read_name,
    Reads.TEXT: reading.read_text,
    Reads.TARGET: reading.read_target,
    Reads.EXPRESSION: reading.read_expression,
    Reads.NAMES: reading.read_names,
    Reads.UTTERANCES: reading.read_utterances,
    Reads.KEYS: reading.read_keys,
    Reads.CASES: read_cases,
    Reads.ASSIGNMENTS: reading.read_assignments,
    Reads.LEVELS: reading.read_levels,
    Reads.DIGITS: reading.read_digits,
    Reads.SECONDS: reading.read_seconds,
    Reads.COUNT: reading.read_count,
    Reads.PRIORITY: reading.read_priority,
    Reads.YES_NO: reading.read_yes_no,
}

TREE_KEYS = (
    "tree",
    "numbers",
    "entry",
    "tasks",
    "languages",
    "fallback",
    "defaults",
    "start",
    "nodes",
)
LABELS = ("zh", "en")
"""The languages of desktops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One tree file as far as it could be read; ``check.py`` looks at the whole of it.

    ``declared`` names all nodes, also those that are broken; ``whole`` is false when one is.
    """

    tree: Tree
    mark: Mark
    marks: Mapping[str, Mark]
    """Where each key of the file's top level was written."""
    declared: frozenset[str]
    whole: bool


def parse_tree(root: Marked, calendar: Calendar) -> tuple[Draft | None, list[Problem]]:
    """Read one tree file; the draft is None when it has no nodes to look at."""
    problems: Problems = []
    entries = reading.read_mapping(root, problems)
    if entries is None:
        return None, problems
    _complain_of_keys(root, TREE_KEYS, ("tree", "start", "nodes"), problems)
    name = _read(entries, "tree", reading.read_text, problems) or ""
    start = _read(entries, "start", reading.read_target, problems) or ""
    listed = _read(entries, "nodes", reading.read_mapping, problems)
    if listed is None:
        return None, problems
    nodes = _read_nodes(entries["nodes"], listed, problems)
    tree = Tree(
        name=name,
        start=start,
        nodes=nodes,
        calendar=calendar,
        numbers=_read(entries, "numbers", _read_texts, problems) or (),
        entry=_read(entries, "entry", _read_entry, problems) or "",
        tasks=_read(entries, "tasks", _read_tasks, problems) or {},
        languages=_read(entries, "languages", _read_texts, problems) or ("zh",),
        fallback=_read(entries, "fallback", _read_fallback, problems) or {},
        defaults=_read(entries, "defaults", _read_defaults, problems) or Defaults(),
    )
    draft = Draft(
        tree=tree,
        mark=root.mark,
        marks={key: entry.mark for key, entry in entries.items()},
        declared=frozenset(listed),
        whole=not problems,
    )
    return draft, problems


def _read(
    entries: Mapping[str, Marked],
    key: str,
    reader: Callable[[Marked, Problems], Any],
    problems: Problems,
) -> Any:
    return reader(entries[key], problems) if key in entries else None


def _read_texts(marked: Marked, problems: Problems) -> tuple[str, ...] | None:
    items = reading.read_list(marked, problems) or ()
    return tuple(text for item in items if (text := reading.read_text(item, problems)))


def _read_fallback(marked: Marked, problems: Problems) -> Mapping[str, str] | None:
    entries = reading.read_mapping(marked, problems) or {}
    found = {name: reading.read_name(entry, problems) for name, entry in entries.items()}
    return {name: language for name, language in found.items() if language}


def _read_entry(marked: Marked, problems: Problems) -> str | None:
    name = reading.read_name(marked, problems)
    if name and name not in ENTRIES:
        complain_unknown(problems, marked.mark, "unknown_entry", name, ENTRIES)
    return name


def _read_tasks(marked: Marked, problems: Problems) -> Mapping[str, Mapping[str, str]] | None:
    entries = reading.read_mapping(marked, problems) or {}
    found: dict[str, Mapping[str, str]] = {}
    for name, entry in entries.items():
        if not reading.NAME.fullmatch(name):
            complain(problems, marked.key_mark(name), "not_name", name=name)
        _complain_of_keys(entry, LABELS, LABELS, problems)
        labels = reading.read_mapping(entry, problems) or {}
        texts = {language: reading.read_text(each, problems) for language, each in labels.items()}
        found[name] = {language: label for language, label in texts.items() if label}
    return found


def _read_defaults(marked: Marked, problems: Problems) -> Defaults:
    shapes = shapes_of(Defaults)
    _complain_of_keys(marked, [shape.key for shape in shapes], (), problems)
    return Defaults(**_read_record(shapes, marked, problems))


def _read_nodes(
    marked: Marked, listed: Mapping[str, Marked], problems: Problems
) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name, entry in listed.items():
        mark = marked.key_mark(name)
        if not reading.NODE_ID.fullmatch(name):
            complain(problems, mark, "not_name", name=name)
        elif name in set(Reserved):
            complain(problems, mark, "reserved_name", name=name)
        elif node := _read_node(name, mark, entry, problems):
            nodes[name] = node
    return nodes


def _read_node(name: str, mark: Mark, marked: Marked, problems: Problems) -> Node | None:
    node_type = _read_type(name, marked, mark, problems)
    if node_type is None:
        return None
    shapes = shapes_of(node_type)
    required = [shape.key for shape in shapes if shape.required]
    _complain_of_keys(marked, [shape.key for shape in shapes], required, problems)
    values = _read_record(shapes, marked, problems)
    if any(shape.attribute not in values for shape in shapes if shape.required):
        return None
    return node_type(id=name, mark=mark, marks=_marks(marked), **values)


def _marks(marked: Marked) -> dict[str, Mark]:
    """The place of each key of a node, and of each telephone key (``keys.1``)."""
    entries = marked.mapping() or {}
    marks = {key: entry.mark for key, entry in entries.items()}
    pressed = entries["keys"].key_marks if "keys" in entries else {}
    return {**marks, **{f"keys.{key}": mark for key, mark in pressed.items()}}


def _read_type(name: str, marked: Marked, mark: Mark, problems: Problems) -> type[Node] | None:
    entries = marked.mapping()
    if not entries:
        complain(problems, mark, "not_mapping")
        return None
    strong = [key for key in NODE_TYPES if key in entries and key not in OPTION_TYPES]
    if len(strong) > 1:
        complain(problems, mark, "two_types", name=name, types=", ".join(strong))
        return None
    found = strong or [key for key in OPTION_TYPES if key in entries]
    if not found:
        first = next(iter(entries))
        complain_unknown(problems, marked.key_mark(first), "no_type", first, NODE_TYPES)
        return None
    return NODE_TYPES[found[0]]


def _complain_of_keys(
    marked: Marked, known: Iterable[str], required: Iterable[str], problems: Problems
) -> None:
    """Complain of keys that are unknown or missing."""
    names, entries = list(known), marked.mapping() or {}
    for key in entries:
        if key not in names:
            complain_unknown(problems, marked.key_mark(key), "unknown_key", key, names)
    for key in required:
        if key not in entries:
            complain(problems, marked.mark, "missing_key", key=key)


def _read_record(shapes: Iterable[Shape], marked: Marked, problems: Problems) -> dict[str, Any]:
    """Read the attributes that are written; what is wrong is complained of and left out."""
    entries = marked.mapping() or {}
    values = {
        shape.attribute: READERS[shape.reads](entries[shape.key], problems)
        for shape in shapes
        if shape.key in entries
    }
    return {name: value for name, value in values.items() if value is not None}
