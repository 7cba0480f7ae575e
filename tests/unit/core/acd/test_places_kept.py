"""Recovery of any saved floor: every waiting caller has his place again, wherever Asterisk shows him."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import signals as seen
from cti.core.acd.centre import CentreRules, ModeRouting
from cti.core.acd.coming_back import LONGEST_S
from cti.core.acd.floor import OFFERED, Floor, Step
from cti.core.acd.lines import Line
from cti.core.acd.orders import TakeBack
from cti.core.acd.reconcile import reconcile
from cti.core.acd.step import take
from cti.core.agent_state import AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.events import AgentAllocated, Diverted, OfferEnd
from cti.core.ids import AgentId, CallId, QueueName
from cti.store.json_text import AGENT, CALL, record_json
from tests.unit.core.acd.floors import ONE, TWO, A, B, Play, agent, caller_channel, leg
from tests.unit.core.acd.test_never_stuck import AGENTS, CALLS, HOUSE, Story, queues, stories, told
from tests.unit.core.acd.test_reconcile import agents_leg, caller

STEADY = replace(
    HOUSE,
    policies={name: replace(each, overflow=()) for name, each in HOUSE.policies.items()},
    centre=CentreRules(modes={**HOUSE.centre.modes, "evacuation": ModeRouting()}),
)
PLACE = ("queue", "queued_at", "place_at", "priority", "needs", "language")


@dataclass(frozen=True)
class Shown:
    """Where Asterisk shows a caller who waited, or whose phone rang, when the server went."""

    state: str
    why: str = ""


shown = st.builds(
    Shown,
    state=st.sampled_from(("waiting", "survive", "ringing")),
    why=st.sampled_from(("", "NOANSWER", "BUSY", "CHANUNAVAIL", "WHISPERHUP", "CANCEL")),
)


def played(story: Story) -> Play:
    play = Play(
        agent(AGENTS[0], motor=3),
        agent(AGENTS[1], motor=1, advice=2),
        agent(AGENTS[2]),
        rules=STEADY,
    )
    play.ready(*AGENTS[:2])
    for signals, pause_s, twice in story:
        play.pass_s(pause_s)
        for signal in signals * (1 + twice):
            told(play, signal)
    play.do(seen.TimeCame())
    return play


def saved(floor: Floor) -> Floor:
    """Another server's floor, from what this one wrote down."""
    agents = [AGENT.validate_json(record_json(each)) for each in floor.agents.values()]
    calls = [CALL.validate_json(record_json(each)) for each in floor.calls.values()]
    assert (agents, calls) == ([*floor.agents.values()], [*floor.calls.values()])
    other = Floor(floor.rules, floor.centre)
    other.load(agents, calls)
    return other


def lines_of(call: Call, found: Shown) -> tuple[Line, ...]:
    bound = {"ACD_AGENT": call.agent_id or "", "ACD_TRY": str(call.attempt)}
    if call.phase is CallPhase.WAITING and found.state != "ringing":
        return (caller(call.call_id, found.state),)
    if call.phase in OFFERED:
        return (caller(call.call_id, found.state, ACD_WHY=found.why, **bound),)
    if call.phase is CallPhase.TALKING and call.agent_id:
        theirs = replace(agents_leg(call.call_id), channel=leg(call.agent_id))
        return (caller(call.call_id, "talking", bridge="b", **bound), theirs)
    return (caller(call.call_id, call.phase),)


def offers(steps: Sequence[Step]) -> list[tuple[CallId, AgentId]]:
    events = (event for step in steps for event in step.changes.events)
    return [(e.call_id, e.agent_id) for e in events if isinstance(e, AgentAllocated)]


def recovered(play: Play, found: Mapping[CallId, Shown], back: Sequence[CallId]) -> Floor:
    """The floor once all who were taken back wait again, in this order; ``play.steps`` are its steps."""
    floor = saved(play.floor)
    lines = [line for call in floor.calls.values() for line in lines_of(call, found[call.call_id])]
    reconcile(floor, lines, play.now)
    play.steps = [floor.finish(play.now)]
    taken = {order.call_id for order in play.steps[0].orders if isinstance(order, TakeBack)}
    for call_id in sorted(taken, key=back.index):
        signal = seen.CallerWaits(call_id=call_id, channel=floor.calls[call_id].channel)
        play.steps.append(take(floor, signal, play.now))
    return floor


def in_wait(found: Mapping[CallId, Shown]) -> dict[CallId, Shown]:
    """The same, but nobody had gone to the native queue."""
    return {c: replace(s, state=s.state.replace("survive", "waiting")) for c, s in found.items()}


@settings(max_examples=200, deadline=None)
@given(stories, st.data())
def test_a_caller_who_waits_has_his_place_after_any_recovery(
    story: Story, data: st.DataObject
) -> None:
    play = played(story)
    before = {c.call_id: c for c in play.floor.calls.values() if c.queued_at and not c.answered_at}
    found = {call_id: data.draw(shown) for call_id in play.floor.calls}
    floor = recovered(play, found, data.draw(st.permutations([*play.floor.calls])))
    for call_id, call in before.items():
        now = floor.calls[call_id]
        for name in PLACE:
            assert getattr(now, name) == getattr(call, name), name
        assert now.head or not call.head
        ended = call.phase in OFFERED and found[call_id].state != "ringing"
        assert now.head or not ended


def crowded(crowd: Sequence[tuple[QueueName, int, int]]) -> Play:
    """So many wait, and then every agent is ready; what the server makes of that is not seen any more."""
    play = Play(agent(AGENTS[0], motor=3), agent(AGENTS[1], motor=1, advice=2), rules=STEADY)
    for call_id, (queue, points, pause_s) in zip(CALLS, crowd, strict=False):
        channel = caller_channel(call_id)
        known = {"caller_number": call_id, "dialed_number": "2", "points": points}
        play.do(seen.CallerArrived(call_id=call_id, channel=channel, **known))  # type: ignore[arg-type]
        play.do(seen.QueueChosen(call_id=call_id, queue=queue))
        comes_back(play, call_id)
        play.pass_s(pause_s)
    all_ready(play.floor)
    return play


def all_ready(floor: Floor) -> None:
    for each in tuple(floor.agents.values()):
        floor.put_agent(each, status=AgentStatus.READY)


crowds = st.lists(
    st.tuples(queues, st.sampled_from((0, 10, 30)), st.sampled_from((0, 1, 30))),
    min_size=2,
    max_size=len(CALLS),
)


@settings(max_examples=200, deadline=None)
@given(crowds, st.data())
def test_whoever_is_taken_back_first_the_same_callers_get_the_same_agents(
    crowd: Sequence[tuple[QueueName, int, int]], data: st.DataObject
) -> None:
    play = crowded(crowd)
    found = {call_id: data.draw(shown) for call_id in play.floor.calls}
    recovered(play, in_wait(found), ())
    wanted = offers(play.steps)
    recovered(play, found, data.draw(st.permutations([*play.floor.calls])))
    assert offers(play.steps) == wanted


def after(play: Play, *lines: Line) -> Step:
    """Recovery of the same floor."""
    play.floor = saved(play.floor)
    reconcile(play.floor, lines, play.now)
    return play.floor.finish(play.now)


def two_wait_and_one_agent_is_free() -> Play:
    play = Play(agent(A))
    for call_id in (ONE, TWO):
        play.waits(call_id)
        play.pass_s(1)
    all_ready(play.floor)
    return play


def comes_back(play: Play, call_id: CallId) -> Step:
    return play.do(seen.CallerWaits(call_id=call_id, channel=caller_channel(call_id)))


def test_who_waits_with_us_does_not_overtake_one_who_is_being_taken_back() -> None:
    play = two_wait_and_one_agent_is_free()
    assert not offers([after(play, caller(ONE, "survive"), caller(TWO, "waiting"))])
    play.pass_s(0.1)
    assert offers([comes_back(play, ONE)]) == [(ONE, A)]


def test_one_who_hangs_up_on_his_way_back_holds_nobody() -> None:
    play = two_wait_and_one_agent_is_free()
    after(play, caller(ONE, "survive"), caller(TWO, "waiting"))
    assert offers([play.leaves(ONE)]) == [(TWO, A)]


def test_one_who_never_comes_back_holds_the_others_for_a_moment_only() -> None:
    play = two_wait_and_one_agent_is_free()
    after(play, caller(ONE, "survive"), caller(TWO, "waiting"))
    due = play.floor.next_due()
    assert due == play.now + timedelta(seconds=LONGEST_S)
    assert offers([play.later(LONGEST_S)]) == [(TWO, A)]


@pytest.mark.parametrize(
    ("why", "cause", "end"),
    [
        ("NOANSWER", "19", OfferEnd.NO_ANSWER),
        ("CHANUNAVAIL", "21", OfferEnd.REFUSED),
        ("BUSY", "17", OfferEnd.BUSY),
        ("WHISPERHUP", "16", OfferEnd.WHISPER_HANGUP),
        ("CHANUNAVAIL", "20", OfferEnd.WITHDRAWN),
        ("CANCEL", "0", OfferEnd.WITHDRAWN),
        ("", "19", OfferEnd.WITHDRAWN),
        ("NOANSWER", "hostile", OfferEnd.NO_ANSWER),
    ],
)
def test_how_an_offer_ended_unheard_is_on_the_callers_line(
    why: str, cause: str, end: OfferEnd
) -> None:
    play = rung()
    told = {"ACD_TRY": "1", "ACD_WHY": why, "HANGUPCAUSE": cause}
    step = after(play, caller(ONE, "waiting", **told))
    [ended] = [event for event in step.changes.events if isinstance(event, Diverted)]
    assert ended.cause is end
    assert (play.agent(A).call_id == ONE) is (end is OfferEnd.WITHDRAWN)


def test_the_end_of_an_older_offer_says_nothing_about_this_one() -> None:
    step = after(rung(), caller(ONE, "waiting", ACD_TRY="0", ACD_WHY="NOANSWER"))
    [ended] = [event for event in step.changes.events if isinstance(event, Diverted)]
    assert ended.cause is OfferEnd.WITHDRAWN


def test_who_did_not_answer_while_we_were_away_does_not_keep_the_caller_from_the_next() -> None:
    play = rung()
    play.waits(TWO)
    told = {"ACD_TRY": "1", "ACD_WHY": "NOANSWER"}
    after(play, caller(ONE, "waiting", **told), caller(TWO, "waiting"))
    assert (play.agent(A).status, play.agent(A).reason) == (AgentStatus.NOT_READY, "RNA")
    play.ready(B)
    assert play.agent(B).call_id == ONE


def rung() -> Play:
    """A's phone rings for ONE."""
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    return play
