"""One call's events as its story."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core import events
from cti.core.events import ClearedBy, Event, OfferEnd, Outcome
from cti.core.ids import AgentId, CallId, QueueName
from cti.core.measures.timeline import timeline
from cti.messages import LANGUAGES, text
from tests.events import any_event
from tests.store.samples import NOW, offered

CALL = CallId("1764000000.1")


def test_no_events_are_no_story() -> None:
    assert timeline([]) == ()


def test_each_line_knows_its_time_since_the_first_event() -> None:
    later = events.NoInputHeard(at=NOW + timedelta(seconds=5.25), call_id=CALL, node="root")
    first, second = timeline([offered(), later])
    assert (first.after_s, second.after_s) == (0.0, 5.25)
    assert (first.at, second.at) == (NOW, later.at)


def test_a_line_names_its_sentence_and_brings_its_values() -> None:
    (line,) = timeline([offered()])
    assert line.key == "trace.offered"
    assert line.values["dialed_number"] == "95518"


def test_an_outcome_is_a_word_to_be_translated() -> None:
    left = events.QueueLeft(
        at=NOW,
        call_id=CALL,
        queue=QueueName("motor"),
        outcome=Outcome.SHORT_ABANDONED,
        waited_s=3.0,
    )
    (line,) = timeline([left])
    assert line.words == {"outcome": "trace.words.outcome.short_abandoned"}
    assert "outcome" not in line.values


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (
            events.DigitsDialed(at=NOW, call_id=CALL, node="id", digits="", target="next"),
            "trace.digitsDialedHidden",
        ),
        (
            events.Queued(
                at=NOW,
                call_id=CALL,
                queue=QueueName("motor"),
                priority=1,
                needs={},
                language="zh",
                why="missed",
            ),
            "trace.queuedAgain",
        ),
        (
            events.CallCleared(
                at=NOW, call_id=CALL, cleared_by=ClearedBy.UNKNOWN, reconstructed=True
            ),
            "trace.callClearedUnseen",
        ),
        (
            events.WrapUpSaved(
                at=NOW, call_id=CALL, agent_id=AgentId("1"), reason="x", solved=False
            ),
            "trace.wrapUpSavedUnsolved",
        ),
        (
            events.WrapUpSaved(at=NOW, call_id=CALL, agent_id=AgentId("1"), reason="x", by="chief"),
            "trace.wrapUpSavedCorrected",
        ),
    ],
)
def test_an_event_with_two_meanings_has_two_sentences(event: Event, key: str) -> None:
    assert timeline([event])[0].key == key


def test_needs_read_as_levels() -> None:
    queued = events.Queued(
        at=NOW,
        call_id=CALL,
        queue=QueueName("motor"),
        priority=60,
        needs={"motor": 2, "bo": 1},
        language="bo",
        keys=("1", "2"),
    )
    (line,) = timeline([queued])
    assert line.values["needs"] == "motor≥2, bo≥1"
    assert line.values["keys"] == "1 2"


@given(any_event(), st.sampled_from(LANGUAGES))
def test_every_event_has_a_sentence_in_every_language(event: Event, language: str) -> None:
    (line,) = timeline([event])
    assert text(line.key, language, **line.values, **dict.fromkeys(line.words, "word"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [Outcome, OfferEnd, ClearedBy])
def test_every_outcome_and_cause_has_a_word(
    language: str, words: type[Outcome | OfferEnd | ClearedBy]
) -> None:
    places = {Outcome: "outcome", OfferEnd: "cause", ClearedBy: "cleared_by"}
    assert all(text(f"trace.words.{places[words]}.{word.value}", language) for word in words)
