"""``cti callbacks``: what is listed."""

from cti.commands.callbacks import listed
from cti.core.acd.signals import CallbackAsked
from tests.unit.core.acd.floors import MOTOR, NUMBER, ONE, OTHER_NUMBER, TWO, Play


def test_tickets_are_listed_by_their_place_with_masked_numbers() -> None:
    play = Play()
    for call_id, number in ((ONE, NUMBER), (TWO, OTHER_NUMBER)):
        play.waits(call_id, number=number)
        play.do(CallbackAsked(call_id=call_id, queue=MOTOR, number=number, caller_number=number))
        play.pass_s(1)
    assert listed(list(play.floor.calls.values())) == [
        "callback-1.1\tmotor\t139****0001\t2026-11-22T08:00:00Z\t0\tcallback",
        "callback-1.2\tmotor\t139****0002\t2026-11-22T08:00:01Z\t0\tcallback",
    ]
