"""What is known of a caller when he arrives, and what happens when a source is late or broken."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cti.core.acd.sticky import KeptPlace, Known
from cti.core.callers import CallerClass, CallerRules
from cti.core.ids import AgentId, QueueName
from cti.services.caller_classes import CallerClasses, RecentCalls, Remembered
from cti.services.ports import Claim, Customer, HistoryDown, Policy

LIMIT_S = 5.0
NUMBER = "13997000001"
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
XINING = ZoneInfo("Asia/Shanghai")
RULES = CallerRules(
    points={CallerClass.VIP: 20, CallerClass.REPEAT: 10, CallerClass.OPEN_COMPLAINT: 10},
    no_policy=-5,
    green_alerts=frozenset({"绿色通道"}),
)
POLICY = Policy(
    policy_no="P1",
    line="车险",
    plate=None,
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 1, 1),
    status="in_force",
    branch="西宁",
)
MA = Customer(
    customer_id=1,
    name="马",
    salutation="先生",
    segment="normal",
    id_tail=None,
    area=None,
    policies=(POLICY,),
)


class Table:
    """The customer table; never answers when told to."""

    def __init__(self, *customers: Customer) -> None:
        self.customers = customers
        self.silent = False

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        if self.silent:
            await asyncio.Event().wait()
        return self.customers

    async def claim(self, report_no_tail: str) -> Claim | None:
        return None


class Numbers:
    """The memory of numbers; broken when told to."""

    def __init__(self) -> None:
        self.kept, self.lately, self.history = Remembered(), RecentCalls(), Known()
        self.down = False
        self.asked: dict[str, Any] = {}
        self.written: asyncio.Queue[tuple[str, str, datetime]] = asyncio.Queue()
        self.forgotten: list[datetime] = []

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        if self.down:
            raise HistoryDown(f"no answer about {number}")
        self.asked |= {"now": now, "chosen_since": chosen_since}
        return self.kept

    async def known(self, number: str, talked_since: datetime, left_since: datetime) -> Known:
        if self.down:
            raise HistoryDown("away")
        self.asked["talked_since"], self.asked["gave_up_since"] = talked_since, left_since
        return self.history

    async def recent(self, number: str, since: datetime, left_since: datetime) -> RecentCalls:
        self.asked |= {"since": since, "left_since": left_since}
        return self.lately

    async def remember_language(self, number: str, language: str, at: datetime) -> None:
        if self.down:
            self.down = False
            raise HistoryDown("away")
        self.written.put_nowait((number, language, at))

    async def forget_languages(self, chosen_before: datetime) -> int:
        self.forgotten.append(chosen_before)
        return 0


class Stage:
    def __init__(self, *customers: Customer, rules: CallerRules = RULES) -> None:
        self.table, self.numbers = Table(*customers), Numbers()
        self.callers = CallerClasses(rules, self.table, self.numbers, XINING, lambda: NOW)

    async def classes(self) -> set[str]:
        return {one.value for one in (await self.callers.about(NUMBER)).classes}


async def test_without_a_number_a_caller_is_anonymous_and_nobody_is_asked() -> None:
    stage = Stage()
    profile = await stage.callers.about("")
    assert (profile.classes, profile.points) == ((CallerClass.ANONYMOUS,), 0)
    assert stage.numbers.asked == {}


@pytest.mark.parametrize(
    ("changes", "classes"),
    [
        ({}, {"known"}),
        ({"segment": "vip"}, {"known", "vip"}),
        ({"segment": "fleet", "birth_year": 1950}, {"known", "fleet", "elderly"}),
        ({"open_complaint": True, "birth_year": 1990}, {"known", "open_complaint"}),
        ({"alerts": ("敏感客户", "绿色通道")}, {"known", "green"}),
        ({"segment": "没有这个"}, {"known"}),
    ],
)
async def test_a_customers_classes_come_from_his_record(
    changes: dict[str, Any], classes: set[str]
) -> None:
    assert await Stage(replace(MA, **changes)).classes() == classes


async def test_a_number_of_two_customers_has_the_classes_of_both() -> None:
    stage = Stage(MA, replace(MA, customer_id=2, segment="vip", open_complaint=True))
    assert await stage.classes() == {"known", "vip", "open_complaint"}
    assert (await stage.callers.about(NUMBER)).points == 30


async def test_a_stranger_and_a_customer_without_policies_have_a_little_less() -> None:
    assert (await Stage().callers.about(NUMBER)).points == -5
    assert (await Stage(replace(MA, policies=())).callers.about(NUMBER)).points == -5
    assert (await Stage(MA).callers.about(NUMBER)).points == 0


async def test_the_third_call_of_a_local_day_is_a_repeat() -> None:
    stage = Stage(MA)
    stage.numbers.lately = RecentCalls(calls=1)
    assert await stage.classes() == {"known"}
    stage.numbers.lately = RecentCalls(calls=2, abandoned=True)
    assert await stage.classes() == {"known", "repeat", "abandoned_recently"}
    assert stage.numbers.asked["since"] == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert stage.numbers.asked["left_since"] == NOW - timedelta(minutes=30)


async def test_what_is_kept_of_the_number_comes_along() -> None:
    stage = Stage(MA)
    stage.numbers.kept = Remembered(blocked=True, language="en")
    profile = await stage.callers.about(NUMBER)
    assert profile.flags == ("known", "blocked")
    assert profile.language == "en"
    assert stage.numbers.asked["chosen_since"] == NOW - timedelta(days=180)


async def test_a_source_that_is_late_is_left_out_and_the_others_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(MA, rules=replace(RULES, limit_s=0.02))
    stage.table.silent = True
    stage.numbers.kept = Remembered(blocked=True, language="en")
    async with asyncio.timeout(LIMIT_S):
        profile = await stage.callers.about(NUMBER)
    assert (profile.flags, profile.points, profile.language) == (("blocked",), 0, "en")
    assert "without customers: late" in caplog.text


async def test_a_source_that_fails_is_left_out_and_no_number_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(MA)
    stage.numbers.down = True
    assert await stage.classes() == {"known"}
    assert "without remembered: HistoryDown" in caplog.text
    assert NUMBER not in caplog.text


async def test_a_chosen_language_is_written_later_and_old_ones_forgotten_once_a_day() -> None:
    stage = Stage()
    stage.numbers.down = True
    for language in ("bo", "en", "zh"):
        stage.callers.chose_language(NUMBER, language)
    stage.callers.chose_language("", "en")
    writing = asyncio.create_task(stage.callers.run())
    async with asyncio.timeout(LIMIT_S):
        written = [await stage.numbers.written.get() for _ in range(2)]
    writing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writing
    assert written == [(NUMBER, "en", NOW), (NUMBER, "zh", NOW)]
    assert stage.numbers.written.empty()
    assert stage.numbers.forgotten == [NOW - timedelta(days=180)]


async def test_routing_learns_who_talked_to_him_and_which_place_he_gave_up() -> None:
    stage = Stage(MA)
    place = KeptPlace(queue=QueueName("motor"), since=NOW - timedelta(minutes=5))
    stage.numbers.history = Known(last_agent=AgentId("1001"), place=place)
    assert (await stage.callers.about(NUMBER)).known == stage.numbers.history
    assert stage.numbers.asked["talked_since"] == NOW - timedelta(hours=24)
    assert stage.numbers.asked["gave_up_since"] == NOW - timedelta(minutes=10)


async def test_without_history_there_is_no_wish_for_an_agent_and_no_delay() -> None:
    stage = Stage(MA)
    stage.numbers.down = True
    assert (await stage.callers.about(NUMBER)).known is None
