"""YAML as admins write it: every part knows its line and column, a duplicate key is an error.

Plain scalars follow the core schema of YAML 1.2: ``true/false``, ``null``, decimal numbers. All
else is text, so that ``08:00``, ``0971``, ``on`` and ``2026-10-01`` stay what was written.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import yaml

from cti.core.file_names import LONGEST_NAME, in_signs, is_plain
from cti.core.marked import Marked, Scalar
from cti.core.problems import Mark, Problem

MAX_BYTES = 1_000_000
MAX_PARTS = 100_000
"""Parts of one file after aliases are followed: stops alias bombs."""

DEEPEST = 100
"""Collections in one another that libyaml may compose."""
_FAST: type[yaml.CSafeLoader] | None = getattr(yaml, "CSafeLoader", None)

Composed = yaml.MappingNode | yaml.SequenceNode | yaml.ScalarNode

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


def read_yaml(path: Path, shown_as: str = "") -> tuple[Marked | None, list[Problem]]:
    """Read one file. Problems carry ``shown_as`` (default: the path) as the file's name.

    The data is None when the file cannot be read or is no YAML; duplicate keys are reported and
    the first one counts.
    """
    name = shown_as or str(path)
    if not is_plain(path.name):
        return None, [_problem(in_signs(name), "file_name", longest=str(LONGEST_NAME))]
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, [_problem(name, "file_unreadable", reason=error.strerror or str(error))]
    if len(content) > MAX_BYTES:
        return None, [_problem(name, "file_too_big", limit=str(MAX_BYTES))]
    try:
        return parse_yaml(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, [Problem(Mark(name, line), "check.file_not_utf8")]


def parse_yaml(text: str, name: str) -> tuple[Marked | None, list[Problem]]:
    """Parse YAML text; ``name`` stands for the file in every mark."""
    try:
        root = compose(text)
        reader = _Reader(name)
        return (
            (reader.read(root), reader.problems) if root else (None, [_problem(name, "file_empty")])
        )
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(name, error)]
    except yaml.YAMLError as error:
        return None, [_problem(name, "yaml_syntax", detail=str(error).splitlines()[0])]
    except (RecursionError, _TooBigError):
        return None, [_problem(name, "yaml_too_deep")]


def said_by(node: Composed) -> object:
    """The plain data of a composed part."""
    return _Reader("").read(node).plain()


def compose(text: str) -> Composed | None:
    """Compose YAML by libyaml, which is many times faster; what it refuses, or what is nested so
    deep that it would end the process, by Python, whose words for mistakes people know.

    Raises yaml.YAMLError, RecursionError.
    """
    if _FAST is not None and _is_flat(text):
        with contextlib.suppress(yaml.YAMLError):
            return cast(Composed | None, yaml.compose(text, Loader=_FAST))
    return cast(Composed | None, yaml.compose(text, Loader=yaml.SafeLoader))


def _is_flat(text: str) -> bool:
    """The parser keeps its own stack, so it can be asked how deep a text goes; composing recurses."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_FAST):  # type: ignore[arg-type]
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                return False
    except yaml.YAMLError:
        return False
    return True


class _TooBigError(Exception):
    """The file has more parts than ``MAX_PARTS``."""


@dataclass(slots=True)
class _Reader:
    """Turns composed YAML nodes into marked data and collects what is wrong."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    parts: int = 0

    def read(self, node: Composed) -> Marked:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise _TooBigError
        match node:
            case yaml.MappingNode():
                return self.read_mapping(node)
            case yaml.SequenceNode():
                return Marked(tuple(self.read(item) for item in node.value), self.mark(node))
        return Marked(_scalar(node), self.mark(node))

    def read_mapping(self, node: yaml.MappingNode) -> Marked:
        entries: dict[str, Marked] = {}
        marks: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(self.mark(key_node), "check.key_not_text"))
                continue
            key = str(key_node.value)
            if key in entries:
                self.problems.append(self.duplicate(key, key_node, marks[key]))
                continue
            marks[key] = self.mark(key_node)
            entries[key] = self.read(value_node)
        return Marked(entries, self.mark(node), marks)

    def duplicate(self, key: str, node: yaml.Node, first: Mark) -> Problem:
        values = {"key": key, "line": str(first.line)}
        return Problem(self.mark(node), "check.duplicate_key", values)

    def mark(self, node: yaml.Node) -> Mark:
        start = node.start_mark
        return Mark(self.name, start.line + 1, start.column + 1)


def _scalar(node: yaml.ScalarNode) -> Scalar:
    text = str(node.value)
    # A quoted scalar has a style; only plain ones can be anything but text.
    if node.style or node.tag == "tag:yaml.org,2002:str":
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _problem(name: str, code: str, **values: str) -> Problem:
    return Problem(Mark(name), f"check.{code}", values)


def _syntax(name: str, error: yaml.MarkedYAMLError) -> Problem:
    place = error.problem_mark or error.context_mark
    mark = Mark(name, place.line + 1, place.column + 1) if place else Mark(name)
    return Problem(mark, "check.yaml_syntax", {"detail": error.problem or str(error)})
