"""JSON for Redis, and the records in it. Text of any origin passes: nothing in it can stop a commit."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import TypeAdapter

from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.event_wire import UnknownEvent, from_wire
from cti.core.events import Event

AGENT = TypeAdapter(Agent)
CALL = TypeAdapter(Call)
_log = logging.getLogger(__name__)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return dict(value)
        case frozenset() | set():
            return sorted(value)
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _whole(value: Any) -> Any:
    """The same data, with each half of a surrogate pair (not text in UTF-8) as ``?``."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case Mapping():
            return {_whole(key): _whole(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_whole(item) for item in value]
        case _:
            return value


def to_json(value: Mapping[str, Any]) -> bytes:
    """Compact JSON in UTF-8."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:
        return orjson.dumps(_whole(value), default=_plain)


def read_event(wire: Mapping[str, Any]) -> Event | None:
    """The event, or None for one that a later version wrote; the rest of its story stays readable."""
    try:
        return from_wire(wire)
    except UnknownEvent as wrong:
        _log.warning("stored event passed over: %s", wrong)
        return None


def record_json(record: Agent | Call) -> bytes:
    """An agent or a call as JSON."""
    try:
        return orjson.dumps(record, default=_plain)
    except TypeError:
        adapter: TypeAdapter[Any] = AGENT if isinstance(record, Agent) else CALL
        return orjson.dumps(_whole(adapter.dump_python(record)), default=_plain)
