from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from cti.core.acd.queue import FreeAgent, QueuePolicy, Relaxation, Strategy, WaitingCall
from cti.core.acd.router import Router, UnknownQueue
from cti.core.acd.why import Exclusion, Rule
from cti.core.ids import AgentId, CallId, QueueName

START = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
MOTOR, CONSULT, MAJOR = QueueName("motor"), QueueName("consult"), QueueName("major")
POLICIES = {
    MOTOR: QueuePolicy(
        name=MOTOR,
        priority=60,
        needs={"motor": 2},
        relaxation=(Relaxation(20, {"motor": 1}), Relaxation(45, {"motor": 0, "lang:*": 0})),
    ),
    CONSULT: QueuePolicy(
        name=CONSULT, priority=20, needs={"consult": 1}, strategy=Strategy.BY_LEVEL
    ),
    MAJOR: QueuePolicy(name=MAJOR, priority=100, needs={"motor": 3}),
}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def call(
    name: str,
    queue: QueueName = MOTOR,
    joined_s: float = 0,
    *,
    head: bool = False,
    priority: int | None = None,
    needs: Mapping[str, int] | None = None,
    avoid: tuple[str, ...] = (),
) -> WaitingCall:
    return WaitingCall(
        call_id=CallId(name),
        queue=queue,
        queued_at=at(joined_s),
        priority=POLICIES[queue].priority if priority is None else priority,
        needs=needs or {},
        head=head,
        avoid=frozenset(AgentId(who) for who in avoid),
    )


def agent(name: str, idle_s: float | None = 0, **skills: int) -> FreeAgent:
    since = None if idle_s is None else at(idle_s)
    return FreeAgent(agent_id=AgentId(name), idle_since=since, skills=skills)


def router(*parts: WaitingCall | FreeAgent) -> Router:
    made = Router(POLICIES)
    for part in parts:
        if isinstance(part, WaitingCall):
            made.put_call(part)
        else:
            made.put_agent(part)
    return made


def pairs(made: Router, now_s: float = 10) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while (offer := made.choose(at(now_s))) is not None:
        found.append((offer.call_id, offer.agent_id))
    return found


def test_nothing_waits_and_nobody_is_offered_anything() -> None:
    assert router(agent("1", motor=3)).choose(at(0)) is None


def test_a_call_goes_to_the_agent_who_has_its_skill() -> None:
    made = router(call("c"), agent("1", consult=5), agent("2", motor=2))
    assert pairs(made) == [("c", "2")]


def test_a_level_below_the_need_does_not_qualify() -> None:
    assert pairs(router(call("c"), agent("1", motor=1))) == []


def test_every_need_of_a_call_must_be_met_by_the_same_agent() -> None:
    made = router(call("c", needs={"lang:en": 1}), agent("1", motor=3))
    made.put_agent(FreeAgent(agent_id=AgentId("2"), skills={"lang:en": 1}))
    assert pairs(made) == []
    made.put_agent(FreeAgent(agent_id=AgentId("3"), skills={"lang:en": 1, "motor": 2}))
    assert pairs(made) == [("c", "3")]


def test_the_longest_idle_agent_comes_first() -> None:
    made = router(call("c"), agent("1", 5, motor=5), agent("2", 3, motor=2), agent("3", 4, motor=2))
    assert pairs(made) == [("c", "2")]


def test_an_agent_of_unknown_idleness_counts_as_longest_idle() -> None:
    assert pairs(router(call("c"), agent("1", 0, motor=2), agent("2", None, motor=2))) == [
        ("c", "2")
    ]


def test_by_level_the_best_agent_comes_first_and_then_the_longest_idle() -> None:
    made = router(
        call("c", CONSULT),
        agent("1", 1, consult=2),
        agent("2", 4, consult=3),
        agent("3", 3, consult=3),
    )
    assert pairs(made) == [("c", "3")]


def test_the_higher_priority_goes_first_although_it_came_later() -> None:
    made = router(call("motor"), call("major", MAJOR, 9), agent("1", motor=3))
    assert pairs(made) == [("major", "1")]


def test_within_a_priority_the_oldest_goes_first() -> None:
    assert pairs(router(call("young", joined_s=5), call("old"), agent("1", motor=2))) == [
        ("old", "1")
    ]


def test_waiting_long_enough_beats_a_higher_priority() -> None:
    made = router(call("old", priority=50), call("new", joined_s=101), agent("1", motor=2))
    assert pairs(made, now_s=101) == [("old", "1")]


def test_an_aged_call_gains_no_more_than_the_cap() -> None:
    made = router(call("old", priority=20), call("new", joined_s=9999), agent("1", motor=2))
    assert pairs(made, now_s=9999) == [("new", "1")]


def test_a_missed_call_goes_before_older_ones_of_its_queue_and_priority() -> None:
    made = router(call("old"), call("missed", joined_s=200, head=True), agent("1", motor=2))
    assert pairs(made, now_s=500) == [("missed", "1")]


def test_a_missed_call_does_not_overtake_a_queue_of_higher_class() -> None:
    made = router(call("missed", head=True), call("major", MAJOR, 9), agent("1", motor=3))
    assert pairs(made) == [("major", "1")]


def test_the_agent_who_just_missed_a_call_gets_it_only_when_nobody_else_can() -> None:
    missed = call("c", head=True, avoid=("1",))
    assert pairs(router(missed, agent("1", 0, motor=2), agent("2", 9, motor=2))) == [("c", "2")]
    assert pairs(router(missed, agent("1", 0, motor=2))) == [("c", "1")]


def test_a_call_that_nobody_can_take_holds_up_no_other() -> None:
    made = router(call("major", MAJOR), call("motor"), agent("1", motor=2))
    assert pairs(made) == [("motor", "1")]


def test_a_chosen_pair_is_out_of_the_router() -> None:
    made = router(call("c"), agent("1", motor=2))
    assert pairs(made) == [("c", "1")]
    assert (list(made.waiting()), list(made.free())) == ([], [])


def test_a_pair_that_could_not_be_reserved_can_be_put_back() -> None:
    made = router(call("c"), agent("1", motor=2), agent("2", 5, motor=2))
    assert made.choose(at(10)) is not None
    made.put_call(call("c"))
    assert pairs(made) == [("c", "2")]


def test_a_dropped_call_and_a_dropped_agent_are_not_chosen() -> None:
    made = router(call("c"), agent("1", motor=2))
    made.drop_call(CallId("c"))
    assert pairs(made) == []
    made.put_call(call("c"))
    made.drop_agent(AgentId("1"))
    assert pairs(made) == []


def test_dropping_what_is_not_there_is_no_error() -> None:
    made = router()
    made.drop_call(CallId("c"))
    made.drop_agent(AgentId("1"))
    assert pairs(made) == []


def test_an_agent_put_again_with_other_skills_is_taken_at_the_new_ones() -> None:
    made = router(call("c"), agent("1", motor=1), agent("1", motor=3))
    assert pairs(made) == [("c", "1")]


def test_a_call_put_again_in_another_queue_waits_there_only() -> None:
    made = router(call("c"), call("c", CONSULT), agent("1", motor=3))
    assert pairs(made) == []


def test_an_unknown_queue_is_refused_and_leaves_the_call_where_it_was() -> None:
    made = router(call("c"), agent("1", motor=2))
    stray = WaitingCall(call_id=CallId("c"), queue=QueueName("nowhere"), queued_at=START)
    with pytest.raises(UnknownQueue, match="nowhere"):
        made.put_call(stray)
    assert pairs(made) == [("c", "1")]


def test_a_relaxed_call_is_matched_from_the_very_moment_of_its_step() -> None:
    made = router(call("c"), agent("1", motor=1))
    assert made.choose(at(19.999999)) is None
    assert made.next_step_at() == at(20)
    offer = made.choose(at(20))
    assert offer is not None
    assert (offer.agent_id, offer.why.step) == ("1", 1)


def test_language_softens_after_45_seconds() -> None:
    made = router(call("c", needs={"lang:en": 1}), agent("1", motor=5))
    assert made.choose(at(20)) is None
    assert made.next_step_at() == at(45)
    assert pairs(made, now_s=45) == [("c", "1")]


def test_a_call_found_after_a_restart_stands_at_its_present_step() -> None:
    made = router(agent("1", motor=1))
    made.put_call(call("c"))
    assert pairs(made, now_s=30) == [("c", "1")]


def test_no_step_is_due_once_the_call_is_gone_or_fully_relaxed() -> None:
    made = router(call("c"), call("d", CONSULT))
    made.drop_call(CallId("c"))
    assert made.next_step_at() is None
    made.put_call(call("c"))
    assert made.choose(at(45)) is None
    assert made.next_step_at() is None


def test_time_never_runs_back() -> None:
    made = router(call("c"), agent("1", motor=1))
    assert made.choose(at(19)) is None
    made.put_agent(agent("2", consult=1))
    made.drop_agent(AgentId("1"))
    assert made.choose(at(20)) is None
    made.put_agent(agent("1", motor=1))
    assert pairs(made, now_s=3) == [("c", "1")]


def test_an_offer_says_what_decided_it() -> None:
    made = router(
        call("c", head=True, joined_s=2), agent("1", motor=2), agent("2", motor=3), agent("3")
    )
    offer = made.choose(at(12))
    assert offer is not None
    assert str(offer.why) == "points=90.0 waited_s=10.0 step=0 candidates=2 head"


def test_an_explanation_names_who_is_kept_away_by_which_rule() -> None:
    made = router(
        call("c", needs={"lang:en": 1}, avoid=("5",)),
        FreeAgent(agent_id=AgentId("1"), skills={"motor": 2}),
        FreeAgent(agent_id=AgentId("2"), skills={"motor": 1, "lang:en": 1}),
        FreeAgent(agent_id=AgentId("3"), skills={"lang:en": 1}),
        FreeAgent(agent_id=AgentId("4"), skills={"motor": 2, "lang:en": 1}),
        FreeAgent(agent_id=AgentId("5"), skills={"motor": 2, "lang:en": 1}),
    )
    told = made.explain(CallId("c"), at(5))
    assert told.candidates == ("4", "5")
    assert told.excluded == (
        Exclusion(AgentId("1"), Rule.LANGUAGE, "lang:en", 1, 0),
        Exclusion(AgentId("2"), Rule.LEVEL, "motor", 2, 1),
        Exclusion(AgentId("3"), Rule.SKILL, "motor", 2, 0),
        Exclusion(AgentId("5"), Rule.AVOIDED),
    )
    assert (told.waited_s, told.points, told.ahead) == (5.0, 60.5, 0)
