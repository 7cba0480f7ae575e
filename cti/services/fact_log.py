"""Every fact of the journal as one log line, without what could name or reach a caller."""

import dataclasses
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime

from cti.core.events import Event

log = logging.getLogger(__name__)

PRIVATE = frozenset(
    {"at", "caller_number", "caller_name", "digits", "remarks", "variables", "number"}
)
"""Fields that never reach a log: the journal and the history have them, behind sign-in."""


def log_facts(events: Iterable[Event]) -> None:
    """One line an event: its type, and its fields by name."""
    if not log.isEnabledFor(logging.INFO):
        return
    for event in events:
        log.info(event.TYPE, extra={"fact": event.TYPE, **loggable(event)})


def loggable(event: Event) -> Mapping[str, object]:
    """The event's fields that may be logged; times in ISO 8601, maps as text."""
    found = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
    return {name: _plain(value) for name, value in found.items() if name not in PRIVATE}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case Mapping():
            return ",".join(f"{key}={each}" for key, each in value.items())
        case tuple():
            return ",".join(map(str, value))
        case _:
            return value
