"""The calls of the shift: drawn by the generator of what-ifs, then told faster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from cti.core.ids import QueueName
from cti.core.whatif.chance import Spread
from cti.core.whatif.demand import DAY_S, Contact, Demand, Stream, Surge, generated
from tests.asterisk.short_ways import SHORT_MENU
from tests.shift.callers import Errand, Numbers, errand_of
from tests.shift.house import CALLBACK_AFTER_S, DIRECT, REAL_MENU

MIDNIGHT = datetime(2026, 9, 1, tzinfo=UTC)
PROFILE = (
    *(8, 6, 5, 4, 5, 9, 17, 36, 66, 78, 78, 72),
    *(52, 54, 68, 72, 70, 62, 50, 42, 34, 26, 18, 12),
)
"""Calls by the hour, from midnight."""
SHARES = {
    "motor": 0.52,
    "nonmotor": 0.09,
    "rescue": 0.08,
    "consult": 0.15,
    "sales": 0.06,
    "complaint": 0.04,
    "major": 0.03,
    "staff": 0.03,
}
TALK_S, WRAP_UP_S, PATIENCE_S = 180.0, 60.0, 400.0
"""Of a real day, on the mean; patience is exponential, talks are log-normal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much, and how fast. ``faster``: what a talk, a wrap-up and patience are divided by."""

    agents: int
    calls: int
    day_s: float
    disaster_calls: int
    disaster_s: float
    faster: float = 20.0
    seed: int = 95518

    @property
    def talk(self) -> Spread:
        """An agent's talk."""
        return Spread(mean_s=TALK_S / self.faster, deviation=0.8)

    @property
    def wrap_up(self) -> Spread:
        """An agent's writing."""
        return Spread(mean_s=WRAP_UP_S / self.faster, deviation=0.6)


FULL = Scale(agents=30, calls=700, day_s=480, disaster_calls=560, disaster_s=140, faster=30.0)
SMALL = Scale(agents=8, calls=36, day_s=34, disaster_calls=24, disaster_s=12)


def normal_day(scale: Scale) -> Sequence[Errand]:
    """A day's calls, with its quiet night and its two busy times."""
    demand = Demand(calls=scale.calls, profile=PROFILE, streams=_streams(scale))
    contacts = generated(demand, MIDNIGHT, Random(scale.seed))
    return _errands(contacts, scale, DAY_S / scale.day_s, 0)


def disaster_hour(scale: Scale, first_index: int) -> Sequence[Errand]:
    """One hour of a surge."""
    hour = Demand(
        calls=scale.disaster_calls / 10 * 24,
        profile=(1.0,),
        streams=_streams(scale),
        surges=(Surge(10.0, 0, 3600), Surge(0.0, 3600, DAY_S)),
    )
    contacts = generated(hour, MIDNIGHT, Random(scale.seed + 1))
    return _errands(contacts, scale, 3600 / scale.disaster_s, first_index)


def _streams(scale: Scale) -> Sequence[Stream]:
    patience = Spread(mean_s=PATIENCE_S / scale.faster)
    return [
        Stream(
            queue=QueueName(queue),
            share=share,
            talk=scale.talk,
            wrap_up=scale.wrap_up,
            patience=patience,
        )
        for queue, share in SHARES.items()
    ]


def _errands(
    contacts: Sequence[Contact], scale: Scale, day_faster: float, first_index: int
) -> Sequence[Errand]:
    numbers = Numbers(
        direct=DIRECT,
        short_menu=SHORT_MENU,
        real_menu=REAL_MENU,
        callback_after_s=CALLBACK_AFTER_S,
    )
    dice = Random(scale.seed + first_index)
    return [
        errand_of(
            contact,
            first_index + index,
            (contact.at - MIDNIGHT).total_seconds() / day_faster,
            numbers,
            dice,
        )
        for index, contact in enumerate(contacts)
    ]
