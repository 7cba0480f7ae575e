"""A call's story in sentences."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from cti.core import events
from cti.core.events import Event
from cti.core.ids import AgentId, CallId, EventId
from cti.services.ports import Recorded
from cti.services.story import tell
from tests.events import any_event
from tests.store.samples import NOW, offered

CALL = CallId("1764000000.1")


def stars(number: str) -> str:
    return "*" * len(number)


def told(event: Event, language: str = "en") -> str:
    (sentence,) = tell([Recorded(EventId("1-0"), event)], language, masked=stars)
    return sentence.text


def test_the_callers_number_is_masked() -> None:
    assert "13997000001" not in told(offered())
    assert "***********" in told(offered())


def test_the_story_is_told_in_the_language_asked_for() -> None:
    held = events.NoInputHeard(at=NOW, call_id=CALL, node="root")
    assert told(held, "zh") == "在 root 没有按键"
    assert told(held, "en") == "Pressed nothing at root"


def test_words_of_ours_are_translated() -> None:
    found = events.LookupEnded(
        at=NOW, call_id=CALL, source="claims.status", result="missing", took_s=0.123
    )
    assert told(found) == "Looked up claims.status: not found, took 0.12 s"


def test_wrap_up_is_told_by_its_length() -> None:
    until = NOW + timedelta(seconds=45)
    working = events.AgentWorkingAfterCall(
        at=NOW, agent_id=AgentId("1023"), call_id=CALL, until=until
    )
    assert told(working) == "Agent 1023 is in wrap-up for 45 s at most"


def test_a_word_that_only_the_configuration_knows_is_shown_as_it_is() -> None:
    entered = events.NodeEntered(at=NOW, call_id=CALL, node="vote", kind="survey")
    assert told(entered) == "Came to node vote (survey)"


def test_control_characters_and_braces_of_strangers_are_harmless() -> None:
    odd = replace(offered(), dialed_number="\x1b[2J{caller_name}\n")
    assert told(odd).endswith("�[2J{caller_name}� reached the menu")


@given(any_event())
def test_every_event_can_be_told_on_one_line_in_both_languages(event: Event) -> None:
    for language in ("zh", "en"):
        assert len(told(event, language).splitlines()) == 1
