"""Events that are lost, doubled or swapped: neither phones nor books know an agent with two calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd.missed import MissedRule, MissedRules
from cti.core.events import (
    CallCleared,
    ConnectionCleared,
    Established,
    Event,
    OfferEnd,
    Outcome,
    Queued,
    QueueLeft,
)
from cti.core.ids import CallId
from tests.bonds import offered_twice
from tests.unit.core.acd.floors import RULES, A, B, agent
from tests.unit.core.acd.small_asterisk import Fate, SmallAsterisk

CALLS = tuple(CallId(f"1.{n}") for n in range(1, 5))
NO_REST = {cause: MissedRule(not_ready_after=None) for cause in OfferEnd}
HOUSE = replace(RULES, missed=MissedRules(causes=NO_REST))
"""Who missed an offer may have the next one at once, so that a double offer would show."""
WHATS = (
    *("arrives",) * 3,
    *("goes_on",) * 9,
    *("agent_leaves", "caller_leaves") * 2,
    *("agent_vanishes", "hears_that_it_broke"),
    *("look", "nothing") * 2,
)


@dataclass(frozen=True)
class Act:
    """What somebody does, what becomes of what is said of it, how much of it all the server gets done
    (0 for everything), and how long nothing happens then."""

    what: str
    call_id: CallId
    fates: int = 0
    steps: int = 0
    pause_s: float = 0.0


fates = st.just(0) | st.integers(0, 255)
acts = st.builds(
    Act,
    st.sampled_from(WHATS),
    st.sampled_from(CALLS),
    fates,
    st.sampled_from((0, 0, 0, 0, 1, 2, 3)),
    st.sampled_from((0.0, 0.0, 0.0, 0.0, 1.0, 4.0, 30.0)),
)
stories = st.lists(acts, min_size=8, max_size=60)


def played(story: Sequence[Act]) -> SmallAsterisk:
    asterisk = SmallAsterisk(HOUSE, (agent(A), agent(B)))
    asterisk.catches_up()
    for act in story:
        asterisk.fate = Fate(act.fates)
        match act.what:
            case "look":
                asterisk.look()
            case "nothing":
                pass
            case name:
                getattr(asterisk, name)(act.call_id)
        for _ in range(act.steps):
            asterisk.hear_next()
            asterisk.carry_out_next()
        if not act.steps:
            asterisk.catches_up()
        asterisk.passes(act.pause_s)
    return asterisk


def all_end(asterisk: SmallAsterisk) -> None:
    """Everybody hangs up, nothing is lost any more, and two looks find what was."""
    asterisk.fate = Fate()
    for call_id in CALLS:
        asterisk.caller_leaves(call_id)
    asterisk.catches_up()
    for _ in range(2):
        asterisk.look()
    asterisk.passes(60)


def pairs(events: Iterable[Event], begins: type[Event], ends: type[Event]) -> bool:
    """Whether each that begins ends before the next one begins."""
    inside = 0
    for event in events:
        inside += isinstance(event, begins) - isinstance(event, ends)
        if inside not in (0, 1):
            return False
    return inside == 0


def of(asterisk: SmallAsterisk, call_id: CallId) -> list[Event]:
    return [each for each in asterisk.events if getattr(each, "call_id", "") == call_id]


@settings(max_examples=250, deadline=None)
@given(stories)
def test_no_phone_is_rung_for_two_calls_and_the_books_say_so(story: Sequence[Act]) -> None:
    asterisk = played(story)
    assert asterisk.doubles == []
    all_end(asterisk)
    assert offered_twice(asterisk.events) == []


@settings(max_examples=250, deadline=None)
@given(stories)
def test_everything_ends_and_is_counted_once(story: Sequence[Act]) -> None:
    asterisk = played(story)
    all_end(asterisk)
    assert not asterisk.floor.calls
    assert not [one for one in asterisk.floor.agents.values() if one.call_id]
    for call_id in CALLS:
        mine = of(asterisk, call_id)
        assert pairs(mine, Queued, QueueLeft)
        assert pairs(mine, Established, ConnectionCleared)
        assert sum(isinstance(each, CallCleared) for each in mine) == bool(mine)


@settings(max_examples=250, deadline=None)
@given(stories)
def test_who_talked_is_answered_whatever_was_heard_of_it(story: Sequence[Act]) -> None:
    asterisk = played(story)
    all_end(asterisk)
    answered = {
        each.call_id
        for each in asterisk.events
        if isinstance(each, QueueLeft) and each.outcome is Outcome.ANSWERED
    }
    assert answered == {call_id for call_id, _ in asterisk.talks}
