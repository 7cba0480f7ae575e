"""A recorded day, played again: what was seen stays, what nobody could see is drawn."""

from random import Random

from cti.core.ids import QueueName
from cti.core.whatif.demand import Surge
from cti.core.whatif.recorded import RecordedCall, likeness, played_again, surged
from tests.unit.core.whatif.houses import MIDNIGHT, MOTOR, moment

ANSWERED = RecordedCall(
    at=moment(9), queue=MOTOR, waited_s=12.0, gave_up=False, talk_s=100.0, wrap_up_s=20.0
)
GAVE_UP = RecordedCall(at=moment(10), queue=MOTOR, waited_s=30.0, gave_up=True)
DAY = (ANSWERED, GAVE_UP)


def dice(seed: int = 5) -> Random:
    return Random(seed)  # noqa: S311


def test_who_gave_up_gives_up_after_as_long_and_the_others_were_more_patient() -> None:
    like = likeness(DAY)
    for seed in range(20):
        answered, gave_up = played_again(DAY, like, dice(seed))
        assert answered.patience_s >= 12.0
        assert gave_up.patience_s == 30.0


def test_a_talk_that_never_was_is_drawn_from_the_queues_others() -> None:
    answered, gave_up = played_again(DAY, likeness(DAY), dice())
    assert (answered.talk_s, answered.wrap_up_s) == (100.0, 20.0)
    assert (gave_up.talk_s, gave_up.wrap_up_s) == (100.0, 20.0)


def test_a_day_without_any_talk_can_still_be_played() -> None:
    alone = played_again([GAVE_UP], likeness([GAVE_UP]), dice())
    assert alone[0].talk_s == 0.0


def test_a_surge_copies_the_calls_of_its_window_only() -> None:
    many = surged(DAY, Surge(10, 8 * 3600, 9.5 * 3600), MIDNIGHT, dice())
    assert sum(call.talk_s == 100.0 for call in many) == 10
    assert many.count(GAVE_UP) == 1
    assert all(moment(8) <= call.at < moment(9.5) for call in many if call.talk_s)
    assert QueueName("motor") == many[0].queue
