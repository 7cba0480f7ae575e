"""Which area a contact is counted for."""

import pytest

from cti.core import events
from cti.core.areas import BY_KEY, said_area
from cti.core.callback_events import CallbackRequested
from cti.core.events import Event
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.measures.contact import Contact
from cti.core.measures.contact_events import take
from cti.core.measures.facts import MeasureRules
from tests.unit.core.measures.lives import Life, at

CALL = CallId("1.1")


def areas(*told: Event) -> set[str]:
    contact = Contact(CALL)
    for event in told:
        take(contact, event, MeasureRules())
    return {fact.area for fact in contact.facts(MeasureRules())}


def test_a_caller_is_counted_where_his_number_was_issued() -> None:
    life = Life("1.1", 0.0).arrive().queue_up("motor").leave("abandoned", 9.0)
    assert areas(*life.told) == {"971"}


def test_what_the_menu_noted_goes_before_the_number() -> None:
    life = Life("1.1", 0.0).arrive().queue_up("motor", area="6").leave("abandoned", 9.0)
    assert areas(*life.told) == {"975"}


def test_a_number_that_tells_no_place_leaves_the_area_open() -> None:
    arrived = events.Offered(
        at=at(0),
        call_id=CALL,
        caller_number="",
        dialed_number="95518",
        channel=ChannelName("x"),
    )
    assert areas(arrived) == {""}


def test_a_callback_is_counted_for_the_area_of_the_call_in_which_it_was_asked_for() -> None:
    asked = CallbackRequested(
        at=at(0),
        call_id=CallId("callback-1.1"),
        origin=CALL,
        queue=QueueName("motor"),
        number="13997000001",
        caller_number="13997000001",
        language="zh",
        place_at=at(0),
        area="971",
    )
    assert areas(asked) == {"971"}


@pytest.mark.parametrize(
    ("noted", "area"), [("1", "971"), ("8", "977"), ("", ""), ("东川", "东川")]
)
def test_the_key_that_callers_press_for_an_area_is_the_same_area(noted: str, area: str) -> None:
    assert said_area({"area": noted}) == area


def test_every_prefecture_has_a_place_of_its_own() -> None:
    assert len(set(BY_KEY.values())) == len(BY_KEY) == 8
