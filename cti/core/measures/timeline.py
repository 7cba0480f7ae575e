"""The events of one call as its story: when, which sentence, with which values. Pure.

A sentence is named by a message key (``cti/messages/LANGUAGE/trace.yaml``), so that one story reads
in every language. A value that is a word of ours (an outcome, a cause) is named by a key too.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cti.core import callback_events, centre_events, control_events, events
from cti.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event of the story; ``after_s`` seconds after its first.

    ``key`` names the sentence; its places are filled by ``values``, and by the messages that
    ``words`` names. Places in ``NUMBERS`` hold a phone number.
    """

    at: datetime
    after_s: float
    type: str
    key: str
    values: Mapping[str, object]
    words: Mapping[str, str]


NUMBERS = frozenset({"caller_number", "number"})
"""Places that hold a phone number: whoever shows a line masks them."""

_WORDS = frozenset({"result", "phase", "by", "kind", "how", "target_kind"})
"""Text fields whose values are words of ours, as all enumerations are."""


def timeline(story: Sequence[Event]) -> tuple[Line, ...]:
    """One line an event, in the order given."""
    return tuple(_line(event, story[0].at) for event in story)


def _line(event: Event, start: datetime) -> Line:
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    words = {name: _word(name, value) for name, value in fields.items() if _is_word(name, value)}
    return Line(
        at=event.at,
        after_s=(event.at - start).total_seconds(),
        type=event.TYPE,
        key=f"trace.{event.TYPE}{_variant(event)}",
        values={n: _shown(value) for n, value in fields.items() if n not in words}
        | _worked_out(event),
        words=words,
    )


def _worked_out(event: Event) -> dict[str, object]:
    """Values a sentence needs that are not fields of the event."""
    if isinstance(event, events.AgentWorkingAfterCall):
        return {"length_s": (event.until - event.at).total_seconds()}
    if isinstance(event, control_events.WaitAnnounced):
        return {"minutes": (event.wait_s or 0) / 60}
    if isinstance(event, events.SurveyAnswered):
        return {"answers": ", ".join(f"{name} {key}" for name, key in event.answers.items())}
    return {}


def _is_word(name: str, value: object) -> bool:
    return isinstance(value, StrEnum) or name in _WORDS


def _word(name: str, value: object) -> str:
    return f"trace.words.{name}.{value}"


def _shown(value: object) -> object:
    match value:
        case tuple():
            return " ".join(map(str, value))
        case Mapping():
            return ", ".join(f"{name}≥{level}" for name, level in value.items())
        case _:
            return value


def _joined(event: Any) -> str:
    told = {"ivr": "", "overflow": "Overflow", "moved": "Moved", "notReached": "NotReached"}
    told |= {"lost": "Lost"}
    return _unseen(event) or told.get(event.why, "Again")


def _sent_on(event: Any) -> str:
    if event.by:
        return "ByAgent"
    return "ByQueue" if event.how == "overflow" else ""


def _unseen(event: Any) -> str:
    return "Unseen" if event.reconstructed else ""


_VARIANTS: Mapping[type[Event], Callable[[Any], str]] = {
    events.DigitsDialed: lambda event: "" if event.digits else "Hidden",
    events.Queued: _joined,
    **dict.fromkeys(
        (
            events.Offered,
            events.Established,
            events.QueueLeft,
            events.CallCleared,
        ),
        _unseen,
    ),
    events.ConnectionCleared: lambda event: "Lost" if event.why else _unseen(event),
    callback_events.CallbackFailed: lambda event: "" if event.next_at else "Last",
    centre_events.ModeSwitched: lambda event: "" if event.on else "Off",
    events.WrapUpSaved: lambda event: (
        "Corrected" if event.by else "" if event.solved else "Unsolved"
    ),
    events.Transferred: _sent_on,
    control_events.MuteChanged: lambda event: "" if event.on else "Off",
    control_events.ReasonDecided: lambda event: "" if event.granted else "Refused",
    control_events.PhoneChanged: lambda event: "" if event.reachable else "Gone",
    control_events.WaitAnnounced: lambda event: "" if event.wait_s is None else "Wait",
}


def _variant(event: Event) -> str:
    """The ending of the sentence's key where one event has two sentences."""
    return _VARIANTS[type(event)](event) if type(event) in _VARIANTS else ""
