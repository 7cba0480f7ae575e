"""The contract of every look-up source, kept by both adapters: our tables, and an insurer's system.

The insurer's system of the tests serves the same sample by HTTP.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.ports import Lookups
from cti.services.sources import AREA_KEYS, SOURCES, UnknownSource
from cti.store.samples import seed_sample
from cti.store.sql_link import transaction
from cti.store.sql_lookups import SqlLookups
from cti.store.tables_insurer import claim, customer, policy, vehicle
from tests.insurer_server import asking, insurer, serving

VIP, FLEET, COMPLAINANT, ELDER = "13997000001", "13997000013", "13997000014", "13997000011"
STRANGER = "13800000000"
ZONE = ZoneInfo("Asia/Shanghai")
HOSTILE = (
    "",
    "'",
    "' OR '1'='1",
    "1; DROP TABLE customer; --",
    "%",
    "____",
    "2026000%",
    "9" * 10_240,
    "x" * 10_240,
    "٢٠٢٦٠٠٠١",
    "\uff12\uff10\uff12\uff16\uff10\uff10\uff10\uff11",
    "\U0001f697",
    "\x00",
    "../../etc/passwd",
    "null",
    "-1",
)


@dataclass(frozen=True)
class World:
    """An adapter, and the tables behind it."""

    lookups: Lookups
    engine: AsyncEngine

    async def fetch(self, source: str, **arguments: str) -> Mapping[str, str] | None:
        return await self.lookups.fetch(source, arguments)

    async def found(self, source: str, **arguments: str) -> Mapping[str, str]:
        values = await self.fetch(source, **arguments)
        assert values is not None
        return values

    async def row(self, number: str, table: Any) -> Any:
        """The first row of a table that belongs to a demo caller."""
        async with transaction(self.engine) as connection:
            wanted = select(table).where(table.c.customer_id == _ids()[number])
            return (await connection.execute(wanted.order_by(*table.primary_key))).first()


def _ids() -> Mapping[str, int]:
    return {VIP: 1, ELDER: 4, FLEET: 6, COMPLAINANT: 7}


@pytest.fixture(params=["sql", "http"])
async def world(request: pytest.FixtureRequest, engine: AsyncEngine) -> AsyncIterator[World]:
    await seed_sample(engine, customers=60)
    tables = SqlLookups(engine, ZONE)
    if request.param == "sql":
        yield World(tables, engine)
        return
    async with insurer(serving(tables)) as url, asking(url, deadline_s=10.0) as lookups:
        yield World(lookups, engine)


async def test_a_claim_is_told_by_its_report_number(world: World) -> None:
    row = await world.row(VIP, claim)
    assert await world.found("claims.status", report_no="20260001") == {
        "state": "assessed",
        "tail": "0001",
        "reported_on": row.reported_at.astimezone(ZONE).date().isoformat(),
        "surveyor_name": row.surveyor_name,
        "surveyor_phone": row.surveyor_phone,
        "registered_phone": VIP,
    }


async def test_the_whole_report_number_and_a_part_of_four_digits_find_it_too(world: World) -> None:
    row = await world.row(VIP, claim)
    whole = await world.found("claims.status", report_no=row.report_no[4:])
    assert whole == await world.found("claims.status", report_no="260001")
    assert await world.fetch("claims.status", report_no="001") is None
    assert await world.fetch("claims.status", report_no=f"9{row.report_no[-8:]}") is None


async def test_the_newest_claim_is_that_of_the_caller(world: World) -> None:
    newest = await world.found("claims.newest", caller_number=VIP)
    assert newest == await world.found("claims.status", report_no="20260001")


async def test_one_vehicle_is_told_by_its_plate_and_several_are_not(world: World) -> None:
    plate = await world.found("vehicles.one", caller_number=VIP)
    assert plate == {"plate": (await world.row(VIP, vehicle)).plate.replace("·", "")}
    assert await world.fetch("vehicles.one", caller_number=FLEET) is None


async def test_the_newest_policy_is_told_with_its_period_and_status(world: World) -> None:
    found = await world.found("policies.newest", caller_number=ELDER)
    row = await world.row(ELDER, policy)
    assert found == {
        "kind": "commercial",
        "tail": row.policy_no[-4:],
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "status": "in_force",
        "registered_phone": ELDER,
    }
    assert date.fromisoformat(found["starts_on"]) < date.fromisoformat(found["ends_on"])


async def test_a_policy_is_verified_with_its_vehicle_and_with_no_other(world: World) -> None:
    mine, car = await world.row(VIP, policy), await world.row(VIP, vehicle)
    other = await world.row(ELDER, vehicle)
    asked = {"policy_digits": mine.digits, "vin_tail": car.vin_tail}
    assert await world.fetch("policies.verify", **asked) == {}
    assert await world.fetch("policies.verify", **{**asked, "vin_tail": other.vin_tail}) is None
    assert await world.fetch("policies.verify", **{**asked, "policy_digits": "1"}) is None


@pytest.mark.parametrize(("number", "level"), [(VIP, "1"), (STRANGER, "0"), ("anonymous", "0")])
async def test_a_customers_number_is_level_one(world: World, number: str, level: str) -> None:
    found = await world.found("identity.level", caller_number=number)
    assert found == {"level": level, "locked": "false"}


async def test_an_identity_number_is_right_for_its_caller_alone(world: World) -> None:
    tail = (await world.row(VIP, customer)).id_tail
    for number, keyed, result in (
        (VIP, tail, "ok"),
        (VIP, "000000", "wrong"),
        (ELDER, tail, "wrong"),
        (STRANGER, tail, "wrong"),
        (VIP, tail[:4], "wrong"),
    ):
        found = await world.found("identity.check", caller_number=number, id_tail=keyed)
        assert found == {"result": result}


async def test_an_x_at_the_end_of_an_identity_number_counts(world: World) -> None:
    async with transaction(world.engine) as connection:
        ends_in_x = customer.c.id_tail.endswith("X") & (customer.c.customer_id == 5)
        row = (await connection.execute(select(customer).where(ends_in_x))).one()
    for keyed in (row.id_tail, row.id_tail.lower()):
        found = await world.found("identity.check", caller_number="13997000012", id_tail=keyed)
        assert found == {"result": "ok"}


async def test_a_complaint_is_told_to_who_knows_its_phone(world: World) -> None:
    found = await world.found("complaints.status", case_no="26000014", phone_tail="0014")
    assert found["state"] == "investigating"
    assert found["received_on"] < found["due_on"]
    wrong = await world.fetch("complaints.status", case_no="26000014", phone_tail="0013")
    assert wrong is None


@pytest.mark.parametrize("area", AREA_KEYS)
async def test_every_area_has_its_branch(world: World, area: str) -> None:
    found = await world.found("branches.by_area", area=area)
    assert found["name"].startswith("人保财险")
    assert found["phone"].startswith("097")
    assert await world.fetch("branches.by_area", area=area + "0") is None


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("claims.status", {"report_no": "99999999"}),
        ("claims.newest", {"caller_number": STRANGER}),
        ("vehicles.one", {"caller_number": STRANGER}),
        ("policies.newest", {"caller_number": STRANGER}),
        ("policies.verify", {"policy_digits": "123456", "vin_tail": "123456"}),
        ("complaints.status", {"case_no": "99999999", "phone_tail": "0001"}),
        ("branches.by_area", {"area": "9"}),
    ],
)
async def test_what_is_not_there_is_missing_and_no_error(
    world: World, source: str, arguments: Mapping[str, str]
) -> None:
    assert await world.fetch(source, **arguments) is None


@pytest.mark.parametrize("name", SOURCES)
async def test_hostile_arguments_find_nothing_of_anybody(world: World, name: str) -> None:
    source = SOURCES[name]
    for hostile in HOSTILE:
        values = await world.fetch(name, **dict.fromkeys(source.arguments, hostile))
        assert values is None or source.always
    assert await world.found("identity.level", caller_number=VIP)


@pytest.mark.parametrize("name", SOURCES)
async def test_what_is_found_is_what_the_catalogue_promises(world: World, name: str) -> None:
    source = SOURCES[name]
    for arguments in await _good(world):
        if set(arguments) == set(source.arguments):
            values = await world.found(name, **arguments)
            assert source.accepted(values) == values
            return
    raise AssertionError(f"no sample for {name}")


async def _good(world: World) -> list[Mapping[str, str]]:
    mine, car = await world.row(VIP, policy), await world.row(VIP, vehicle)
    return [
        {"report_no": "20260001"},
        {"caller_number": VIP},
        {"policy_digits": mine.digits, "vin_tail": car.vin_tail},
        {"caller_number": VIP, "id_tail": (await world.row(VIP, customer)).id_tail},
        {"case_no": "26000014", "phone_tail": "0014"},
        {"area": "1"},
    ]


def test_values_that_lead_to_a_person_are_personal() -> None:
    personal = {f"{name}.{value}" for name, each in SOURCES.items() for value in each.personal}
    assert personal == {
        "claims.status.surveyor_phone",
        "claims.status.registered_phone",
        "claims.newest.surveyor_phone",
        "claims.newest.registered_phone",
        "vehicles.one.plate",
        "policies.newest.registered_phone",
    }


async def test_a_source_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(UnknownSource):
        await world.fetch("weather")
