"""Rewrites what flow tests expect, in the files themselves: only the words that change are touched,
so comments, order and layout stay as people wrote them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import yaml

from cti.core.problems import Mark
from cti.flow_tests.expected import Change, HearBefore, NewValue, Nothing
from cti.flow_tests.yaml_text import block_text, flow_text

LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class _Edit:
    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """A step or an end: ``value`` is what stands at its mark, ``item`` the whole step in ``steps``;
    for an end, ``item`` is the last step."""

    value: yaml.Node
    item: yaml.Node
    steps: yaml.SequenceNode
    is_end: bool = False


def rewritten(text: str, changes: Sequence[Change]) -> str:
    """Return the file's text with the changes made; their marks must be places of this text."""
    spots = {
        (each.value.start_mark.line, each.value.start_mark.column): each for each in _spots(text)
    }
    edits = [
        edit for change in changes for edit in _edits(text, change, spots[_place(change.mark)])
    ]
    for edit in sorted(edits, key=lambda each: (each.begin, each.end), reverse=True):
        text = text[: edit.begin] + edit.text + text[edit.end :]
    return text


def _place(mark: Mark) -> tuple[int, int]:
    return mark.line - 1, mark.column - 1


def _spots(text: str) -> Iterator[_Spot]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for flow in _entries(root)["flows"].value:
        keys = _entries(flow)
        steps = cast(yaml.SequenceNode, keys["steps"])
        for item in steps.value:
            value = item.value[0][1] if isinstance(item, yaml.MappingNode) else item
            yield _Spot(value, item, steps)
        yield _Spot(keys["ends"], steps.value[-1], steps, is_end=True)


def _entries(node: object) -> Mapping[str, yaml.Node]:
    pairs = cast(yaml.MappingNode, node).value
    return {str(key.value): value for key, value in reversed(pairs)}


def _edits(text: str, change: Change, spot: _Spot) -> Iterator[_Edit]:
    match change:
        case NewValue(_, plain):
            yield _Edit(_begin(spot.value), _end(spot.value), _value_text(spot.value, plain))
        case HearBefore(_, heard):
            yield _added(text, spot, f"hear: {_heard_text(spot, list(heard))}")
        case Nothing():
            yield _dropped(text, spot)


def _value_text(node: yaml.Node, plain: object) -> str:
    column = node.start_mark.column
    block = isinstance(node, yaml.MappingNode) and not node.flow_style
    if block and isinstance(plain, Mapping) and plain:
        return block_text(plain, " " * column)
    return fitted_list(plain, column)


def _heard_text(spot: _Spot, heard: list[object]) -> str:
    column = spot.item.start_mark.column + len("hear: ")
    return flow_text(heard[0]) if len(heard) == 1 else fitted_list(heard, column)


def fitted_list(plain: object, column: int) -> str:
    """One line, or a list over several where one would be too long."""
    whole = flow_text(plain)
    if len(whole) + column <= LONGEST_LINE or not isinstance(plain, list):
        return whole
    lines, line = [], ""
    for part in (flow_text(each) for each in plain):
        if line and column + len(line) + len(part) > LONGEST_LINE:
            lines.append(line)
            line = ""
        line += f"{part}, "
    return "[" + f"\n{' ' * (column + 1)}".join(each.rstrip() for each in [*lines, line])[:-1] + "]"


def _added(text: str, spot: _Spot, hear: str) -> _Edit:
    flows = bool(spot.steps.flow_style)
    if spot.is_end:
        at = _end(spot.item)
        between = ", {" + hear + "}" if flows else f"\n{_dash(text, spot)}{hear}"
        at = at if flows else _line_end(text, at)
        return _Edit(at, at, between)
    at = _begin(spot.item)
    return _Edit(at, at, "{" + hear + "}, " if flows else f"{hear}\n{_dash(text, spot)}")


def _dropped(text: str, spot: _Spot) -> _Edit:
    begin, end = _begin(spot.item), _end(spot.item)
    if spot.steps.flow_style:
        rest = text[end:]
        after = len(rest) - len(rest.lstrip(", "))
        return _Edit(begin, end + after, "")
    first = text.rfind("\n", 0, begin) + 1
    return _Edit(first, min(len(text), _line_end(text, end) + 1), "")


def _dash(text: str, spot: _Spot) -> str:
    """Indent, dash and blank as they stand before a step of a block list."""
    begin = _begin(spot.item)
    return text[text.rfind("\n", 0, begin) + 1 : begin]


def _begin(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _end(node: yaml.Node) -> int:
    """Where the node's last letter ends; the marks of block nodes lie behind the next comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
