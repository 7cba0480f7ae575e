"""What is known of a caller when he arrives, and what the menu is told when the table fails."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from cti.services import caller_classes as classes_module
from cti.services.caller_classes import caller_classes
from cti.services.ports import Customer, HistoryDown


def customer(segment: str) -> Customer:
    return Customer(
        customer_id=1, name="张三", salutation="先生", segment=segment, id_tail=None, area=None
    )


@dataclass
class Table:
    """The customer table in memory; ``asked`` is what was looked for."""

    customers: Mapping[str, Sequence[Customer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        self.asked.append(caller_number)
        return self.customers.get(caller_number, ())


class Down(Table):
    """A table whose database is away."""

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        raise HistoryDown(f"no answer about {caller_number}")


class Silent(Table):
    """A table that never answers."""

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        await asyncio.Event().wait()
        return ()


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
