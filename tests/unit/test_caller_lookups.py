"""What the menu may ask of the customer table, and what it is told when the table fails."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cti.services import caller_classes as classes_module
from cti.services.caller_classes import caller_classes
from cti.services.caller_lookups import SOURCES, CustomerLookups, UnknownSource
from cti.services.ports import Claim, Customer, HistoryDown

XINING = ZoneInfo("Asia/Shanghai")
CLAIM = Claim(
    report_no="RDAA2026630100000020260001",
    policy_no=None,
    state="assessed",
    reported_at=datetime(2026, 11, 2, 17, 30, tzinfo=UTC),
)


def customer(segment: str) -> Customer:
    return Customer(
        customer_id=1, name="张三", salutation="先生", segment=segment, id_tail=None, area=None
    )


@dataclass
class Table:
    """The customer table in memory; ``asked`` is what was looked for."""

    customers: Mapping[str, Sequence[Customer]] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        self.asked.append(caller_number)
        return self.customers.get(caller_number, ())

    async def claim(self, report_no_tail: str) -> Claim | None:
        return self.claims.get(report_no_tail)


class Down(Table):
    """A table whose database is away."""

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        raise HistoryDown(f"no answer about {caller_number}")

    async def claim(self, report_no_tail: str) -> Claim | None:
        raise HistoryDown(report_no_tail)


class Silent(Table):
    """A table that never answers."""

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        await asyncio.Event().wait()
        return ()


def lookups(table: Table) -> CustomerLookups:
    return CustomerLookups(table, XINING)


async def test_a_claim_is_told_by_state_last_digits_and_the_day_it_was_reported_here() -> None:
    found = await lookups(Table(claims={"20260001": CLAIM})).fetch(
        "claims.status", {"report_no": "20260001"}
    )
    assert found == {"state": "assessed", "tail": "0001", "reported_on": "2026-11-03"}


async def test_an_unknown_report_number_is_no_error() -> None:
    assert await lookups(Table()).fetch("claims.status", {"report_no": "1"}) is None


async def test_a_database_that_is_away_is_an_error_of_its_own() -> None:
    with pytest.raises(HistoryDown):
        await lookups(Down()).fetch("claims.status", {"report_no": "20260001"})


async def test_a_source_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownSource):
        await lookups(Table()).fetch("weather", {})


@pytest.mark.parametrize("source", SOURCES)
async def test_every_source_that_trees_may_name_is_served(source: str) -> None:
    assert await lookups(Table()).fetch(source, {"report_no": "20260001"}) is None


@pytest.mark.parametrize(
    ("segments", "classes"),
    [
        ([], {"known": False, "vip": False}),
        (["normal"], {"known": True, "vip": False}),
        (["vip"], {"known": True, "vip": True}),
        (["normal", "vip"], {"known": True, "vip": True}),
    ],
)
async def test_a_callers_classes_are_those_of_all_customers_with_his_number(
    segments: Sequence[str], classes: Mapping[str, bool]
) -> None:
    table = Table(customers={"13997000001": [customer(each) for each in segments]})
    assert await caller_classes(table, "13997000001") == classes


async def test_a_caller_without_a_number_is_anonymous_and_not_looked_up() -> None:
    table = Table()
    assert await caller_classes(table, "") == {"anonymous": True}
    assert table.asked == []


async def test_a_table_that_fails_leaves_the_caller_unclassified() -> None:
    assert await caller_classes(Down(), "13997000001") == {}


async def test_a_table_that_does_not_answer_does_not_hold_the_caller_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(classes_module, "CLASS_LIMIT_S", 0.01)
    async with asyncio.timeout(2):
        assert await caller_classes(Silent(), "13997000001") == {}


async def test_a_failed_look_up_logs_no_number(caplog: pytest.LogCaptureFixture) -> None:
    await caller_classes(Down(), "13997000001")
    assert "HistoryDown" in caplog.text
    assert "13997000001" not in caplog.text
