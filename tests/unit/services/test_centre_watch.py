"""What the floor learns of modes, opening hours and the last hour."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from cti.core.acd.centre import Centre
from cti.core.acd.estimate import LastHour
from cti.core.acd.routing_signals import CentreIs
from cti.core.clock.hours import Calendar, OpeningHours, Span
from cti.core.ids import QueueName
from cti.services.centre_watch import CentreWatch, Outside

MORNING = datetime(2026, 11, 23, 9, 0, 59, 990_000, tzinfo=UTC)
NIGHT = MORNING.replace(hour=22)
DAY = OpeningHours(week=((Span(480, 1200),),) * 7, holiday=())
CALENDAR = Calendar(zone=UTC, hours={"day": DAY}, modes={"night": {"day": False}})
MOTOR, ADVICE, ODD = QueueName("motor"), QueueName("advice"), QueueName("odd")
HOUR = {MOTOR: LastHour(answers=5, aht_s=100)}


class Modes:
    def __init__(self) -> None:
        self.on: tuple[str, ...] = ()
        self.waits: list[float] = []
        self.news = asyncio.Event()

    def in_force(self) -> tuple[str, ...]:
        return self.on

    async def switched(self, limit_s: float) -> bool:
        self.waits.append(limit_s)
        await self.news.wait()
        self.news.clear()
        return True


class Dispatcher:
    def __init__(self) -> None:
        self.told: asyncio.Queue[CentreIs] = asyncio.Queue()

    async def wait_live(self) -> None:
        return

    def tell(self, signal: CentreIs) -> None:
        self.told.put_nowait(signal)


def outside(modes: Modes) -> Outside:
    hours: Mapping[QueueName, str | None] = {MOTOR: None, ADVICE: "day", ODD: "nobody knows"}
    return Outside(
        modes=modes,  # type: ignore[arg-type]
        calendar=lambda: CALENDAR,
        hours=lambda: HOUR,
        queue_hours=hours,
    )


@pytest.mark.parametrize(
    ("now", "on", "closed"),
    [(MORNING, (), ()), (NIGHT, (), (ADVICE,)), (MORNING, ("night",), (ADVICE,))],
)
def test_queues_are_closed_by_their_hours_and_by_modes(
    now: datetime, on: tuple[str, ...], closed: tuple[QueueName, ...]
) -> None:
    modes = Modes()
    modes.on = on
    found = outside(modes).centre(now)
    assert found == Centre(modes=on, closed=frozenset(closed), hours=HOUR)


async def test_the_floor_hears_at_once_of_a_switched_mode_and_at_the_next_minute() -> None:
    modes, dispatcher = Modes(), Dispatcher()
    watch = CentreWatch(outside(modes), dispatcher, lambda: MORNING)  # type: ignore[arg-type]
    running = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(5):
            assert (await dispatcher.told.get()).centre.modes == ()
            modes.on = ("evacuation",)
            modes.news.set()
            assert (await dispatcher.told.get()).centre.modes == ("evacuation",)
        assert modes.waits[0] == pytest.approx(0.01)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
