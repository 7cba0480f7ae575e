"""Call control on the floor: states, facts and orders of each wish, and who leaves when."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cti.core.acd import control_wishes as wished
from cti.core.acd import party_signals
from cti.core.acd import signals as seen
from cti.core.acd.control_orders import DialParty, MuteLeg, Place, PlayKeys
from cti.core.acd.control_wishes import Asked
from cti.core.acd.declined import Declined
from cti.core.acd.orders import DropLeg
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase, HeldBy, PartyPhase
from cti.core.events import Queued, Transferred
from tests.unit.core.acd.controls import THEIRS, Talk, moved, orders
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, TWO, A, B, caller_channel, kinds, leg

CALLER = caller_channel(ONE)


def states(talk: Talk) -> tuple[AgentState, AgentState]:
    return talk.agent(A).state, talk.agent(B).state


def test_hold_and_retrieve_move_the_legs_and_cut_the_talk() -> None:
    talk = Talk()
    step = talk.hold()
    assert kinds(step) == ["held"]
    assert moved(step) == {CALLER: Place.HOLD, leg(A): Place.SILENCE}
    call = talk.call(ONE)
    assert (call.phase, call.held_by) == (CallPhase.HELD, HeldBy.DESK)
    step = talk.retrieve()
    assert kinds(step) == ["retrieved"]
    assert moved(step) == {leg(A): Place.CALLER}
    assert talk.agent(A).state is AgentState.TALKING


def test_a_hold_by_the_phone_is_the_phones_to_end() -> None:
    talk = Talk()
    talk.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True))
    for refused in (talk.hold, talk.retrieve, talk.asks):
        with pytest.raises(Declined, match="held_by_phone"):
            refused()
    talk.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=False))
    assert talk.call(ONE).phase is CallPhase.TALKING


def test_an_unhold_of_the_phone_does_not_take_back_whom_the_desk_holds() -> None:
    talk = Talk()
    talk.hold()
    step = talk.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=False))
    assert not step.changes
    assert talk.call(ONE).phase is CallPhase.HELD


def test_a_consulted_colleague_is_bound_before_his_phone_rings() -> None:
    talk = Talk()
    step = talk.asks()
    assert kinds(step) == ["held", "consultationStarted"]
    assert moved(step) == {CALLER: Place.HOLD, leg(A): Place.RINGING}
    [dial] = orders(step, DialParty)
    assert isinstance(dial, DialParty)
    assert (dial.target, dial.inside, dial.peer) == ("8002", True, leg(A))
    assert states(talk) == (AgentState.CONSULTING, AgentState.RESERVED)
    assert not talk.agent(B).free
    assert kinds(talk.party_answers()) == ["consultationAnswered"]
    assert states(talk) == (AgentState.CONSULTING, AgentState.TALKING)


def test_a_consulted_colleague_knows_how_long_his_phone_rings() -> None:
    talk = Talk()
    [dial] = orders(talk.asks(), DialParty)
    assert isinstance(dial, DialParty)
    assert talk.agent(B).rings_until == talk.now + timedelta(seconds=dial.ring_s)


def test_completing_hands_the_call_over_and_wraps_the_first_agent_up() -> None:
    talk = Talk()
    talk.consults()
    step = talk.completes()
    facts = ["consultationEnded", "transferred", "connectionCleared"]
    assert kinds(step) == [*facts, "agentWorkingAfterCall", "established"]
    assert moved(step) == {THEIRS: Place.CALLER}
    assert DropLeg(channel=leg(A)) in step.orders
    assert states(talk) == (AgentState.WRAP_UP, AgentState.TALKING)
    call = talk.call(ONE)
    assert (call.agent_id, call.agent_channel, call.parties) == (B, THEIRS, ())
    talk.agent_leaves()
    assert talk.call(ONE).agent_id == B
    talk.do(seen.CallerAfter(call_id=ONE))
    assert talk.agent(B).state is AgentState.WRAP_UP
    talk.leaves(ONE)
    assert talk.kinds().count("queueLeft") == 1


def test_a_party_who_has_not_answered_cannot_be_given_the_caller() -> None:
    talk = Talk()
    talk.asks()
    for early in (talk.completes, talk.alternates, talk.confers):
        with pytest.raises(Declined, match="not_answered_yet"):
            early()


def test_a_cancelled_party_is_hung_up_before_the_agent_moves() -> None:
    talk = Talk()
    talk.consults()
    step = talk.cancels()
    assert kinds(step)[-2:] == ["consultationEnded", "retrieved"]
    assert step.orders[0] == DropLeg(channel=THEIRS)
    assert states(talk) == (AgentState.TALKING, AgentState.IDLE)


def test_a_party_that_answers_after_it_was_cancelled_is_hung_up() -> None:
    talk = Talk()
    talk.asks()
    talk.cancels()
    assert DropLeg(channel=THEIRS) in talk.party_rings().orders
    assert talk.call(ONE).phase is CallPhase.TALKING


def test_alternating_holds_one_of_the_two() -> None:
    talk = Talk()
    talk.consults()
    step = talk.alternates()
    assert kinds(step) == ["retrieved", "alternated"]
    assert moved(step) == {leg(A): Place.CALLER, THEIRS: Place.MUSIC}
    assert talk.call(ONE).parties[0].phase is PartyPhase.HELD
    step = talk.alternates()
    assert kinds(step) == ["held", "alternated"]
    assert moved(step) == {CALLER: Place.HOLD, leg(A): Place.PARTY}


def test_in_a_three_way_call_the_last_agent_has_it() -> None:
    talk = Talk()
    talk.consults()
    step = talk.confers()
    assert kinds(step) == ["consultationEnded", "retrieved", "conferenced"]
    assert set(moved(step).values()) == {Place.CONFERENCE}
    assert states(talk) == (AgentState.CONFERENCING, AgentState.CONFERENCING)
    step = talk.agent_leaves()
    assert "transferred" in kinds(step)
    assert states(talk) == (AgentState.WRAP_UP, AgentState.TALKING)


def test_who_has_a_three_way_call_at_last_is_not_left_alone_in_it() -> None:
    talk = Talk()
    talk.consults()
    talk.confers()
    talk.agent_leaves()
    assert DropLeg(channel=THEIRS) in talk.leaves(ONE).orders


def test_a_party_who_leaves_a_three_way_call_leaves_two() -> None:
    talk = Talk()
    talk.consults()
    talk.confers()
    assert kinds(talk.party_leaves()) == ["partyLeft"]
    assert states(talk) == (AgentState.TALKING, AgentState.IDLE)
    assert talk.call(ONE).parties == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [(lambda _: None, AgentState.HELD), (Talk.alternates, AgentState.TALKING)],
)
def test_a_party_who_leaves_a_consultation_leaves_the_agent_where_he_was(
    before: Callable[[Talk], object], after: AgentState
) -> None:
    talk = Talk()
    talk.consults()
    before(talk)
    assert "consultationEnded" in kinds(talk.party_leaves())
    assert states(talk) == (after, AgentState.IDLE)


@pytest.mark.parametrize(("cause", "told"), [(17, "busy"), (21, "refused"), (0, "noAnswer")])
def test_why_a_party_did_not_answer_is_kept(cause: int, told: str) -> None:
    talk = Talk()
    talk.asks()
    talk.party_rings()
    [ended] = talk.party_leaves(cause).changes.events
    assert getattr(ended, "cause", "") == told
    assert moved(talk.steps[-1]) == {leg(A): Place.SILENCE}


def test_a_phone_that_is_not_there_is_given_up_after_a_moment() -> None:
    talk = Talk()
    talk.asks()
    talk.do(party_signals.PartyFailed(call_id=ONE, party_id=talk.party_id))
    assert talk.agent(A).state is AgentState.CONSULTING
    assert "consultationEnded" in kinds(talk.later(1.1))
    assert states(talk) == (AgentState.HELD, AgentState.IDLE)


def test_a_party_of_which_nothing_is_heard_is_given_up() -> None:
    talk = Talk()
    talk.asks()
    assert talk.floor.next_due() is not None
    step = talk.later(60)
    assert DropLeg(channel=talk.party_id) in step.orders  # type: ignore[arg-type]
    assert states(talk) == (AgentState.HELD, AgentState.IDLE)


def test_the_caller_goes_to_whom_the_agent_asks_when_the_agents_phone_leaves() -> None:
    talk = Talk()
    talk.consults()
    step = talk.agent_leaves()
    facts = [event for event in step.changes.events if isinstance(event, Transferred)]
    assert [(fact.how, fact.target) for fact in facts] == [("attended", B)]
    assert moved(step) == {}, "the party's own dialplan joins the caller"
    assert talk.call(ONE).agent_id == B


@pytest.mark.parametrize("begin", [Talk.hold, Talk.asks])
def test_a_caller_whom_nobody_talks_to_goes_to_the_head_of_his_queue(
    begin: Callable[[Talk], object],
) -> None:
    talk = Talk()
    begin(talk)
    step = talk.agent_leaves()
    [queued] = [event for event in step.changes.events if isinstance(event, Queued)]
    assert (queued.queue, queued.why) == (MOTOR, "agentLeft")
    assert moved(step) == {CALLER: Place.QUEUE}
    call = talk.call(ONE)
    assert (call.phase, call.head, call.answered_at) == (CallPhase.WAITING, True, None)
    assert talk.agent(A).state is AgentState.WRAP_UP
    talk.do(seen.CallerWaits(call_id=ONE, channel=CALLER, attempt=call.attempt))
    assert talk.call(ONE).agent_id == B


def test_an_agent_who_came_back_to_his_caller_and_hangs_up_has_ended_the_talk() -> None:
    talk = Talk()
    talk.consults()
    talk.alternates()
    step = talk.agent_leaves()
    assert DropLeg(channel=THEIRS) in step.orders
    assert talk.agent(B).state is AgentState.IDLE
    talk.do(seen.CallerAfter(call_id=ONE))
    assert talk.call(ONE).phase is CallPhase.AFTER


def test_the_same_where_the_caller_is_heard_of_first() -> None:
    talk = Talk()
    talk.consults()
    talk.alternates()
    talk.do(seen.CallerAfter(call_id=ONE))
    talk.agent_leaves()
    assert states(talk) == (AgentState.WRAP_UP, AgentState.IDLE)


@pytest.mark.parametrize("begin", [Talk.hold, Talk.asks, Talk.consults])
def test_a_caller_who_leaves_frees_everybody(begin: Callable[[Talk], object]) -> None:
    talk = Talk()
    begin(talk)
    step = talk.leaves(ONE)
    assert DropLeg(channel=leg(A)) in step.orders
    assert states(talk) == (AgentState.WRAP_UP, AgentState.IDLE)
    assert ONE not in talk.floor.calls


def test_a_caller_who_leaves_a_three_way_call_ends_it_for_both() -> None:
    talk = Talk()
    talk.consults()
    talk.confers()
    step = talk.leaves(ONE)
    assert kinds(step)[0] == "partyLeft"
    assert DropLeg(channel=THEIRS) in step.orders
    assert states(talk) == (AgentState.WRAP_UP, AgentState.IDLE)


def test_an_outside_number_keeps_the_caller_for_good() -> None:
    talk = Talk()
    talk.asks(Asked.NUMBER, "09716123456")
    talk.party_answers()
    talk.completes()
    call = talk.call(ONE)
    assert (call.phase, call.agent_id) == (CallPhase.TRANSFERRED, None)
    assert talk.agent(A).state is AgentState.WRAP_UP


def test_a_queue_that_is_asked_seeks_somebody_before_all_who_wait_there() -> None:
    talk = Talk()
    step = talk.asks(Asked.QUEUE, ADVICE)
    assert orders(step, DialParty) == []
    assert talk.call(ONE).parties[0].phase is PartyPhase.WAITING
    step = talk.later(talk.floor.rules.consult_wait_s + 1)
    assert kinds(step) == ["consultationEnded"]
    talk.asks(Asked.QUEUE, MOTOR)
    assert talk.call(ONE).parties[0].agent_id == B
    assert talk.agent(B).state is AgentState.RESERVED


def test_a_queue_that_was_asked_is_asked_no_more_when_the_caller_left() -> None:
    talk = Talk()
    talk.asks(Asked.QUEUE, ADVICE)
    talk.leaves(ONE)
    assert list(talk.floor.router.waiting()) == []


def test_mute_and_keys_go_to_the_right_leg() -> None:
    talk = Talk()
    step = talk.wish(wished.SetMute(agent_id=A, on=True))
    assert orders(step, MuteLeg) == [MuteLeg(channel=leg(A), on=True)]
    assert not talk.wish(wished.SetMute(agent_id=A, on=True)).changes
    keys = wished.SendDigits(agent_id=A, digits="12")
    assert orders(talk.wish(keys), PlayKeys) == [PlayKeys(channel=CALLER, digits="12")]
    talk.consults()
    assert orders(talk.wish(keys), PlayKeys) == [PlayKeys(channel=THEIRS, digits="12")]
    talk.cancels()
    talk.hold()
    with pytest.raises(Declined, match="nobody_hears"):
        talk.wish(keys)


def test_nobody_but_the_calls_agent_may_control_it() -> None:
    talk = Talk()
    talk.consults()
    for wish in (wished.HoldCall(agent_id=B), wished.CompleteTransfer(agent_id=B)):
        with pytest.raises(Declined, match="no_talk"):
            talk.wish(wish)


def test_a_ringing_phone_is_asked_once_to_pick_up() -> None:
    talk = Talk()
    talk.waits(TWO)
    talk.rings(TWO, B)
    wish = wished.AnswerCall(agent_id=B)
    assert moved(talk.wish(wish)) == {caller_channel(TWO): Place.ANSWER}
    assert not talk.wish(wish).orders
    talk.rings(TWO, B)
    assert talk.call(TWO).agent_channel == leg(B)
    talk.answers(TWO, B)
    with pytest.raises(Declined, match="nothing_rings"):
        talk.wish(wish)
