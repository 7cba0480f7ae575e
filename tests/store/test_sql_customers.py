"""Customers by phone number, on the sample; SQLite and PostgreSQL."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store.phone_numbers import national, normalised
from cti.store.samples import DEMO_NUMBERS, seed_sample
from cti.store.sql_customers import SqlCustomers


@pytest.fixture
async def customers(engine: AsyncEngine) -> SqlCustomers:
    await seed_sample(engine, customers=60)
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


async def test_a_stranger_and_a_withheld_number_find_nobody(customers: SqlCustomers) -> None:
    assert list(await customers.by_number("13800000000")) == []
    assert list(await customers.by_number("anonymous")) == []


@pytest.mark.parametrize(
    ("stored", "dialled"),
    [
        ("+8613997000001", "13997000001"),
        ("+869716123456", "09716123456"),
        ("+85212345678", "+85212345678"),
        ("", ""),
    ],
)
def test_a_number_is_told_as_it_is_dialled_at_home(stored: str, dialled: str) -> None:
    assert national(stored) == dialled


async def test_an_open_complaint_and_the_year_of_birth_are_known(customers: SqlCustomers) -> None:
    (elder,) = await customers.by_number("13997000011")
    (complainant,) = await customers.by_number("13997000014")
    assert (elder.birth_year, elder.open_complaint) == (1948, False)
    assert complainant.open_complaint


async def test_the_fleet_of_the_demo_has_its_dozen_vehicles(customers: SqlCustomers) -> None:
    (fleet,) = await customers.by_number("13997000013")
    assert fleet.segment == "fleet"
    assert len({policy.plate for policy in fleet.policies}) == 12


async def test_demo_numbers_are_all_customers(customers: SqlCustomers) -> None:
    for number in DEMO_NUMBERS:
        assert len(await customers.by_number(number)) == 1
