"""Asking for a callback: which numbers may be called, and what the floor is told."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest

from cti.core.acd.signals import CallbackAsked
from cti.core.callback_events import CallbackClosed
from cti.core.ids import CallId, EventId, QueueName
from cti.services.callbacks import FloorCallbacks, dialable, still_open, watch_elsewhere
from cti.services.errand_ports import CallbackRequest
from cti.services.feed import Feed
from cti.services.ports import Recorded, Refused
from tests.unit.core.acd.floors import MOTOR, ONE, Play

NUMBERS = r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[2-8][0-9]{6,7}"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Told:
    """What stands in for the dispatcher: a floor, and what it was asked or came to doubt."""

    def __init__(self) -> None:
        self.floor = Play().floor
        self.asked: list[Any] = []
        self.doubts = asyncio.Event()

    async def ask(self, signal: Any) -> None:
        self.asked.append(signal)

    def doubt(self, _why: str) -> None:
        self.doubts.set()


def request(number: str) -> CallbackRequest:
    return CallbackRequest(
        call_id=ONE,
        queue=MOTOR,
        number=number,
        caller_number="13997000001",
        language="zh",
        asked_at=NOW,
    )


def callbacks(told: Told) -> FloorCallbacks:
    return FloorCallbacks(told, NUMBERS, frozenset({"95518", "6140000"}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("13997000001", "13997000001"),
        ("+8613997000001", "13997000001"),
        ("008613997000001", "13997000001"),
        ("0971-614 0000", "09716140000"),
    ],
)
async def test_a_number_is_called_without_signs_and_country(given: str, called: str) -> None:
    told = Told()
    await callbacks(told).place(request(given))
    [asked] = told.asked
    assert isinstance(asked, CallbackAsked)
    assert (asked.number, asked.call_id, asked.queue) == (called, ONE, MOTOR)


@pytest.mark.parametrize(
    "number",
    ["", "1001", "95518", "6140000", "0085212345678", "+4915112345678", "00", "13997", "*"],
)
async def test_what_may_not_be_called_is_refused(number: str) -> None:
    told = Told()
    with pytest.raises(Refused, match="callback_number"):
        await callbacks(told).place(request(number))
    assert told.asked == []


def test_foreign_text_is_no_number() -> None:
    assert dialable("\N{ARABIC-INDIC DIGIT ONE}x") == ""


class OneBatch:
    """A journal that tells one fact, and then nothing for ever."""

    def __init__(self, told: Recorded) -> None:
        self._told: list[Recorded] = [told]

    async def last_id(self) -> EventId:
        return EventId("0-0")

    async def holds(self, _event_id: EventId) -> bool:
        return True

    async def read_after(self, _last: EventId, **_more: Any) -> list[Recorded]:
        if self._told:
            return [self._told.pop()]
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_ticket_that_was_taken_back_elsewhere_makes_the_floor_look_again() -> None:
    told, play = Told(), Play()
    play.waits(ONE)
    play.do(CallbackAsked(call_id=ONE, queue=MOTOR, number="13997000001", caller_number="1"))
    told.floor = play.floor
    closed = CallbackClosed(
        at=NOW,
        call_id=CallId(f"callback-{ONE}"),
        result="cancelled",
        queue=QueueName("motor"),
        number="13997000001",
        language="zh",
    )
    feed = Feed(OneBatch(Recorded(EventId("1-0"), closed)))  # type: ignore[arg-type]
    watching = asyncio.create_task(watch_elsewhere(feed, told))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    following = asyncio.create_task(feed.run())
    try:
        async with asyncio.timeout(2):
            await told.doubts.wait()
    finally:
        for task in (watching, following):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def test_a_customer_whose_agent_sent_him_on_is_no_ticket_taken_back_elsewhere() -> None:
    play, ticket = Play(), CallId(f"callback-{ONE}")
    play.waits(ONE)
    play.do(CallbackAsked(call_id=ONE, queue=MOTOR, number="13997000001", caller_number="1"))
    closed = CallbackClosed(
        at=NOW,
        call_id=ticket,
        result="served",
        queue=QueueName("motor"),
        number="13997000001",
        language="zh",
    )
    assert still_open(closed, play.floor)
    play.floor.put_call(play.floor.calls[ticket], ticket=None)
    assert not still_open(closed, play.floor)
