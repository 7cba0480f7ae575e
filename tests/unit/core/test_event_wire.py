"""Events as JSON data, and back."""

import math

import orjson
import pytest
from hypothesis import given

from cti.core.event_wire import UnknownEvent, from_wire, to_wire
from cti.core.events import Event, WrapUpSaved
from cti.core.wrap_ups import Handling
from tests.events import any_event


def _has_json(event: Event) -> bool:
    """JSON knows no infinity and no NaN."""
    values = to_wire(event).values()
    return all(math.isfinite(value) for value in values if isinstance(value, float))


@given(any_event())
def test_every_event_comes_back_from_the_wire_as_it_was(event: Event) -> None:
    if _has_json(event):
        assert from_wire(to_wire(event)) == event


@given(any_event().filter(_has_json))
def test_every_event_survives_json(event: Event) -> None:
    wire = to_wire(event)
    try:
        text = orjson.dumps(wire)
    except TypeError:
        return  # half a surrogate pair or an integer over 64 bits: the store cleans text first
    assert from_wire(orjson.loads(text)) == event


@given(any_event())
def test_the_type_stands_first_on_the_wire(event: Event) -> None:
    assert next(iter(to_wire(event).items())) == ("type", event.TYPE)


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"type": "noSuchEvent"},
        {"type": ["queued"]},
        {"type": "offered"},
        {"type": "agentReady", "at": "yesterday", "agentId": "1"},
        {"type": "agentReady", "at": 5, "agentId": "1"},
    ],
)
def test_what_is_no_event_is_refused(wire: dict[str, object]) -> None:
    with pytest.raises(UnknownEvent):
        from_wire(wire)


def test_a_record_of_before_is_one_that_says_less() -> None:
    old = {
        "type": "wrapUpSaved",
        "at": "2026-11-22T01:02:03+00:00",
        "callId": "c-1",
        "agentId": "1023",
        "reason": "report_single",
        "remarks": "",
        "solved": True,
        "followUp": False,
    }
    found = from_wire(old)
    assert isinstance(found, WrapUpSaved)
    assert (found.handling, found.follow_up_due, found.by) == (Handling.NONE, None, "")
