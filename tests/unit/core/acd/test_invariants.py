"""The live check of the callbacks' rules: quiet on a sound floor, loud on a broken one."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from cti.core.acd import signals as seen
from cti.core.acd.desk_steps import Declined
from cti.core.acd.invariants import (
    AGENT_FOR_EACH_DIAL,
    ONE_DIAL_EACH,
    ONE_TICKET_EACH,
    ORDER_KEPT,
    broken,
    line_of,
)
from cti.core.acd.places import ticket_id
from cti.core.agent_state import AgentStatus
from cti.core.ids import CallId
from tests.unit.core.acd.floors import MOTOR, NUMBER, ONE, OTHER_NUMBER, TWO, A, B, Play, agent
from tests.unit.core.acd.test_ticket_properties import AGENTS, sequences

TICKET = ticket_id(ONE)
BUSY = CallId("1.9")


def asks(play: Play, call_id: CallId = ONE, number: str = NUMBER) -> None:
    play.do(seen.CallbackAsked(call_id=call_id, queue=MOTOR, number=number, caller_number=number))


def rules_broken(play: Play) -> dict[str, int]:
    line = line_of(play.floor, play.now)
    return {rule: count for rule, count in broken(play.floor, line, line).items() if count}


def dialled() -> Play:
    """One ticket, whose agent is being called."""
    play = Play()
    asks(play)
    play.ready(A)
    assert play.call(TICKET).agent_id == A
    return play


def test_a_ticket_in_dial_with_its_agent_is_well() -> None:
    assert rules_broken(dialled()) == {}


def test_a_dial_whose_agent_is_bound_to_something_else_is_seen() -> None:
    play = dialled()
    play.floor.put_agent(play.agent(A), call_id=TWO)
    assert rules_broken(play) == {AGENT_FOR_EACH_DIAL: 1}


def test_two_agents_called_for_one_ticket_are_seen() -> None:
    play = dialled()
    play.floor.put_agent(play.agent(B), call_id=TICKET)
    assert rules_broken(play) == {ONE_DIAL_EACH: 1}


def test_one_number_dialled_for_two_tickets_is_seen() -> None:
    play = dialled()
    asks(play, TWO, OTHER_NUMBER)
    play.ready(B)
    other = play.call(ticket_id(TWO))
    assert other.ticket is not None
    play.floor.put_call(other, ticket=replace(other.ticket, number=NUMBER))
    assert rules_broken(play) == {ONE_DIAL_EACH: 1, ONE_TICKET_EACH: 1}


def line_up() -> Play:
    """A caller, then a ticket behind him, and nobody free."""
    play = Play(agent(A))
    play.ready(A)
    play.waits(BUSY)
    play.talks(BUSY, A)
    play.pass_s(1)
    play.waits(TWO, number=OTHER_NUMBER)
    play.pass_s(1)
    asks(play)
    play.pass_s(1)
    return play


def test_a_callback_served_before_a_caller_who_was_there_first_is_seen() -> None:
    play = line_up()
    before = line_of(play.floor, play.now)
    play.floor.stop_waiting(TWO)
    play.leaves(BUSY)
    play.later(60)
    assert play.call(TICKET).agent_id == A
    play.floor.router.put_call(before.waiting[TWO])
    after = line_of(play.floor, play.now)
    assert broken(play.floor, before, after)[ORDER_KEPT] == 1


def test_a_call_that_an_agent_took_by_hand_breaks_no_order() -> None:
    play = line_up()
    before = line_of(play.floor, play.now)
    play.do(seen.ChooseStatus(agent_id=A, status=AgentStatus.NOT_READY, reason="BREAK"))
    play.leaves(BUSY)
    play.later(60)
    play.floor.allocate(play.call(TICKET), play.agent(A), "pickUp", play.now)
    after = line_of(play.floor, play.now)
    assert play.call(TICKET).agent_id == A
    assert broken(play.floor, before, after)[ORDER_KEPT] == 0


def test_a_callback_served_in_its_turn_is_well() -> None:
    play = line_up()
    before = line_of(play.floor, play.now)
    play.leaves(BUSY)
    play.later(60)
    assert play.call(TWO).agent_id == A
    after = line_of(play.floor, play.now)
    assert not any(broken(play.floor, before, after).values())


def test_without_callbacks_the_line_is_not_even_looked_at() -> None:
    play = Play()
    play.waits(ONE)
    assert line_of(play.floor, play.now).waiting == {}


@settings(max_examples=200, deadline=None)
@given(sequences)
def test_no_sequence_of_signals_breaks_a_rule(
    sequence: list[tuple[seen.Signal, float]],
) -> None:
    play = Play(*(agent(agent_id) for agent_id in AGENTS))
    play.ready(*AGENTS)
    before = line_of(play.floor, play.now)
    for signal, pause_s in sequence:
        play.now += timedelta(seconds=pause_s)
        try:
            play.do(signal)
        except Declined:
            continue
        after = line_of(play.floor, play.now)
        assert not any(broken(play.floor, before, after).values())
        before = after
