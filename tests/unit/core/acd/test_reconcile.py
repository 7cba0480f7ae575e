"""After an outage Asterisk's channels say what is true."""

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.floor import Step
from cti.core.acd.lines import Line
from cti.core.acd.orders import RingAgent, TakeBack
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.events import CallCleared, ClearedBy, Diverted, OfferEnd, Outcome, QueueLeft
from cti.core.ids import CallId
from tests.unit.core.acd.floors import MOTOR, ONE, TWO, A, B, Play, caller_channel, kinds, leg


def caller(call_id: CallId, state: str, *, bridge: str = "", **told: str) -> Line:
    return Line(
        channel=caller_channel(call_id),
        call_id=call_id,
        is_caller=True,
        state=state,
        bridge_id=bridge,
        caller_number="13997000001",
        dialed_number="95518",
        age_s=30.0,
        variables={"ACD_CALL": call_id, "ACD_STATE": state, **told},
    )


def agents_leg(call_id: CallId) -> Line:
    return Line(
        channel=leg(A),
        call_id=call_id,
        is_caller=False,
        state="",
        bridge_id="b1",
        caller_number="",
        dialed_number="",
        age_s=5.0,
        variables={"ACD_CALL": call_id},
    )


def after_outage(play: Play, *lines: Line) -> Step:
    reconcile(play.floor, lines, play.now)
    return play.floor.finish(play.now)


def test_a_call_without_a_channel_ended_while_we_were_away() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    step = after_outage(play)
    [cleared] = [e for e in step.changes.events if isinstance(e, CallCleared)]
    [left] = [e for e in step.changes.events if isinstance(e, QueueLeft)]
    assert (cleared.cleared_by, cleared.reconstructed) == (ClearedBy.UNKNOWN, True)
    assert left.outcome is Outcome.SYSTEM_FAIL
    assert play.agent(A).free


def test_a_talk_that_went_on_is_a_talk_again() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    before = play.call(ONE).answered_at
    after_outage(play, caller(ONE, "talking", bridge="b1", ACD_AGENT=A), agents_leg(ONE))
    assert (play.call(ONE).phase, play.call(ONE).answered_at) == (CallPhase.TALKING, before)
    assert (play.agent(A).state, play.agent(A).call_id) == (AgentState.TALKING, ONE)


def test_a_talk_that_began_unseen_binds_its_agent() -> None:
    play = Play()
    play.ready(A)
    after_outage(
        play,
        caller(ONE, "talking", bridge="b1", ACD_AGENT=A, ACD_QUEUE=MOTOR, ACD_TRY="1"),
        agents_leg(ONE),
    )
    assert play.call(ONE).agent_channel == leg(A)
    assert play.agent(A).state is AgentState.TALKING
    play.do(seen.DialEnded(call_id=ONE, attempt=1, status="ANSWER"))
    assert play.agent(A).state is AgentState.WRAP_UP


def test_somebody_who_talks_is_signed_in() -> None:
    play = Play()
    after_outage(play, caller(ONE, "talking", bridge="b1", ACD_AGENT=A), agents_leg(ONE))
    assert play.agent(A).status is AgentStatus.NOT_READY


def test_a_waiting_caller_keeps_his_place_and_is_offered() -> None:
    play = Play()
    play.waits(ONE)
    play.pass_s(20)
    joined = play.call(ONE).queued_at
    play.ready(A)
    play.floor.load(play.floor.agents.values(), play.floor.calls.values())
    step = after_outage(play, caller(ONE, "waiting"))
    assert play.call(ONE).queued_at == joined
    assert play.agent(A).call_id == ONE
    assert not [order for order in step.orders if isinstance(order, TakeBack)]


def test_an_unknown_waiting_caller_joins_the_fallback_queue() -> None:
    play = Play()
    play.ready(A)
    step = after_outage(play, caller(ONE, "waiting"))
    assert (play.call(ONE).queue, play.call(ONE).agent_id) == (MOTOR, A)
    assert [type(order) for order in step.orders if isinstance(order, RingAgent)] == [RingAgent]


def test_who_waits_in_the_native_fallback_is_taken_back() -> None:
    play = Play()
    play.waits(ONE)
    step = after_outage(play, caller(ONE, "survive"))
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders


def test_who_talks_in_the_native_fallback_finishes_his_talk() -> None:
    play = Play()
    play.ready(A)
    play.waits(TWO)
    play.leaves(TWO)
    step = after_outage(play, caller(ONE, "survive", bridge="b1"), agents_leg(ONE))
    assert not [order for order in step.orders if isinstance(order, TakeBack)]
    assert (play.agent(A).state, play.agent(A).call_id) == (AgentState.TALKING, ONE)
    play.do(seen.CallerAfter(call_id=ONE))
    assert play.agent(A).state is AgentState.WRAP_UP


def test_a_fresh_caller_in_the_menu_announces_himself() -> None:
    play = Play()
    assert not after_outage(play, caller(ONE, "ivr")).changes.calls
    assert kinds(play.arrives(ONE)) == ["offered"]


def test_an_agent_bound_to_nothing_is_free() -> None:
    play = Play()
    play.ready(A, B)
    play.waits(ONE)
    play.rings(ONE, A)
    after_outage(play, caller(ONE, "after"))
    assert play.agent(B).free


@pytest.mark.parametrize("state", ["", "nonsense", "transferred"])
def test_a_state_we_do_not_know_harms_nothing(state: str) -> None:
    play = Play()
    play.ready(A)
    after_outage(play, caller(ONE, state))
    assert play.agent(A).free
    play.leaves(ONE)
    assert play.floor.calls == {}


@pytest.mark.parametrize(
    "state", ["ivr", "waiting", "ringing", "talking", "held", "after", "survive", ""]
)
def test_setting_right_twice_is_the_same_as_once(state: str) -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    lines = (caller(ONE, state, bridge="b1", ACD_AGENT=A, ACD_TRY="1"), agents_leg(ONE))
    after_outage(play, *lines)
    first = (play.agent(A).state, play.agent(A).call_id, play.call(ONE).phase)
    after_outage(play, *lines)
    assert (play.agent(A).state, play.agent(A).call_id, play.call(ONE).phase) == first


@pytest.mark.parametrize("phase", ["talking", "whisper"])
def test_a_talk_whose_end_was_missed_is_wrapped_up(phase: str) -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.answers(ONE, A)
    if phase == "talking":
        play.do(seen.TalkBegan(call_id=ONE, agent_channel=leg(A)))
    step = after_outage(play, caller(ONE, "after", ACD_AGENT=A))
    assert play.call(ONE).phase is CallPhase.AFTER
    assert (play.agent(A).state, play.agent(A).call_id) == (AgentState.WRAP_UP, ONE)
    assert "connectionCleared" in kinds(step)
    assert ("established" in kinds(step)) == (phase == "whisper")
    assert "queueLeft" not in kinds(play.leaves(ONE))


def test_an_agent_who_went_on_since_is_left_alone_by_the_caller_he_talked_to() -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    play.do(seen.ChooseStatus(agent_id=A, status=AgentStatus.READY))
    play.waits(TWO)
    play.talks(TWO, A)
    after_outage(
        play,
        caller(ONE, "after", ACD_AGENT=A),
        caller(TWO, "talking", bridge="b1", ACD_AGENT=A),
    )
    assert (play.agent(A).state, play.agent(A).call_id) == (AgentState.TALKING, TWO)


@pytest.mark.parametrize("state", ["waiting", "survive"])
def test_an_offer_that_ended_unheard_is_withdrawn_and_its_caller_is_the_next(state: str) -> None:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.waits(TWO)
    step = after_outage(play, caller(ONE, state), caller(TWO, "waiting"))
    [ended] = [e for e in step.changes.events if isinstance(e, Diverted)]
    assert (ended.call_id, ended.agent_id, ended.cause) == (ONE, A, OfferEnd.WITHDRAWN)
    assert play.call(ONE).head
    if state == "waiting":
        assert "queued" not in kinds(step)
        assert play.agent(A).call_id == ONE
