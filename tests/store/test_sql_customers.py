"""Customers by phone number and claims by report number, on the sample; SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store import sql_schema
from cti.store.phone_numbers import normalised
from cti.store.samples import CLAIM_STATES, CUSTOMERS, DEMO_NUMBERS, seed_sample
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_link import migrate, open_engine


@pytest.fixture
async def customers(engine: AsyncEngine) -> SqlCustomers:
    await seed_sample(engine)
    return SqlCustomers(engine)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("13997000001", "+8613997000001"),
        ("+8613997000001", "+8613997000001"),
        ("008613997000001", "+8613997000001"),
        ("8613997000001", "+8613997000001"),
        ("013997000001", "+8613997000001"),
        ("+86 139-9700 0001", "+8613997000001"),
        ("13997000001", "+8613997000001"),
        ("09716123456", "+869716123456"),
        ("+869716123456", "+869716123456"),
        ("0971-6123456", "+869716123456"),
        ("6123456", "+869716123456"),
        ("01062345678", "+861062345678"),
        ("95518", "+8695518"),
        ("+15551234567", "+15551234567"),
        ("0085212345678", "+85212345678"),
        ("anonymous", ""),
        ("", ""),
        ("'; DROP TABLE customer; --", ""),
        ("١٣٩٩٧٠٠٠٠٠١", ""),
        ("1" * 40, ""),
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: str, found: str) -> None:
    assert normalised(written) == found


async def test_the_vip_of_the_demo_has_two_policies_and_an_assessed_claim(
    customers: SqlCustomers,
) -> None:
    (vip,) = await customers.by_number("013997000001")
    assert vip.segment == "vip"
    assert [policy.line for policy in vip.policies].count("交强险") == 1
    assert len(vip.policies) == 2
    assert [claim.state for claim in vip.claims] == ["assessed"]
    assert {policy.plate for policy in vip.policies} == {vip.claims[0].plate}


async def test_each_demo_number_finds_the_claim_it_promises(customers: SqlCustomers) -> None:
    for n, (number, state) in enumerate(
        zip(DEMO_NUMBERS, ("assessed", "paid", "declined"), strict=True), start=1
    ):
        (found,) = await customers.by_number(number)
        claim = await customers.claim(f"2026{n:04d}")
        assert claim == found.claims[0]
        assert claim.state == state
        assert f"2026{n:04d}" in DEMO_NUMBERS[number]


async def test_a_stranger_and_a_withheld_number_find_nobody(customers: SqlCustomers) -> None:
    assert list(await customers.by_number("13800000000")) == []
    assert list(await customers.by_number("anonymous")) == []


@pytest.mark.parametrize("digits", ["", "001", "99999999", "2026000%", "٢٠٢٦٠٠٠١", "-0000001"])
async def test_what_is_no_report_number_finds_no_claim(
    customers: SqlCustomers, digits: str
) -> None:
    assert await customers.claim(digits) is None


async def test_more_and_fewer_digits_than_eight_find_the_claim_too(
    customers: SqlCustomers,
) -> None:
    claim = await customers.claim("20260002")
    assert claim is not None
    assert await customers.claim(claim.report_no[4:]) == claim
    assert await customers.claim("260002") == claim
    assert await customers.claim("1" + claim.report_no[-8:]) is None


async def test_the_sample_has_every_claim_state_and_sound_numbers(engine: AsyncEngine) -> None:
    assert await seed_sample(engine) == CUSTOMERS
    async with engine.connect() as connection:
        claims = (await connection.execute(select(sql_schema.claim))).all()
        policies = (await connection.execute(select(sql_schema.policy))).all()
    assert {claim.state for claim in claims} == set(CLAIM_STATES)
    assert all(claim.report_no.startswith("RDAA") for claim in claims)
    assert all(claim.report_no.endswith(claim.report_tail) for claim in claims)
    assert all(claim.report_no[-8:].isdecimal() for claim in claims)
    assert len({claim.report_tail for claim in claims}) == len(claims)
    assert all(policy.plate is None or policy.plate[0] == "青" for policy in policies)


async def test_seeding_again_leaves_the_customers_alone(engine: AsyncEngine) -> None:
    await seed_sample(engine)
    assert await seed_sample(engine, seed=1) == 0


@pytest.fixture
async def twin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsyncEngine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('twin') / 'twin.db'}"
    await migrate(url)
    opened = open_engine(url)
    yield opened
    await opened.dispose()


async def test_two_databases_seeded_on_one_day_are_equal(
    engine: AsyncEngine, twin: AsyncEngine
) -> None:
    found = []
    for database in (engine, twin):
        await seed_sample(database, today=date(2027, 3, 1))
        async with database.connect() as connection:
            rows = await connection.execute(select(sql_schema.claim).order_by("report_no"))
            found.append(rows.all())
    assert found[0] == found[1]
