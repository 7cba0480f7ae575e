"""A broken rule of callbacks is a figure and one line in the log."""

import logging
from datetime import datetime

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor
from cti.core.acd.invariants import AGENT_FOR_EACH_DIAL
from cti.services.callback_watch import CallbackWatch
from tests.unit.core.acd.floors import MOTOR, NUMBER, ONE, TWO, A, Play


class Live:
    """A floor that is live."""

    def __init__(self, play: Play) -> None:
        self.play, self.live = play, True

    @property
    def floor(self) -> Floor:
        return self.play.floor

    def now(self) -> datetime:
        return self.play.now


def dialled() -> Play:
    play = Play()
    play.do(seen.CallbackAsked(call_id=ONE, queue=MOTOR, number=NUMBER, caller_number=NUMBER))
    play.ready(A)
    return play


def test_all_is_well_on_a_sound_floor(caplog: pytest.LogCaptureFixture) -> None:
    live = Live(dialled())
    watch = CallbackWatch(live, live.now)
    watch.look()
    assert set(watch.broken.values()) == {0}
    assert len(watch.broken) == 4
    assert not caplog.records


def test_a_broken_rule_is_counted_and_cried_out_once(caplog: pytest.LogCaptureFixture) -> None:
    live = Live(dialled())
    live.floor.put_agent(live.floor.agents[A], call_id=TWO)
    watch = CallbackWatch(live, live.now)
    for _ in range(3):
        watch.look()
    assert watch.broken[AGENT_FOR_EACH_DIAL] == 1
    [line] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert AGENT_FOR_EACH_DIAL in line.getMessage()


def test_a_floor_that_was_set_right_anew_has_no_past() -> None:
    live = Live(dialled())
    watch = CallbackWatch(live, live.now)
    watch.look()
    live.play = Play()
    watch.look()
    assert set(watch.broken.values()) == {0}
