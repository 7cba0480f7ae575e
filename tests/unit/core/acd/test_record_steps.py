"""Recordings on the floor: what is said of them, and when they are silent."""

from dataclasses import replace

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.control_orders import SilenceRecording
from cti.core.acd.desk_steps import Declined
from cti.core.acd.floor import Step
from cti.core.acd.orders import RingAgent
from cti.core.acd.record_signals import PauseRecording, RecordingBegan, RecordingOver
from cti.core.recordings import RecordRule, RecordRules
from tests.unit.core.acd.floors import ONE, RULES, A, Play, caller_channel, kinds, leg

TAPE = f"{ONE}-1763"


def recorded() -> Play:
    """A talk that is being recorded."""
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.answers(ONE, A)
    play.talks(ONE, A)
    play.do(RecordingBegan(call_id=ONE, recording_id=TAPE))
    return play


def silences(step: Step) -> list[bool]:
    """What Asterisk is told of the caller's recording."""
    found = [order for order in step.orders if isinstance(order, SilenceRecording)]
    assert all(order.channel == caller_channel(ONE) for order in found)
    return [order.on for order in found]


def rung(rules: RecordRules) -> bool:
    """Whether an offer under these rules is to be recorded."""
    play = Play(rules=replace(RULES, recording=rules))
    play.ready(A)
    orders = play.waits(ONE).orders
    return next(order.record for order in orders if isinstance(order, RingAgent))


def test_an_offer_says_whether_its_talk_is_to_be_recorded() -> None:
    assert rung(RecordRules())
    assert not rung(RecordRules(share=0.0))
    assert not rung(RecordRules(rules=(RecordRule(agent=A, share=0.0),)))


def test_a_recording_is_told_once_and_its_end_even_after_the_call() -> None:
    play = recorded()
    assert kinds(play.steps[-1]) == ["recordStarted"]
    assert kinds(play.do(RecordingBegan(call_id=ONE, recording_id=TAPE))) == []
    play.leaves(ONE)
    assert ONE not in play.floor.calls
    assert kinds(play.do(RecordingOver(call_id=ONE, recording_id=TAPE))) == ["recordStopped"]


def test_a_pause_is_silence_until_it_is_taken_back() -> None:
    play = recorded()
    step = play.do(PauseRecording(agent_id=A, on=True))
    assert (kinds(step), silences(step)) == (["recordPaused"], [True])
    again = play.do(PauseRecording(agent_id=A, on=True))
    assert (kinds(again), silences(again)) == ([], [])
    step = play.do(PauseRecording(agent_id=A, on=False))
    assert (kinds(step), silences(step)) == (["recordResumed"], [False])


def test_a_hold_is_silent_and_a_pause_outlasts_it() -> None:
    play = recorded()
    held = seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True)
    assert silences(play.do(held)) == [True]
    assert silences(play.do(PauseRecording(agent_id=A, on=True))) == []
    assert silences(play.do(replace(held, held=False))) == []
    assert silences(play.do(PauseRecording(agent_id=A, on=False))) == [False]


def test_a_recording_that_begins_anew_is_silenced_again() -> None:
    play = recorded()
    assert silences(play.do(PauseRecording(agent_id=A, on=True))) == [True]
    again = play.do(RecordingBegan(call_id=ONE, recording_id=TAPE))
    assert (kinds(again), silences(again)) == ([], [True])


def test_nothing_is_paused_where_nothing_is_recorded() -> None:
    play = Play()
    play.ready(A)
    with pytest.raises(Declined, match="not_recording"):
        play.do(PauseRecording(agent_id=A, on=True))


def test_who_is_never_recorded_is_silent_where_he_takes_a_recorded_talk_over() -> None:
    play = Play(rules=replace(RULES, recording=RecordRules(rules=(RecordRule(agent=A, share=0),))))
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    play.answers(ONE, A)
    play.talks(ONE, A)
    assert silences(play.do(RecordingBegan(call_id=ONE, recording_id=TAPE))) == [True]
