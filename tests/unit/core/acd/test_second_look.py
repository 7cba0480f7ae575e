"""What no event told is seen by comparing the floor with Asterisk's channels."""

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.lines import Line
from cti.core.acd.reconcile import reconcile
from cti.core.acd.second_look import Difference, differences, held
from tests.unit.core.acd.floors import MOTOR, ONE, A, Play, caller_channel, leg
from tests.unit.core.acd.test_reconcile import agents_leg, caller


def unlike(play: Play, *lines: Line) -> list[Difference]:
    before = dict(play.floor.calls), dict(play.floor.agents)
    found = differences(held(play.floor), lines, play.now)
    assert (play.floor.calls, play.floor.agents) == before
    return sorted(found, key=lambda each: each.about)


def offered() -> Play:
    play = Play()
    play.ready(A)
    play.waits(ONE)
    play.rings(ONE, A)
    return play


def talking() -> Play:
    play = offered()
    play.answers(ONE, A)
    play.do(seen.TalkBegan(call_id=ONE, agent_channel=leg(A)))
    return play


def in_menu() -> Play:
    play = Play()
    play.arrives(ONE)
    return play


def waiting() -> Play:
    play = Play()
    play.waits(ONE)
    return play


def held_by_phone() -> Play:
    play = talking()
    play.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True))
    return play


TALK = (caller(ONE, "talking", bridge="b1", ACD_AGENT=A), agents_leg(ONE))
RING = (caller(ONE, "ringing", ACD_AGENT=A), agents_leg(ONE))


@pytest.mark.parametrize(
    ("play", "lines"),
    [
        (Play(), ()),
        (Play(), (caller(ONE, "ivr"),)),
        (in_menu(), (caller(ONE, "ivr"),)),
        (waiting(), (caller(ONE, "waiting"),)),
        (offered(), RING),
        (talking(), TALK),
        (held_by_phone(), TALK),
    ],
    ids=["nobody", "fresh", "menu", "waiting", "ringing", "talking", "on the phone's hold"],
)
def test_a_floor_that_is_right_has_no_difference(play: Play, lines: tuple[Line, ...]) -> None:
    assert unlike(play, *lines) == []


@pytest.mark.parametrize(
    ("play", "lines"),
    [
        (talking(), ()),
        (talking(), (caller(ONE, "after"),)),
        (offered(), TALK),
        (offered(), (caller(ONE, "waiting"),)),
    ],
    ids=["hang-up", "agent's hang-up", "talk", "end of ringing"],
)
def test_a_lost_event_is_a_difference_of_call_and_agent(
    play: Play, lines: tuple[Line, ...]
) -> None:
    found = unlike(play, *lines)
    assert ONE in {each.about for each in found}


def test_a_caller_whose_arrival_in_the_loop_was_not_seen_is_a_difference() -> None:
    play = Play()
    play.arrives(ONE)
    play.do(seen.QueueChosen(call_id=ONE, queue=MOTOR))
    [found] = unlike(play, caller(ONE, "waiting"))
    assert (found.held, found.shown) == ("waiting", "waiting offered")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE)))
    assert unlike(play, caller(ONE, "waiting")) == []


def test_a_call_that_nobody_told_of_is_a_difference() -> None:
    [found] = unlike(Play(), caller(ONE, "waiting", ACD_QUEUE=MOTOR))
    assert (found.held, found.version) == ("nothing", 0)


def test_a_difference_changes_with_the_record() -> None:
    play = talking()
    [before, *_] = unlike(play)
    play.do(seen.HoldChanged(call_id=ONE, agent_channel=leg(A), held=True))
    assert before not in unlike(play)


@pytest.mark.parametrize("lines", [(), TALK, RING, (caller(ONE, "after"),)])
def test_after_recovery_there_is_no_difference_left(lines: tuple[Line, ...]) -> None:
    play = talking()
    reconcile(play.floor, lines, play.now)
    play.floor.finish(play.now)
    assert unlike(play, *lines) == []
