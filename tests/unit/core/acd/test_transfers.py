"""Blind transfers, agents' own calls and supervision on the floor."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.acd import reach_orders as orders
from cti.core.acd import reach_signals as wished
from cti.core.acd import signals as seen
from cti.core.acd.declined import Declined
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg, RingAgent
from cti.core.acd.outbound_steps import outbound_id
from cti.core.acd.reconcile import reconcile
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import CallPhase
from cti.core.control_events import TargetKind
from cti.core.events import Event
from cti.core.ids import AgentId, CallId, ChannelName
from cti.core.watching import WatchMode, watch_id
from tests.unit.core.acd.floors import ADVICE, MOTOR, ONE, A, B, Play, agent, caller_channel, leg

BOSS = AgentId("boss")
OUT, WATCH = outbound_id("1"), watch_id("1")
NUMBER = "13800138000"


def boss() -> Agent:
    return replace(agent(BOSS), extension="8101", skills={}, languages=frozenset(), supervises=True)


def boss_leg() -> ChannelName:
    return ChannelName("PJSIP/8101-01")


def talking(play: Play) -> None:
    """ONE talks with A; B is ready."""
    play.ready(A)
    play.arrives(ONE)
    play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    answers(play, leg(A))
    play.ready(B)


def answers(play: Play, channel: ChannelName) -> None:
    play.do(seen.PhoneAlerted(call_id=ONE, agent_channel=channel))
    play.do(seen.PhoneAnswered(call_id=ONE, agent_channel=channel))
    play.do(seen.TalkBegan(call_id=ONE, agent_channel=channel))


def facts(play: Play) -> list[Event]:
    return [event for step in play.steps for event in step.changes.events]


def kinds(play: Play) -> list[str]:
    return [event.TYPE for event in facts(play)]


def send(play: Play, kind: TargetKind, target: str = "") -> None:
    play.do(wished.SingleStepTransfer(agent_id=A, kind=kind, target=target))


def the_orders(play: Play, kind: type) -> list[object]:
    return [o for step in play.steps for o in step.orders if isinstance(o, kind)]


def test_a_transfer_to_a_colleague_rings_him_and_ends_the_agents_talk() -> None:
    play = Play()
    talking(play)
    play.pass_s(10)
    send(play, TargetKind.AGENT, B)
    assert play.floor.agents[A].state is AgentState.WRAP_UP
    assert play.floor.agents[B].state is AgentState.RESERVED
    last = the_orders(play, RingAgent)[-1]
    assert isinstance(last, RingAgent)
    assert (last.agent_id, last.channel, last.attempt) == (B, caller_channel(ONE), 2)
    answers(play, leg(B))
    assert kinds(play).count("established") == 2
    assert kinds(play).count("queueLeft") == 1


def test_a_colleague_who_does_not_answer_leaves_the_caller_at_the_head() -> None:
    play = Play()
    talking(play)
    send(play, TargetKind.AGENT, B)
    play.do(seen.DialEnded(call_id=ONE, attempt=2, status="NOANSWER"))
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=2))
    call = play.floor.calls[ONE]
    assert (call.phase, call.head, call.queue) == (CallPhase.WAITING, True, MOTOR)
    assert [e.why for e in facts(play) if e.TYPE == "queued"] == ["ivr", "transfer"]  # type: ignore[attr-defined]


def test_a_transfer_to_a_queue_is_a_new_visit_with_that_queues_priority() -> None:
    play = Play()
    talking(play)
    play.pass_s(5)
    send(play, TargetKind.QUEUE, ADVICE)
    call = play.floor.calls[ONE]
    assert (call.queue, call.priority, call.queued_at) == (ADVICE, 20, play.now)
    assert call.agent_id is None
    assert not play.floor.router.holds(ONE)
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    assert play.floor.router.holds(ONE)


def test_an_agent_who_hangs_up_while_his_caller_is_sent_on_changes_nothing() -> None:
    play = Play()
    talking(play)
    send(play, TargetKind.QUEUE, ADVICE)
    play.do(seen.DialEnded(call_id=ONE, attempt=1, status="ANSWER"))
    play.do(seen.CallerAfter(call_id=ONE))
    assert play.floor.calls[ONE].phase is CallPhase.WAITING


@pytest.mark.parametrize("kind", [TargetKind.NUMBER, TargetKind.SURVEY])
def test_a_caller_sent_out_frees_the_agents_leg(kind: TargetKind) -> None:
    play = Play()
    talking(play)
    send(play, kind, NUMBER)
    [order] = the_orders(play, orders.SendCaller)
    assert isinstance(order, orders.SendCaller)
    assert (order.kind, order.channel) == (kind, caller_channel(ONE))
    assert the_orders(play, DropLeg) == [DropLeg(channel=leg(A))]
    assert play.floor.agents[A].state is AgentState.WRAP_UP


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        (TargetKind.AGENT, "nobody", "unknown_target"),
        (TargetKind.AGENT, A, "target_not_free"),
        (TargetKind.QUEUE, "nothing", "unknown_target"),
    ],
)
def test_a_transfer_that_cannot_be_is_declined_with_nothing_changed(
    kind: TargetKind, target: str, code: str
) -> None:
    play = Play()
    talking(play)
    before = dict(play.floor.agents), dict(play.floor.calls)
    with pytest.raises(Declined, match=code):
        send(play, kind, target)
    assert (play.floor.agents, play.floor.calls) == before


def begins(play: Play) -> None:
    play.do(wished.MakeCall(agent_id=A, call_id=OUT, number=NUMBER, shown_number="95518"))


def on_the_line(play: Play) -> None:
    play.do(seen.PhoneAlerted(call_id=OUT, agent_channel=leg(A)))
    play.do(seen.PhoneAnswered(call_id=OUT, agent_channel=leg(A)))


def test_of_an_own_call_the_agent_knows_how_long_his_phone_rings() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    (order,) = the_orders(play, orders.DialOut)
    assert isinstance(order, orders.DialOut)
    assert play.agent(A).rings_until == play.now + timedelta(seconds=order.ring_s)


def test_when_an_own_call_was_not_answered_the_agents_desktop_is_told_that_he_is_free() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    on_the_line(play)
    play.do(seen.DialEnded(call_id=OUT, attempt=1, status="NOANSWER"))
    play.do(seen.ChannelGone(call_id=OUT, channel=leg(A), cause=16))
    assert play.floor.agents[A].state is AgentState.IDLE
    assert kinds(play)[-3:] == ["failed", "agentReady", "callCleared"]


def test_an_own_call_goes_through_its_states_and_ends_in_wrap_up() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    states = [play.floor.agents[A].state]
    on_the_line(play)
    states.append(play.floor.agents[A].state)
    play.do(seen.TalkBegan(call_id=OUT, agent_channel=leg(A)))
    states.append(play.floor.agents[A].state)
    play.do(seen.DialEnded(call_id=OUT, attempt=1, status="ANSWER"))
    play.do(seen.ChannelGone(call_id=OUT, channel=leg(A), cause=16))
    assert states == [AgentState.RESERVED, AgentState.DIALLING, AgentState.TALKING]
    assert play.floor.agents[A].state is AgentState.WRAP_UP
    assert OUT not in play.floor.calls
    assert kinds(play)[-6:] == [
        "originated",
        "agentAnswered",
        "established",
        "connectionCleared",
        "agentWorkingAfterCall",
        "callCleared",
    ]


def test_an_own_call_is_sent_on_by_its_customers_leg() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    on_the_line(play)
    customer = ChannelName("PJSIP/trunk-carrier-7")
    play.do(seen.TalkBegan(call_id=OUT, agent_channel=leg(A), customer_channel=customer))
    send(play, TargetKind.QUEUE, ADVICE)
    play.do(seen.DialEnded(call_id=OUT, attempt=1, status="ANSWER"))
    play.do(seen.ChannelGone(call_id=OUT, channel=leg(A)))
    play.do(seen.CallerWaits(call_id=OUT, channel=customer))
    call = play.floor.calls[OUT]
    assert (call.phase, call.queue, call.channel) == (CallPhase.WAITING, ADVICE, customer)
    assert play.floor.agents[A].state is AgentState.WRAP_UP
    assert play.floor.router.holds(OUT)


def test_a_number_that_is_busy_frees_the_agent_without_a_wrap_up() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    on_the_line(play)
    play.do(seen.DialEnded(call_id=OUT, attempt=1, status="BUSY", cause=17))
    assert play.floor.agents[A].state is AgentState.DIALLING
    play.do(seen.ChannelGone(call_id=OUT, channel=leg(A)))
    assert play.floor.agents[A].state is AgentState.IDLE
    assert kinds(play)[-3:] == ["failed", "agentReady", "callCleared"]
    assert kinds(play).count("failed") == 1


def test_a_phone_of_which_nothing_is_heard_is_given_up() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    play.later(600)
    assert play.floor.agents[A].free
    assert OUT not in play.floor.calls


def line(call_id: CallId, state: str, channel: ChannelName) -> Line:
    return Line(
        channel=channel,
        call_id=call_id,
        is_caller=True,
        state=state,
        bridge_id="",
        caller_number="95518",
        dialed_number="95518",
        age_s=30,
        variables={"ACD_AGENT": A, "ACD_NUMBER": NUMBER},
    )


def test_an_own_call_is_found_again_by_its_leg() -> None:
    play = Play()
    play.ready(A)
    begins(play)
    reconcile(play.floor, [line(OUT, "talking", leg(A))], play.now)
    assert play.floor.calls[OUT].phase is CallPhase.TALKING
    assert play.floor.agents[A].state is AgentState.TALKING
    reconcile(play.floor, [], play.now)
    assert play.floor.agents[A].state is AgentState.WRAP_UP


def test_an_own_call_that_the_records_lost_is_taken_up_from_its_leg() -> None:
    play = Play()
    play.ready(A)
    reconcile(play.floor, [line(OUT, "dialling", leg(A))], play.now)
    call = play.floor.calls[OUT]
    assert (call.phase, call.caller_number, call.agent_id) == (CallPhase.DIALLING, NUMBER, A)
    assert play.floor.agents[A].state is AgentState.DIALLING


def watches(play: Play) -> None:
    play.do(
        wished.StartMonitoring(
            watcher=BOSS, agent_id=A, leg=WATCH, mode=WatchMode.LISTEN, by="boss", reason="new"
        )
    )
    play.do(wished.MonitoringSeen(leg=WATCH))


def test_a_supervisor_listens_until_his_leg_is_gone() -> None:
    play = Play(agent(A), agent(B), boss())
    talking(play)
    watches(play)
    assert play.floor.agents[BOSS].state is AgentState.MONITORING
    play.do(wished.ChangeMonitoring(watcher=BOSS, mode=WatchMode.WHISPER))
    play.do(seen.ChannelGone(call_id=CallId(WATCH), channel=boss_leg()))
    assert play.floor.agents[BOSS].state is AgentState.IDLE
    heard = [kind for kind in kinds(play) if kind.startswith("monitoring")]
    assert heard == ["monitoringStarted", "monitoringChanged", "monitoringEnded"]


def test_a_supervisor_who_changes_his_mind_before_he_answers_is_moved_once_he_does() -> None:
    play = Play(agent(A), agent(B), boss())
    talking(play)
    play.do(
        wished.StartMonitoring(
            watcher=BOSS, agent_id=A, leg=WATCH, mode=WatchMode.LISTEN, by="boss", reason="new"
        )
    )
    play.do(wished.ChangeMonitoring(watcher=BOSS, mode=WatchMode.WHISPER))
    assert the_orders(play, orders.Rewatch) == []
    play.do(wished.MonitoringSeen(leg=WATCH))
    assert the_orders(play, orders.Rewatch) == [orders.Rewatch(leg=WATCH, mode=WatchMode.WHISPER)]
    heard = [kind for kind in kinds(play) if kind.startswith("monitoring")]
    assert heard == ["monitoringStarted"]


def test_a_listener_takes_the_call_over_from_where_he_listens() -> None:
    play = Play(agent(A), agent(B), boss())
    talking(play)
    watches(play)
    play.do(wished.InterceptCall(agent_id=A, to=BOSS, by="boss", reason="angry"))
    assert DropLeg(channel=ChannelName(WATCH)) in the_orders(play, DropLeg)
    assert play.floor.agents[A].state is AgentState.WRAP_UP
    answers(play, boss_leg())
    assert play.floor.calls[ONE].agent_id == BOSS


def test_a_call_that_rings_at_one_is_picked_up_by_another_and_never_at_both() -> None:
    play = Play(agent(A), agent(B), boss())
    play.ready(A)
    play.arrives(ONE)
    play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    play.do(seen.PhoneAlerted(call_id=ONE, agent_channel=leg(A)))
    play.do(wished.PickUpCall(call_id=ONE, to=BOSS, by="boss", reason="vip"))
    bound = [a.agent_id for a in play.floor.agents.values() if a.call_id == ONE]
    assert bound == [BOSS]
    assert play.floor.agents[A].status is AgentStatus.READY
    with pytest.raises(Declined, match="nothing_to_pick_up"):
        answers(play, boss_leg())
        play.do(wished.PickUpCall(call_id=ONE, to=A, by="a", reason="late"))


def test_a_released_talk_leads_to_what_follows_a_talk() -> None:
    play = Play()
    talking(play)
    play.do(wished.ReleaseCall(agent_id=A, by="boss", reason="abuse"))
    assert play.floor.calls[ONE].phase is CallPhase.AFTER
    [order] = the_orders(play, orders.SendCaller)
    assert isinstance(order, orders.SendCaller)
    assert order.kind is TargetKind.SURVEY


def test_after_an_outage_a_listener_goes_on_or_is_free() -> None:
    play = Play(agent(A), agent(B), boss())
    talking(play)
    watches(play)
    there = replace(line(CallId(WATCH), "watching", boss_leg()), is_caller=True)
    talk = replace(line(ONE, "talking", caller_channel(ONE)), variables={"ACD_AGENT": A})
    reconcile(play.floor, [there, talk], play.now)
    assert play.floor.agents[BOSS].state is AgentState.MONITORING
    reconcile(play.floor, [talk], play.now)
    assert play.floor.agents[BOSS].state is AgentState.IDLE
