"""A record with some fields changed, made quickly: for the wide records that every signal changes."""

from collections.abc import Mapping
from typing import Any, TypeVar

Record = TypeVar("Record")


def amended(record: Record, changed: Mapping[str, Any]) -> Record:
    """A copy of a frozen dataclass *without slots* and without ``__post_init__``.

    ``dataclasses.replace`` asks for each field by name and gives each to the constructor again; here
    the fields are copied as one. Raises TypeError for a field that it does not have.
    """
    fields = vars(record)
    if not changed.keys() <= fields.keys():
        raise TypeError(f"{type(record).__name__} has no {sorted(changed.keys() - fields.keys())}")
    fresh = object.__new__(type(record))
    kept = vars(fresh)
    kept.update(fields)
    kept.update(changed)
    return fresh
