"""The server's clock jumps by an hour at any stage of a call: nobody is stuck, no time is below nothing."""

from collections.abc import Callable, Mapping
from dataclasses import fields

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.desk_signals import EndWrapUp
from cti.core.acd.floor import OFFERED
from cti.core.agent_state import AgentState
from tests.unit.core.acd.floors import ONE, RING_S, TWO, WRAP_UP_S, A, B, Play, caller_channel

HOUR_S = 3600.0
JUMPS = (HOUR_S, -HOUR_S)


def waiting(play: Play) -> None:
    play.waits(ONE)


def reserved(play: Play) -> None:
    play.ready(A)
    play.waits(ONE)


def ringing(play: Play) -> None:
    reserved(play)
    play.rings(ONE, A)


def answered(play: Play) -> None:
    ringing(play)
    play.answers(ONE, A)


def talking(play: Play) -> None:
    reserved(play)
    play.talks(ONE, A)


def wrap_up(play: Play) -> None:
    talking(play)
    play.leaves(ONE)


STAGES: Mapping[str, Callable[[Play], None]] = {
    each.__name__: each for each in (waiting, reserved, ringing, answered, talking, wrap_up)
}


def jumped(stage: str, jump_s: float) -> Play:
    play = Play()
    STAGES[stage](play)
    play.pass_s(3)
    play.pass_s(jump_s)
    play.do(seen.TimeCame())
    return play


def below_nothing(play: Play) -> list[tuple[str, str, float]]:
    """Every time span in the facts that is negative."""
    found = []
    for event in (event for step in play.steps for event in step.changes.events):
        for field in fields(event):
            value = getattr(event, field.name)
            if field.name.endswith("_s") and isinstance(value, int | float) and value < 0:
                found.append((event.TYPE, field.name, value))
    return found


@pytest.mark.parametrize("jump_s", JUMPS)
@pytest.mark.parametrize("stage", STAGES)
def test_the_call_goes_on_to_its_end_with_no_time_below_nothing(stage: str, jump_s: float) -> None:
    play = jumped(stage, jump_s)
    end(play)
    assert below_nothing(play) == []
    assert ONE not in play.floor.calls
    assert play.agent(A).state in (AgentState.IDLE, AgentState.WRAP_UP)


@pytest.mark.parametrize("jump_s", JUMPS)
@pytest.mark.parametrize("stage", STAGES)
def test_another_agent_can_serve_the_next_caller(stage: str, jump_s: float) -> None:
    play = jumped(stage, jump_s)
    play.ready(B)
    play.waits(TWO)
    free_again(play)
    assert {play.agent(A).call_id, play.agent(B).call_id} >= {TWO}
    assert below_nothing(play) == []


def end(play: Play) -> None:
    """What rings, rings in vain, and the first caller hangs up."""
    call = play.floor.calls.get(ONE)
    if call is None:
        return
    if call.phase in OFFERED:
        play.dial_ends(ONE, "CANCEL", attempt=call.attempt)
    play.leaves(ONE)


def free_again(play: Play) -> None:
    """Whoever waits or rings hears nothing more; wrap-up is ended by hand."""
    end(play)
    if play.agent(A).state is AgentState.WRAP_UP:
        play.do(EndWrapUp(agent_id=A))


def test_a_jump_forward_ends_an_offer_of_which_nothing_more_is_heard() -> None:
    play = Play()
    ringing(play)
    step = play.later(HOUR_S)
    assert play.agent(A).state is AgentState.IDLE
    assert step.orders
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    assert play.floor.router.holds(ONE)


def test_a_jump_forward_ends_wrap_up() -> None:
    play = Play()
    wrap_up(play)
    play.later(HOUR_S)
    assert play.agent(A).free


def test_two_jumps_that_cancel_each_other_change_nothing() -> None:
    play = Play()
    talking(play)
    play.later(-HOUR_S)
    play.later(HOUR_S)
    assert play.agent(A).call_id == ONE
    play.leaves(ONE)
    play.later(WRAP_UP_S + RING_S)
    assert play.agent(A).free
