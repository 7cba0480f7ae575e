"""Events as plain JSON data, and back. One shape for the stream, the desktop and the history.

``{"type": "queued", "at": "2026-11-22T01:02:03.456789+00:00", "callId": "…", …}``
"""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from cti.core import (
    agent_events,
    callback_events,
    centre_events,
    control_events,
    events,
    menu_events,
    version_events,
    work_events,
)
from cti.core.events import Event


class UnknownEvent(ValueError):
    """The data are not an event of this version."""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


EVENT_TYPES: Mapping[str, type[Event]] = {
    cls.TYPE: cls
    for module in (
        menu_events,
        events,
        agent_events,
        centre_events,
        work_events,
        callback_events,
        version_events,
        control_events,
    )
    for cls in vars(module).values()
    if isinstance(cls, type) and issubclass(cls, Event) and cls.TYPE
    if cls.__module__ == module.__name__
}


def _fields(cls: type[Event]) -> tuple[tuple[str, str, Any], ...]:
    hints = get_type_hints(cls)
    return tuple((f.name, _camel(f.name), hints[f.name]) for f in dataclasses.fields(cls))


_FIELDS = {name: _fields(cls) for name, cls in EVENT_TYPES.items()}


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return list(value)
        case StrEnum():
            return value.value
        case Mapping():
            return dict(value)
        case _:
            return value


def to_wire(event: Event) -> dict[str, Any]:
    """The event as JSON data; ``type`` first."""
    data = {wire: _plain(getattr(event, name)) for name, wire, _ in _FIELDS[event.TYPE]}
    return {"type": event.TYPE, **data}


def _typed(value: Any, hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _typed(value, get_args(hint)[0])
    if origin is tuple:
        return tuple(value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value


def from_wire(data: Mapping[str, Any]) -> Event:
    """The event that ``to_wire`` wrote. Raises UnknownEvent for anything else."""
    try:
        cls = EVENT_TYPES[data["type"]]
        found = {n: _typed(data[w], hint) for n, w, hint in _FIELDS[cls.TYPE] if w in data}
        return cls(**found)
    except (KeyError, TypeError, ValueError) as wrong:
        raise UnknownEvent(f"not an event: {wrong!r}") from wrong
