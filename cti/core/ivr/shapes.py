"""The YAML keys of a class, read off its annotations: what parser, schema and docs go by."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, cast, get_type_hints

from cti.core.ivr.parts import Key, Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One YAML key of a class."""

    attribute: str
    key: str
    reads: Reads
    required: bool
    default: object


def shapes_of(record: type[Any]) -> tuple[Shape, ...]:
    """Return the keys of a dataclass in the order they are written; of a node, its type's first."""
    return _shapes_of(cast(Hashable, record))


@cache
def _shapes_of(record: Any) -> tuple[Shape, ...]:
    hints = get_type_hints(record, include_extras=True)
    keyed = [(each, _key(hints[each.name])) for each in fields(record)]
    return tuple(
        Shape(
            attribute=each.name,
            key=key.name or each.name,
            reads=key.reads,
            required=each.default is MISSING and each.default_factory is MISSING,
            default=_default(each),
        )
        for each, key in keyed
        if key
    )


def _key(hint: object) -> Key | None:
    notes = getattr(hint, "__metadata__", ())
    return next((note for note in notes if isinstance(note, Key)), None)


def _default(each: Any) -> object:
    if each.default_factory is not MISSING:
        return each.default_factory()
    return None if each.default is MISSING else each.default
