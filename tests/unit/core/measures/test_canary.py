"""When a canary is taken back, by counts; and the counts, from the journal's events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.events import CallCleared, ClearedBy, Event, Offered, Outcome, QueueLeft
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.measures.canary import CanaryRules, CanaryWatch, Counts, judged
from cti.core.version_events import VisitEnded

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = CanaryRules(least_visits=30, most_failed=0.1, abandon_excess=0.05, confidence=0.99)
CURRENT = Counts(visits=1000, failed=10, abandoned=100)


@pytest.mark.parametrize(
    ("canary", "kind"),
    [
        (Counts(visits=29, failed=2), None),
        (Counts(visits=30, failed=3), None),
        (Counts(visits=30, failed=4), "failed"),
        (Counts(visits=100, failed=10), None),
        (Counts(visits=100, failed=11), "failed"),
        (Counts(visits=200, abandoned=30), None),
        (Counts(visits=200, abandoned=40), "abandoned"),
        (Counts(visits=20, abandoned=20), None),
        (Counts(), None),
    ],
)
def test_a_canary_is_judged_by_its_counts(canary: Counts, kind: str | None) -> None:
    harm = judged(canary, CURRENT, RULES)
    assert (harm.kind if harm else None) == kind


def test_so_many_failures_that_no_faultless_visit_could_mend_them_decide_early() -> None:
    harm = judged(Counts(visits=4, failed=4), Counts(), RULES)
    assert harm
    assert harm.words() == "failed: canary 4/4, current 0/0"


def test_an_excess_that_may_be_chance_does_not_decide() -> None:
    few = Counts(visits=30, abandoned=5)
    assert few.abandoned_share - CURRENT.abandoned_share > RULES.abandon_excess
    assert judged(few, CURRENT, RULES) is None


def test_a_current_version_as_bad_keeps_the_canary() -> None:
    bad = Counts(visits=500, abandoned=250)
    assert judged(bad, bad, RULES) is None


@given(
    st.integers(30, 500), st.integers(0, 500), st.integers(30, 5000), st.integers(0, 5000),
    st.integers(0, 50),
)  # fmt: skip
def test_more_callers_who_give_up_never_speak_for_a_canary(
    visits: int, gave_up: int, others: int, others_gave_up: int, more: int
) -> None:
    current = Counts(visits=others, abandoned=min(others, others_gave_up))
    fewer = Counts(visits=visits, abandoned=min(visits, gave_up))
    worse = Counts(visits=visits, abandoned=min(visits, gave_up + more))
    if judged(fewer, current, RULES):
        assert judged(worse, current, RULES)


def offered(call_id: str, version: int, at: datetime = NOW) -> Event:
    return Offered(
        at=at,
        call_id=CallId(call_id),
        caller_number="1",
        dialed_number="95518",
        channel=ChannelName("c"),
        tree_version=version,
    )


def ended(call_id: str, end: str, **more: object) -> Event:
    return VisitEnded(at=NOW, call_id=CallId(call_id), version=2, end=end, node="n", **more)  # type: ignore[arg-type]


def left(call_id: str, outcome: Outcome) -> Event:
    return QueueLeft(
        at=NOW, call_id=CallId(call_id), queue=QueueName("q"), outcome=outcome, waited_s=1
    )


def seen(*events: Event) -> CanaryWatch:
    watch = CanaryWatch(canary=2, current=1, window_s=3600)
    for event in events:
        watch.see(event)
    return watch


def test_a_visit_counts_for_its_version_once_it_is_over() -> None:
    watch = seen(offered("a", 2), offered("b", 1), offered("c", 7), ended("b", "hangup"))
    assert (watch.counts(2), watch.counts(1)) == (Counts(), Counts(visits=1))


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        ([ended("a", "queue")], Counts()),
        ([ended("a", "queue"), left("a", Outcome.ANSWERED)], Counts(visits=1)),
        ([ended("a", "queue"), left("a", Outcome.ABANDONED)], Counts(visits=1, abandoned=1)),
        ([ended("a", "queue"), left("a", Outcome.SHORT_ABANDONED)], Counts(visits=1)),
        ([ended("a", "gone")], Counts(visits=1, abandoned=1)),
        ([ended("a", "gone", entry="after_call")], Counts(visits=1)),
        ([ended("a", "fault")], Counts(visits=1, failed=1)),
        ([ended("a", "queue", failures=1)], Counts(visits=1, failed=1)),
        ([ended("a", "transfer")], Counts(visits=1)),
        (
            [CallCleared(at=NOW, call_id=CallId("a"), cleared_by=ClearedBy.CALLER)],
            Counts(visits=1),
        ),
    ],
)
def test_how_a_visit_ended_is_how_it_counts(events: list[Event], counted: Counts) -> None:
    assert seen(offered("a", 2), *events).counts(2) == counted


def test_visits_older_than_the_window_are_forgotten() -> None:
    old = NOW - timedelta(seconds=3601)
    watch = seen(offered("a", 2, old), offered("b", 2), ended("a", "fault"), ended("b", "fault"))
    watch.harm(NOW, RULES)
    assert watch.counts(2) == Counts(visits=1, failed=1)
    assert set(watch.visits) == {"b"}


def test_the_same_events_give_the_same_counts_after_a_restart() -> None:
    events = [offered("a", 2), ended("a", "fault"), offered("b", 1), ended("b", "gone")]
    assert seen(*events).visits == seen(*events).visits
