"""Whatever agents wish and legs do, in any order, twice or never: nobody gets stuck, no caller is lost."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.acd import party_signals
from cti.core.acd import signals as seen
from cti.core.acd.control_wishes import Asked
from cti.core.acd.declined import Declined
from cti.core.acd.endings import TALK
from cti.core.acd.menu_signals import MenuAnswered
from cti.core.acd.parties import is_on
from cti.core.agent_state import AgentState
from cti.core.call import CallPhase
from tests.unit.core.acd.controls import THEIRS, Talk
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, A, caller_channel, leg

ALONE = (AgentState.IDLE, AgentState.WRAP_UP)
LOST = (CallPhase.ENDED,)

MOVES: dict[str, Callable[[Talk], object]] = {
    "hold": Talk.hold,
    "retrieve": Talk.retrieve,
    "to_menu": Talk.to_menu,
    "menu_told": lambda talk: talk.do(MenuAnswered(call_id=ONE, variables={"auth": "ok"})),
    "menu_over": Talk.back_from_menu,
    "ask": Talk.asks,
    "ask_queue": lambda talk: talk.asks(Asked.QUEUE, MOTOR),
    "ask_other_queue": lambda talk: talk.asks(Asked.QUEUE, ADVICE),
    "ask_number": lambda talk: talk.asks(Asked.NUMBER, "09716123456"),
    "complete": Talk.completes,
    "cancel": Talk.cancels,
    "alternate": Talk.alternates,
    "confer": Talk.confers,
    "party_rings": Talk.party_rings,
    "party_answers": Talk.party_answers,
    "party_busy": lambda talk: talk.party_leaves(17),
    "party_leaves": Talk.party_leaves,
    "party_failed": lambda talk: talk.do(
        party_signals.PartyFailed(call_id=ONE, party_id=talk.party_id)
    ),
    "agent_leaves": Talk.agent_leaves,
    "heir_leaves": lambda talk: talk.do(
        seen.ChannelGone(call_id=ONE, channel=THEIRS, cause=16, party_id="1.1-p9")
    ),
    "after": lambda talk: talk.do(seen.CallerAfter(call_id=ONE)),
    "waits": lambda talk: talk.do(
        seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=9)
    ),
    "phone_holds": lambda talk: talk.do(
        seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True)
    ),
    "phone_retrieves": lambda talk: talk.do(
        seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=False)
    ),
    "a_second": lambda talk: talk.later(1.5),
    "a_minute": lambda talk: talk.later(70),
}


def check(talk: Talk) -> None:
    """Who is at work is at work on a call that knows him, and the other way round."""
    for agent in talk.floor.agents.values():
        if agent.state not in ALONE:
            call = talk.floor.calls[agent.call_id or ONE]
            assert is_on(call, agent.agent_id), (agent, call)
    for call in talk.floor.calls.values():
        asked = {one.agent_id for one in call.parties if one.agent_id}
        for agent_id in {call.agent_id, *asked} - {None}:
            agent = talk.floor.agents[agent_id]  # type: ignore[index]
            after = call.phase in (CallPhase.AFTER, CallPhase.TRANSFERRED)
            assert after or (agent.call_id, agent.state in ALONE) == (call.call_id, False)
        if call.phase not in TALK:
            assert not call.parties
        assert call.phase not in LOST


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=14))
def test_nobody_is_stuck_and_the_caller_is_never_dropped(names: list[str]) -> None:
    talk = Talk()
    for name in names:
        try:
            MOVES[name](talk)
        except Declined:
            continue
        assert ONE in talk.floor.calls, "only the caller himself ends his call"
        check(talk)
    talk.leaves(ONE)
    talk.later(200)
    assert not talk.floor.calls and not list(talk.floor.router.waiting())
    assert {agent.state for agent in talk.floor.agents.values()} <= set(ALONE)
    assert talk.kinds().count("queueLeft") == talk.kinds().count("queued")
