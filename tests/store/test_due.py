"""Counts of the insurer's cases that wait for people; SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store.sql_due import complaints_due, undispatched
from cti.store.sql_link import transaction
from cti.store.tables_insurer import claim, complaint, customer

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 20, tzinfo=UTC)


async def kept(engine: AsyncEngine, table: Any, **fields: Any) -> None:
    async with transaction(engine) as connection:
        await connection.execute(insert(table), [fields])


@pytest.fixture
async def house(engine: AsyncEngine) -> AsyncEngine:
    await kept(
        engine, customer, customer_id=1, name="张三", salutation="mr", segment="plain", alerts=[]
    )
    return engine


@pytest.mark.parametrize(
    ("state", "days", "counted"),
    [
        ("received", 2, (1, 0)),
        ("assigned", 0, (1, 0)),
        ("investigating", -1, (0, 1)),
        ("received", 3, (0, 0)),
        ("replied", 0, (0, 0)),
        ("closed", -9, (0, 0)),
    ],
)
async def test_a_complaint_is_due_two_days_before_its_day_until_it_is_answered(
    house: AsyncEngine, state: str, days: int, counted: tuple[int, int]
) -> None:
    due = TODAY + timedelta(days=days)
    phone = "+8613997000001"
    await kept(
        house,
        complaint,
        case_no="1",
        customer_id=1,
        phone=phone,
        state=state,
        topic="迟",
        received_at=AT,
        due_on=due,
    )
    assert await complaints_due(house, TODAY) == counted


async def test_nothing_is_due_in_an_empty_house(engine: AsyncEngine) -> None:
    assert await complaints_due(engine, TODAY) == (0, 0)
    assert await undispatched(engine) == 0


async def test_a_reported_loss_waits_until_somebody_is_sent(house: AsyncEngine) -> None:
    for n, state in enumerate(("reported", "dispatched", "closed", "reported")):
        row = {"report_no": str(n), "report_tail": str(n), "customer_id": 1, "reported_at": AT}
        await kept(house, claim, **row, state=state)
    assert await undispatched(house) == 2
