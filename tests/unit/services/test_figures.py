"""Live figures: every state is there, also with nobody in it."""

from cti.core.acd import signals as seen
from cti.core.agent_state import AgentState
from cti.services.figures import callback_counts, counts
from tests.unit.core.acd.floors import MOTOR, ONE, TWO, A, B, Play, agent


def test_an_empty_floor_has_every_figure_at_zero() -> None:
    found = counts([], [])
    assert set(found) == {"calls", "calls_waiting", *(f"agents_{s.value}" for s in AgentState)}
    assert set(found.values()) == {0}


def test_calls_and_agents_are_counted_where_they_are() -> None:
    play = Play(agent(A), agent(B, advice=1))
    play.ready(A, B)
    play.waits(ONE)
    play.waits(TWO)
    play.talks(ONE, A)
    found = counts(list(play.floor.calls.values()), list(play.floor.agents.values()))
    assert {name: count for name, count in found.items() if count} == {
        "agents_idle": 1,
        "agents_talking": 1,
        "calls": 2,
        "calls_waiting": 1,
    }


def test_open_callbacks_are_counted_apart_from_calls() -> None:
    play = Play()
    play.waits(ONE)
    number = play.call(ONE).caller_number
    play.do(seen.CallbackAsked(call_id=ONE, queue=MOTOR, number=number, caller_number=number))
    play.leaves(ONE)
    play.pass_s(30)
    calls = list(play.floor.calls.values())
    assert counts(calls, [])["calls"] == 0
    found = callback_counts(calls, play.now)
    assert found == {"callbacks_open": 1, "callbacks_dialling": 0, "callbacks_oldest_s": 30}
    play.ready(A)
    calls = list(play.floor.calls.values())
    assert callback_counts(calls, play.now)["callbacks_dialling"] == 1
