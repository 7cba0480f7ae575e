"""What a caller's classes do to his call: points, flags, reasons; callers who hang up too early."""

from datetime import timedelta

import pytest

from cti.core import events
from cti.core.acd import signals as seen
from cti.core.acd.step import take
from cti.core.ids import CallId, ChannelName
from tests.unit.core.acd.floors import MOTOR, NUMBER, ONE, A, Play, caller_channel, kinds


def arrived(points: int = 20, flags: tuple[str, ...] = ("known", "vip")) -> seen.CallerArrived:
    return seen.CallerArrived(
        call_id=ONE,
        channel=caller_channel(ONE),
        caller_number=NUMBER,
        dialed_number="95518",
        flags=flags,
        points=points,
    )


def gone(call_id: CallId = ONE) -> seen.ChannelGone:
    return seen.ChannelGone(call_id=call_id, channel=ChannelName("PJSIP/x"))


def queued(play: Play, priority: int | None = None) -> events.Queued:
    step = play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR, priority=priority))
    [fact] = [one for one in step.changes.events if isinstance(one, events.Queued)]
    return fact


def test_classes_are_in_the_facts_of_arriving_and_queueing() -> None:
    play = Play()
    [offered] = play.do(arrived()).changes.events
    assert isinstance(offered, events.Offered)
    assert offered.flags == ("known", "vip")
    assert queued(play).flags == ("known", "vip")


@pytest.mark.parametrize(("points", "more"), [(20, 20), (-5, -5), (500, None)])
def test_points_raise_the_priority_up_to_the_queues_top(points: int, more: int | None) -> None:
    play = Play()
    plain = play.floor.policy(MOTOR)
    play.do(arrived(points))
    assert queued(play).priority == (plain.top if more is None else plain.priority + more)


def test_points_come_on_top_of_what_the_menu_says() -> None:
    play = Play()
    play.do(arrived(20))
    assert queued(play, 70).priority == 90


def test_the_router_says_which_classes_the_caller_had() -> None:
    play = Play()
    play.ready(A)
    play.do(arrived())
    play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    step = play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    [fact] = [one for one in step.changes.events if isinstance(one, events.AgentAllocated)]
    assert fact.why.endswith(" flags=known,vip")


def test_a_caller_who_hung_up_before_he_was_announced_is_no_ghost() -> None:
    play = Play()
    play.do(gone())
    step = play.do(arrived())
    assert kinds(step) == ["offered", "callCleared"]
    assert ONE not in play.floor.calls


def test_the_end_of_somebody_elses_channel_ends_nobody() -> None:
    play = Play()
    play.do(gone(CallId("other")))
    assert kinds(play.do(arrived())) == ["offered"]


def test_what_was_gone_is_forgotten_after_a_minute() -> None:
    play = Play()
    play.do(gone())
    take(play.floor, gone(CallId("later")), play.now + timedelta(seconds=61))
    assert kinds(play.do(arrived())) == ["offered"]
