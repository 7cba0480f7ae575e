"""After an outage the legs say who is on a call: whom its agent asked, and who has the caller now."""

from dataclasses import replace

import pytest

from cti.core.acd.control_orders import MoveLegs, Place, TellLeg
from cti.core.acd.control_wishes import Asked
from cti.core.acd.floor import Step
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase, HeldBy, PartyPhase
from cti.core.ids import ChannelName
from tests.unit.core.acd.controls import THEIRS, Talk, moved
from tests.unit.core.acd.floors import MOTOR, ONE, A, B, caller_channel, kinds, leg

CONSULTING = (AgentState.CONSULTING, AgentState.TALKING)


def line(channel: ChannelName, state: str, *, is_caller: bool = False, party: str = "") -> Line:
    return Line(
        channel=channel,
        call_id=ONE,
        is_caller=is_caller,
        state=state,
        bridge_id="b1",
        caller_number="13997000001",
        dialed_number="95518",
        age_s=30.0,
        variables={"ACD_CALL": ONE, "ACD_STATE": state, "ACD_AGENT": A if is_caller else ""},
        party_id=party,
    )


HELD = line(caller_channel(ONE), "held", is_caller=True)
TALKING = line(caller_channel(ONE), "talking", is_caller=True)
AGENT = line(leg(A), "")
PARTY = line(THEIRS, "consulting", party=f"{ONE}-p1")


def after(talk: Talk, *lines: Line) -> Step:
    reconcile(talk.floor, lines, talk.now)
    return talk.floor.finish(talk.now)


def states(talk: Talk) -> tuple[AgentState, AgentState]:
    return talk.agent(A).state, talk.agent(B).state


def test_a_held_caller_is_held_as_before() -> None:
    talk = Talk()
    talk.hold()
    after(talk, HELD, AGENT)
    assert (talk.call(ONE).phase, talk.call(ONE).held_by) == (CallPhase.HELD, HeldBy.DESK)
    assert talk.agent(A).state is AgentState.HELD
    assert moved(talk.retrieve()) == {leg(A): Place.CALLER}


def test_a_held_caller_whose_agent_left_goes_back_to_his_queue() -> None:
    talk = Talk()
    talk.hold()
    step = after(talk, HELD)
    assert moved(step) == {caller_channel(ONE): Place.QUEUE}
    assert talk.call(ONE).phase is CallPhase.WAITING
    assert talk.agent(A).state is AgentState.WRAP_UP


@pytest.mark.parametrize(
    ("state", "phase"), [("consulting", PartyPhase.TALKING), ("asked", PartyPhase.RINGING)]
)
def test_a_consultation_stands_as_its_legs_do(state: str, phase: PartyPhase) -> None:
    talk = Talk()
    talk.asks()
    talk.party_answers()
    after(talk, HELD, AGENT, replace(PARTY, state=state))
    assert talk.agent(A).state is AgentState.CONSULTING
    assert talk.call(ONE).parties[0].phase is phase


def test_a_party_that_rang_and_answered_meanwhile_talks() -> None:
    talk = Talk()
    talk.asks()
    after(talk, HELD, AGENT, PARTY)
    assert states(talk) == CONSULTING
    talk.completes()
    assert talk.call(ONE).agent_id == B


def test_a_party_whose_agent_came_back_to_his_caller_is_on_hold() -> None:
    talk = Talk()
    talk.consults()
    talk.alternates()
    after(talk, TALKING, AGENT, PARTY)
    assert talk.call(ONE).parties[0].phase is PartyPhase.HELD


def test_a_party_that_left_meanwhile_is_free() -> None:
    talk = Talk()
    talk.consults()
    step = after(talk, HELD, AGENT)
    assert "consultationEnded" in kinds(step)
    assert states(talk) == (AgentState.HELD, AgentState.IDLE)


def test_a_caller_whom_the_party_took_over_is_its_agents() -> None:
    talk = Talk()
    talk.consults()
    step = after(talk, TALKING, replace(PARTY, state="talking"))
    assert any(isinstance(order, TellLeg) for order in step.orders)
    assert not any(isinstance(order, MoveLegs) for order in step.orders)
    assert talk.call(ONE).agent_id == B
    assert states(talk) == (AgentState.WRAP_UP, AgentState.TALKING)


def test_a_conference_goes_on_with_or_without_its_agent() -> None:
    talk = Talk()
    talk.consults()
    talk.confers()
    after(talk, TALKING, AGENT, PARTY)
    assert states(talk) == (AgentState.CONFERENCING, AgentState.CONFERENCING)
    after(talk, TALKING, PARTY)
    assert states(talk) == (AgentState.WRAP_UP, AgentState.TALKING)


def test_a_party_of_a_caller_who_waits_again_is_let_go() -> None:
    talk = Talk()
    talk.consults()
    step = after(talk, line(caller_channel(ONE), "waiting", is_caller=True), PARTY)
    assert DropLeg(channel=THEIRS) in step.orders
    assert talk.call(ONE).parties == ()


def test_a_leg_that_nobody_knows_of_ends() -> None:
    talk = Talk()
    step = after(talk, TALKING, AGENT, PARTY)
    assert DropLeg(channel=THEIRS) in step.orders
    assert talk.agent(A).state is AgentState.TALKING


def test_a_queue_that_was_asked_is_asked_no_more() -> None:
    talk = Talk()
    talk.asks(Asked.QUEUE, MOTOR)
    after(talk, HELD, AGENT)
    assert states(talk) == (AgentState.HELD, AgentState.IDLE)
