"""Changes in YAML that people write: only what is to be another is written anew, everything else (comments,
order, quotes, blanks) stays byte for byte.

The text is cut at the places of its parts. To read it, change the data and write it again would not do:
also writers that keep comments set lines and blanks in a way of their own.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from cti.store.yaml_files import Composed, compose, parse_yaml, said_by

WIDEST = 100
"""A new part that would be longer on one line is written in several."""
IDENTITIES = ("id", "login", "seat", "from", "after_s", "name", "code")
"""The key by which an entry of a list is known again, when it is moved or others come before it."""
_PLAIN = re.compile(r"[^\W_](?:[\w ./:+%…·-]*[\w./+%…-])?")


class CannotEdit(Exception):
    """The text says it in a way that cannot be changed part by part (aliases, merged keys)."""


class Cut(NamedTuple):
    """``text[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str


def edited(text: str, wanted: Mapping[str, Any]) -> str:
    """The text, changed just so much that it says ``wanted``. Raises CannotEdit."""
    try:
        root = compose(text)
    except yaml.YAMLError as wrong:
        raise CannotEdit(str(wrong)) from wrong
    if root is None:
        raise CannotEdit("empty")
    cuts = sorted(_Editor(text).cuts(root, wanted), reverse=True)
    made = text
    for cut in cuts:
        made = made[: cut.start] + cut.new + made[cut.end :]
    said, problems = parse_yaml(made, "")
    if problems or said is None or not _same(said.plain(), wanted):
        raise CannotEdit("not said so")
    return made


@dataclass(frozen=True, slots=True)
class _Editor:
    text: str

    def cuts(self, node: Composed, wanted: Any) -> Iterator[Cut]:
        """What is to be cut so that the node says ``wanted``."""
        if _same(said_by(node), wanted):
            return
        match node, wanted:
            case yaml.MappingNode(), Mapping() if node.value and wanted and self._keyed(node):
                yield from self._mapping(node, wanted)
            case yaml.SequenceNode(), list() if node.value and wanted:
                yield from self._list(node, wanted)
            case _:
                yield self._anew(node, wanted)

    def _anew(self, node: Composed, wanted: Any) -> Cut:
        start, end = node.start_mark.index, self._end(node)
        style = getattr(node, "style", None) if isinstance(wanted, str) else None
        new = quoted(wanted) if style == '"' else flow(wanted)
        if end == start:
            return Cut(start, end, f" {new}")
        return Cut(start, end, new + ("\n" if self.text[end - 1] == "\n" else ""))

    def _mapping(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> Iterator[Cut]:
        there = {str(key.value): (key, value) for key, value in node.value}
        gone = [name for name in there if name not in wanted]
        new = [name for name in wanted if name not in there]
        if node.flow_style and (gone or new):
            parts = [
                self._kept(*there[name], wanted[name])
                if name in there
                else f"{flow(name)}: {flow(wanted[name])}"
                for name in [*(n for n in there if n in wanted), *new]
            ]
            yield Cut(node.start_mark.index, self._end(node), "{" + ", ".join(parts) + "}")
            return
        if gone and self._line_before(node.value[0][0]).strip():
            yield self._anew(node, wanted)  # it begins behind a dash
            return
        for name, (key, value) in there.items():
            if name in wanted:
                yield from self.cuts(value, wanted[name])
            else:
                yield Cut(self._line_start(key.start_mark.index), self._line_end(value), "")
        indent = node.start_mark.column
        yield from self._below(node.value[-1][1], [_entry(n, wanted[n], indent) for n in new])

    def _kept(self, key: Composed, value: Composed, wanted: Any) -> str:
        start, end = key.start_mark.index, self._end(value)
        made = self.text[start:end]
        for cut in sorted(self.cuts(value, wanted), reverse=True):
            made = made[: cut.start - start] + cut.new + made[cut.end - start :]
        return made

    def _list(self, node: yaml.SequenceNode, wanted: Sequence[Any]) -> Iterator[Cut]:
        pairs = list(_aligned([said_by(each) for each in node.value], wanted))
        if not node.flow_style:
            yield from self._lines(node, wanted, pairs)
        elif any(None in pair for pair in pairs):
            parts = [
                flow(wanted[there]) if here is None else self._item(node, here, wanted[there])
                for here, there in pairs
                if there is not None
            ]
            yield Cut(node.start_mark.index, self._end(node), "[" + ", ".join(parts) + "]")
        else:
            for here, there in pairs:
                yield from self.cuts(node.value[here or 0], wanted[there or 0])

    def _item(self, node: yaml.SequenceNode, place: int, wanted: Any) -> str:
        return self._kept(node.value[place], node.value[place], wanted)

    def _lines(
        self, node: yaml.SequenceNode, wanted: Sequence[Any], pairs: Sequence["Pair"]
    ) -> Iterator[Cut]:
        indent, before = node.start_mark.column, 0
        waiting: list[str] = []
        for here, there in pairs:
            if here is None:
                waiting.append(" " * indent + "- " + flow(wanted[there or 0]))
                continue
            item = node.value[here]
            start = self._dash(node, here)
            if waiting:
                yield Cut(start, start, "".join(line + "\n" for line in waiting))
                waiting = []
            if there is None:
                yield Cut(start, self._line_end(item), "")
            else:
                yield from self.cuts(item, wanted[there])
            before = here
        yield from self._below(node.value[before], waiting)

    def _dash(self, node: yaml.SequenceNode, place: int) -> int:
        """Where the line begins on which the entry's dash stands."""
        start = int(node.value[place].start_mark.index)
        dash = self.text.rindex("-", node.start_mark.index if place == 0 else 0, start)
        return self._line_start(dash)

    def _below(self, last: Composed, lines: Sequence[str]) -> Iterator[Cut]:
        """Lines after the one on which ``last`` ends."""
        if lines:
            end = self._line_end(last)
            begins = "" if self.text[:end].endswith("\n") else "\n"
            yield Cut(end, end, begins + "".join(line + "\n" for line in lines))

    def _end(self, node: Composed) -> int:
        """Where the node's own text ends; blocks count to the next part's beginning otherwise."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _line_before(self, node: Composed) -> str:
        start = int(node.start_mark.index)
        return self.text[self._line_start(start) : start]

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, node: Composed) -> int:
        """After the line feed of the line on which the node ends."""
        end = self._end(node)
        if end and self.text[end - 1] == "\n":  # a text in several lines
            return end
        found = self.text.find("\n", end)
        return len(self.text) if found < 0 else found + 1

    def _keyed(self, node: yaml.MappingNode) -> bool:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        return len({str(key) for key in keys}) == len(node.value) and "<<" not in keys


Pair = tuple[int | None, int | None]
"""Places of an entry before and after; None: it is new, or gone."""


def _aligned(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Pair]:
    matcher = difflib.SequenceMatcher(
        None, [_identity(each) for each in before], [_identity(each) for each in after], False
    )
    for _, a, a_end, b, b_end in matcher.get_opcodes():
        here, there = [*range(a, a_end)], [*range(b, b_end)]
        if len(here) == len(there):
            yield from zip(here, there, strict=True)
            continue
        yield from ((each, None) for each in here)
        yield from ((None, each) for each in there)


def _identity(entry: Any) -> str:
    if isinstance(entry, Mapping):
        for key in IDENTITIES:
            if key in entry:
                return f"{key}={entry[key]!r}"
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, default=str)


def _entry(name: str, value: Any, indent: int) -> str:
    """``name: value`` on its line, or on several where it is long."""
    line = " " * indent + f"{flow(name)}: {flow(value)}"
    if len(line) <= WIDEST or not isinstance(value, Mapping) or not value:
        return line
    below = [_entry(key, each, indent + 2) for key, each in value.items()]
    return "\n".join([" " * indent + f"{flow(name)}:", *below])


def flow(value: Any) -> str:
    """The value on one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return value if _is_plain(value) else quoted(value)
        case bool() | None:
            return json.dumps(value)
        case float():
            return repr(value) if "e" not in repr(value) else f"{value:.20f}".rstrip("0")
    return str(value)


def quoted(text: str) -> str:
    """In double quotes; JSON's are YAML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\x85", "\\x85")


def _is_plain(text: str) -> bool:
    """May it stand without quotes, here and in lists, and be read as this text?"""
    if not _PLAIN.fullmatch(text) or ": " in text:
        return False
    said, problems = parse_yaml(f"[{text}]", "")
    return said is not None and not problems and said.plain() == [text]


def _same(one: Any, other: Any) -> bool:
    """Equal, where true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
