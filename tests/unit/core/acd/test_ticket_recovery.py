"""Callbacks after a restart: what Asterisk shows of a dial wins, and nobody is dialled twice."""

import pytest

from cti.core.acd.lines import Line
from cti.core.acd.orders import DialBack, DropLeg
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from tests.unit.core.acd.floors import TWO, A, Play, leg
from tests.unit.core.acd.test_tickets import (
    T1,
    asked_and_gone,
    customer_dialled,
    leg_gone,
    reached,
    ticket,
)


def line(state: str) -> Line:
    """The agent's leg of a dial, which bears the ticket's id."""
    return Line(
        channel=leg(A),
        call_id=T1,
        is_caller=True,
        state=state,
        bridge_id="",
        caller_number="",
        dialed_number="95518",
        age_s=1.0,
        variables={"ACD_AGENT": A},
    )


def restarted(play: Play, *lines: Line) -> Play:
    """Another floor over the same records."""
    fresh = Play()
    fresh.now = play.now
    fresh.floor.load(tuple(play.floor.agents.values()), tuple(play.floor.calls.values()))
    reconcile(fresh.floor, lines, fresh.now)
    fresh.steps.append(fresh.floor.finish(fresh.now))
    return fresh


def dials(play: Play) -> list[object]:
    return [o for step in play.steps for o in step.orders if isinstance(o, DialBack)]


def test_a_ticket_outlives_a_restart() -> None:
    play = Play()
    asked_and_gone(play)
    fresh = restarted(play)
    fresh.ready(A)
    assert fresh.agent(A).call_id == T1


def test_a_dial_that_never_began_is_begun_again() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    fresh = restarted(play)
    assert len(dials(fresh)) == 1
    assert fresh.agent(A).call_id == T1


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("ringing", CallPhase.RINGING),
        ("whisper", CallPhase.WHISPER),
        ("dialling", CallPhase.DIALLING),
        ("talking", CallPhase.TALKING),
    ],
)
def test_a_dial_that_goes_on_is_not_begun_again(state: str, phase: CallPhase) -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    fresh = restarted(play, line(state))
    assert (fresh.call(T1).phase, dials(fresh)) == (phase, [])
    assert fresh.agent(A).call_id == T1


def test_a_talk_that_began_unseen_is_told_and_ends_as_any_other() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    fresh = restarted(play, line("talking"))
    assert fresh.kinds() == ["callbackDialed", "callbackConnected", "established"]
    leg_gone(fresh)
    assert fresh.agent(A).state is AgentState.WRAP_UP
    assert T1 not in fresh.floor.calls


def test_an_agent_who_is_being_told_of_a_failure_is_freed_when_his_leg_is_gone() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    customer_dialled(play)
    fresh = restarted(play, line("told"))
    leg_gone(fresh)
    assert fresh.agent(A).free
    assert ticket(fresh).dials == 1


def test_a_customer_who_may_have_been_reached_unseen_is_not_dialled_at_once() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    customer_dialled(play)
    fresh = restarted(play)
    assert fresh.kinds() == ["callbackFailed"]
    assert dials(fresh) == []
    assert fresh.agent(A).free


def test_a_talk_that_ended_unseen_closes_the_ticket() -> None:
    play = Play()
    asked_and_gone(play)
    play.ready(A)
    reached(play)
    fresh = restarted(play)
    assert fresh.kinds() == ["connectionCleared", "agentWorkingAfterCall", "callbackClosed"]


def test_a_leg_of_a_dial_that_was_given_up_is_ended_first() -> None:
    play = Play()
    asked_and_gone(play)
    fresh = restarted(play, line("ringing"))
    assert fresh.steps[-1].orders == (DropLeg(channel=leg(A)),)
    fresh.ready(A)
    assert fresh.agent(A).free
    fresh.later(5)
    assert fresh.agent(A).call_id == T1


def test_the_leg_of_a_ticket_that_is_not_known_is_no_caller() -> None:
    fresh = restarted(Play(), line("talking"))
    assert fresh.floor.calls == {}


def test_a_ticket_whose_caller_hung_up_meanwhile_has_its_place_again() -> None:
    play = Play()
    asked_and_gone(play)
    play.waits(TWO)
    fresh = restarted(play)
    fresh.ready(A)
    assert fresh.agent(A).call_id == T1
