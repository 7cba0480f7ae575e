"""The sample: every state, sound numbers, the same for one seed; SQLite and PostgreSQL."""

import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.sources import AREA_KEYS, CLAIM_STATES, COMPLAINT_STATES, POLICY_STATUSES
from cti.store import sql_schema
from cti.store.sample_demo import DEMO_CALLERS, DEMO_NUMBERS
from cti.store.sample_people import AREAS
from cti.store.sample_rows import id_tail, weekdays_after
from cti.store.samples import clear_sample, seed_sample
from cti.store.sql_link import migrate, open_engine

SIZE = 400


async def rows(engine: AsyncEngine, table: Table) -> list[Any]:
    async with engine.connect() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key.columns))
        return list(found.all())


async def test_the_sample_has_every_state_of_claims_complaints_and_policies(
    engine: AsyncEngine,
) -> None:
    assert await seed_sample(engine, customers=SIZE) == SIZE
    claims = await rows(engine, sql_schema.claim)
    complaints = await rows(engine, sql_schema.complaint)
    policies = await rows(engine, sql_schema.policy)
    assert {claim.state for claim in claims} == set(CLAIM_STATES)
    assert {case.state for case in complaints} == set(COMPLAINT_STATES)
    assert {policy.status for policy in policies} == set(POLICY_STATUSES)


async def test_numbers_of_the_sample_are_sound(engine: AsyncEngine) -> None:
    await seed_sample(engine, customers=SIZE)
    claims = await rows(engine, sql_schema.claim)
    policies = await rows(engine, sql_schema.policy)
    vehicles = await rows(engine, sql_schema.vehicle)
    assert all(claim.report_no.startswith("RDAA") for claim in claims)
    assert all(claim.report_no.endswith(claim.report_tail) for claim in claims)
    assert all(claim.report_tail.isdecimal() for claim in claims)
    assert len({claim.report_tail for claim in claims}) == len(claims)
    assert all(policy.policy_no.endswith(policy.digits) for policy in policies)
    assert {vehicle.plate[0] for vehicle in vehicles} == {"青"}


async def test_claims_lie_within_the_cover_of_their_policies(engine: AsyncEngine) -> None:
    await seed_sample(engine, customers=SIZE)
    cover = {policy.policy_no: policy for policy in await rows(engine, sql_schema.policy)}
    for claim in await rows(engine, sql_schema.claim):
        policy = cover[claim.policy_no]
        assert policy.starts_on <= claim.reported_at.date() <= policy.ends_on


async def test_the_sample_has_elderly_customers_fleets_and_branches_in_each_area(
    engine: AsyncEngine,
) -> None:
    await seed_sample(engine, customers=SIZE)
    customers = await rows(engine, sql_schema.customer)
    branches = await rows(engine, sql_schema.branch)
    elderly = [one for one in customers if one.birth_year and one.birth_year <= 1961]
    fleets = [one for one in customers if one.segment == "fleet"]
    assert 0.03 * SIZE < len(elderly) < 0.4 * SIZE
    assert 3 < len(fleets) < 0.1 * SIZE
    assert {branch.area for branch in branches} == set(AREA_KEYS)
    assert {one.area for one in customers} == {area.name for area in AREAS}


async def test_seeding_again_leaves_the_customers_alone(engine: AsyncEngine) -> None:
    await seed_sample(engine, customers=20)
    assert await seed_sample(engine, seed=1, customers=20) == 0


async def test_a_cleared_sample_can_be_seeded_anew(engine: AsyncEngine) -> None:
    await seed_sample(engine, customers=20)
    await clear_sample(engine)
    assert await seed_sample(engine, customers=30) == 30


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
    for database in (engine, twin):
        await seed_sample(database, customers=60, today=date(2027, 3, 1))
    for table in (sql_schema.customer, sql_schema.claim, sql_schema.policy, sql_schema.complaint):
        assert await rows(engine, table) == await rows(twin, table)


async def test_demo_callers_are_the_same_in_every_sample(
    engine: AsyncEngine, twin: AsyncEngine
) -> None:
    await seed_sample(engine, customers=20)
    await seed_sample(twin, 7, customers=40)
    here, there = await rows(engine, sql_schema.customer), await rows(twin, sql_schema.customer)
    count = len(DEMO_CALLERS) - 1
    assert [each.name for each in here[:count]] == [each.name for each in there[:count]]
    assert [each.id_tail for each in here[:5]] == [each.id_tail for each in there[:5]]


ROWS_OF_A_SEED = """
from random import Random
from cti.store.samples import ANCHOR, sample_rows
print(sorted(sample_rows(Random(5), 300, ANCHOR).rows.items()))
"""


def test_a_seed_gives_the_same_rows_whatever_pythons_hashes() -> None:
    found = set()
    for hashes in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", ROWS_OF_A_SEED],
            env={"PYTHONHASHSEED": hashes},
            capture_output=True,
            check=True,
        )
        found.add(hashlib.sha256(run.stdout).hexdigest())
    assert len(found) == 1


def test_what_is_said_of_a_demo_caller_is_so() -> None:
    assert list(DEMO_NUMBERS) == [caller.number for caller in DEMO_CALLERS]
    for caller in DEMO_CALLERS:
        numbers = [pair[1] for pair in (caller.claim, caller.complaint) if pair]
        assert all(number in DEMO_NUMBERS[caller.number] for number in numbers)


def test_an_id_ends_with_the_check_sign_of_its_standard() -> None:
    # GB 11643's own example: 11010519491231002X, here with Xining's division.
    assert id_tail(AREAS[0], date(1949, 12, 31), 2)[:5] == "31002"
    weights = [2**place % 11 for place in range(18)][::-1]
    number = f"{AREAS[0].division}0219491231002{id_tail(AREAS[0], date(1949, 12, 31), 2)[-1]}"
    values = [10 if sign == "X" else int(sign) for sign in number]
    assert sum(v * w for v, w in zip(values, weights, strict=True)) % 11 == 1


def test_weekdays_pass_over_the_weekend() -> None:
    assert weekdays_after(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert weekdays_after(date(2026, 11, 20), 7) == date(2026, 12, 1)
