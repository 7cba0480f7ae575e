"""Callers whom the native fallback took over while we are well, and those sent outside."""

from dataclasses import replace

from cti.core.acd import signals as seen
from cti.core.acd.native import memberships
from cti.core.acd.orders import TakeBack
from cti.core.acd.queue import Relaxation
from cti.core.call import CallPhase
from cti.core.events import CallCleared, ClearedBy, Transferred
from cti.core.ids import QueueName
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, Play, caller_channel


def survives(queue: QueueName | None = None) -> seen.CallerSurvives:
    return seen.CallerSurvives(
        call_id=ONE,
        channel=caller_channel(ONE),
        queue=queue,
        caller_number="13997000001",
        dialed_number="95518",
    )


def waits() -> seen.CallerWaits:
    return seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE))


def test_a_caller_whose_menu_was_refused_is_known_and_taken_back() -> None:
    play = Play()
    step = play.do(survives())
    assert play.floor.calls[ONE].caller_number == "13997000001"
    assert TakeBack(call_id=ONE, channel=caller_channel(ONE)) in step.orders


def test_he_waits_in_the_queue_that_the_menu_had_chosen() -> None:
    play = Play()
    play.do(survives(ADVICE))
    play.do(waits())
    assert play.floor.calls[ONE].queue == ADVICE


def test_without_a_choice_or_with_a_strange_one_he_waits_in_the_fallback_queue() -> None:
    play = Play()
    play.do(survives(QueueName("nonsense")))
    play.do(waits())
    assert play.floor.calls[ONE].queue == MOTOR


def test_what_the_compiled_menu_wrote_on_his_channel_is_kept() -> None:
    play = Play()
    told = {
        "ACD_PRIORITY": "70",
        "ACD_NEEDS": "lang:bo-adx=1",
        "ACD_LANGUAGE": "en",
        "ACD_VARS": "&call_type=motor_report&note=a%26b",
        "ACD_JOINED": str(int(play.now.timestamp()) - 30),
    }
    play.do(replace(survives(ADVICE), told=told))
    play.do(waits())
    call = play.floor.calls[ONE]
    assert (call.queue, call.priority, call.language) == (ADVICE, 70, "en")
    assert call.needs == {"lang:bo-adx": 1}
    assert call.variables == {"call_type": "motor_report", "note": "a&b"}
    assert call.waited_s(play.now) >= 30


def test_nonsense_on_his_channel_changes_nothing_but_his_queue() -> None:
    play = Play()
    told = {"ACD_PRIORITY": "-5;", "ACD_NEEDS": "|=|x", "ACD_VARS": "%%%&&=", "ACD_JOINED": "soon"}
    play.do(replace(survives(ADVICE), told=told))
    play.do(waits())
    call = play.floor.calls[ONE]
    assert (call.queue, call.needs, call.variables) == (ADVICE, {}, {})


def test_an_agent_is_a_member_of_every_native_queue_he_can_ever_serve() -> None:
    play = Play()
    agent = next(iter(play.floor.agents.values()))
    policy = play.floor.rules.policies[MOTOR]
    relaxed = replace(
        policy, needs={"motor": 3}, relaxation=(Relaxation(20, {"motor": 0, "advice": 1}),)
    )

    def penalty(**skills: int) -> int | None:
        return memberships(replace(agent, skills=skills), {MOTOR: relaxed})[MOTOR]

    assert (penalty(motor=5), penalty(motor=3), penalty(advice=2), penalty(motor=2)) == (
        0,
        2,
        5,
        None,
    )


def test_a_late_word_of_waiting_does_not_end_a_newer_offer() -> None:
    play = Play()
    play.do(survives())
    play.do(waits())
    play.ready(*play.floor.agents)
    assert play.floor.calls[ONE].phase is CallPhase.RESERVED
    play.do(waits())
    assert play.floor.calls[ONE].phase is CallPhase.RESERVED


def test_a_caller_sent_outside_is_cleared_by_himself() -> None:
    play = Play()
    play.arrives(ONE)
    sent = Transferred(at=play.now, call_id=ONE, target="8002")
    play.do(seen.IvrNoted(call_id=ONE, events=(sent,)))
    play.do(seen.CallerAfter(call_id=ONE))
    assert play.floor.calls[ONE].phase is CallPhase.TRANSFERRED
    step = play.do(seen.ChannelGone(call_id=ONE, channel=caller_channel(ONE), cause=16))
    [cleared] = [fact for fact in step.changes.events if isinstance(fact, CallCleared)]
    assert cleared.cleared_by is ClearedBy.CALLER
