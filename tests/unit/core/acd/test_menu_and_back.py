"""A caller whom his agent sends to the menu, on the floor: never dropped, never without his agent."""

from dataclasses import replace

import pytest

from cti.core.acd import control_wishes as wished
from cti.core.acd import reach_signals
from cti.core.acd import signals as seen
from cti.core.acd.control_orders import MoveLegs, Place, RecallFromMenu, Told
from cti.core.acd.declined import Declined
from cti.core.acd.menu_signals import MenuAnswered, SendToMenu
from cti.core.acd.orders import DropLeg
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase, HeldBy
from cti.core.control_events import BackFromMenu, TargetKind
from tests.unit.core.acd.controls import Talk, moved, orders
from tests.unit.core.acd.floors import MOTOR, ONE, A, B, caller_channel, kinds, leg
from tests.unit.core.acd.test_party_recovery import AGENT, HELD, TALKING, after

IN_MENU = replace(HELD, state="menu")
WAITING = replace(HELD, state="waiting")


@pytest.fixture
def talk() -> Talk:
    """The caller is in the menu, his agent waits."""
    talk = Talk()
    talk.to_menu()
    return talk


def results(talk: Talk) -> list[str]:
    events = [event for step in talk.steps for event in step.changes.events]
    return [event.result for event in events if isinstance(event, BackFromMenu)]


def test_the_caller_goes_to_the_menu_and_the_agent_into_silence() -> None:
    talk = Talk()
    step = talk.to_menu()
    assert kinds(step) == ["held", "sentToMenu"]
    assert moved(step) == {caller_channel(ONE): Place.MENU, leg(A): Place.SILENCE}
    [order] = [each for each in step.orders if isinstance(each, MoveLegs)]
    assert order.moves[0].told[Told.AGENT_LEG] == leg(A)
    assert order.moves[1].told[Told.PEER] == caller_channel(ONE)
    call = talk.call(ONE)
    assert (call.phase, call.held_by, call.task) == (CallPhase.MENU, HeldBy.DESK, "identity")
    assert (call.agent_id, talk.agent(A).state) == (A, AgentState.HELD)


def test_a_caller_on_hold_can_be_sent_too_and_counts_as_held_once() -> None:
    talk = Talk()
    talk.hold()
    assert kinds(talk.to_menu()) == ["sentToMenu"]


def test_what_the_menu_found_out_is_there_before_the_two_talk_again(talk: Talk) -> None:
    talk.do(MenuAnswered(call_id=ONE, variables={"auth": "ok"}))
    step = talk.back_from_menu()
    assert kinds(step) == ["backFromMenu", "retrieved"]
    call = talk.call(ONE)
    assert (call.phase, call.task, call.variables["auth"]) == (CallPhase.TALKING, "", "ok")
    assert talk.agent(A).state is AgentState.TALKING
    assert not step.orders, "Asterisk has joined them"


def test_a_second_word_of_his_return_is_old_news(talk: Talk) -> None:
    talk.back_from_menu()
    assert not talk.back_from_menu().changes


def test_the_agent_calls_him_back_and_only_his_channel_says_that_he_is(talk: Talk) -> None:
    step = talk.retrieve()
    assert orders(step, RecallFromMenu) == [RecallFromMenu(channel=caller_channel(ONE), leg=leg(A))]
    assert talk.call(ONE).phase is CallPhase.MENU


@pytest.mark.parametrize(
    "wish",
    [
        wished.HoldCall(agent_id=A),
        wished.SetMute(agent_id=A, on=True),
        wished.SendDigits(agent_id=A, digits="1"),
        wished.ConsultCall(agent_id=A, kind=wished.Asked.AGENT, target=B),
        reach_signals.SingleStepTransfer(agent_id=A, kind=TargetKind.QUEUE, target=MOTOR),
        SendToMenu(agent_id=A, task="identity"),
    ],
)
def test_nothing_else_is_done_with_a_caller_in_the_menu(
    talk: Talk, wish: wished.ControlWish
) -> None:
    before = talk.call(ONE)
    with pytest.raises(Declined, match="caller_in_menu"):
        talk.wish(wish)
    assert talk.call(ONE) == before


def test_an_agent_who_leaves_wraps_up_and_his_caller_goes_to_the_head_after_the_menu(
    talk: Talk,
) -> None:
    talk.agent_leaves()
    assert (talk.agent(A).state, results(talk)) == (AgentState.WRAP_UP, ["agentLeft"])
    call = talk.call(ONE)
    assert (call.phase, call.agent_id, call.head) == (CallPhase.IVR, None, True)
    assert not talk.back_from_menu().changes
    step = talk.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert kinds(step)[0] == "queued"
    assert (talk.call(ONE).queue, talk.call(ONE).agent_id) == (MOTOR, B)


def test_a_caller_who_hangs_up_leaves_the_agent_to_his_wrap_up(talk: Talk) -> None:
    step = talk.leaves(ONE)
    assert DropLeg(channel=leg(A)) in step.orders
    assert kinds(step)[:1] == ["connectionCleared"]
    assert (talk.agent(A).state, ONE in talk.floor.calls) == (AgentState.WRAP_UP, False)


def test_a_party_on_the_call_must_go_first() -> None:
    talk = Talk()
    talk.consults()
    with pytest.raises(Declined, match="not_alone"):
        talk.to_menu()


def test_recovery_finds_him_in_the_menu(talk: Talk) -> None:
    step = after(talk, IN_MENU, AGENT)
    assert kinds(step) == ["callRecovered"]
    assert (talk.call(ONE).phase, talk.agent(A).state) == (CallPhase.MENU, AgentState.HELD)


def test_recovery_finds_the_two_together_again(talk: Talk) -> None:
    step = after(talk, TALKING, AGENT)
    assert kinds(step)[:2] == ["backFromMenu", "retrieved"]
    assert (talk.call(ONE).phase, talk.agent(A).state) == (CallPhase.TALKING, AgentState.TALKING)


def test_recovery_finds_the_agent_gone(talk: Talk) -> None:
    after(talk, IN_MENU)
    assert (talk.call(ONE).phase, talk.call(ONE).agent_id) == (CallPhase.IVR, None)
    assert talk.agent(A).state is AgentState.WRAP_UP


def test_recovery_finds_him_back_in_the_line_without_his_agent(talk: Talk) -> None:
    step = after(talk, WAITING)
    assert kinds(step)[:2] == ["backFromMenu", "connectionCleared"]
    assert kinds(step).count("queued") == 1
    assert (talk.agent(A).state, talk.call(ONE).agent_id) == (AgentState.WRAP_UP, B)
