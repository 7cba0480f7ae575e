"""A few thousand sample customers of Qinghai: invented, and the same in every run of one seed.

The shapes are real: number formats, plates by prefecture, names of the peoples who live there, fleets,
elderly ones, every state a claim or complaint can be in.
"""

from datetime import date, timedelta
from random import Random

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.sources import AREA_KEYS, CLAIM_STATES, COMPLAINT_STATES
from cti.store.sample_demo import DEMO_CALLERS, DEMO_NUMBERS, add_demo_caller
from cti.store.sample_people import AREAS, BRANCHES, PEOPLES, company, person
from cti.store.sample_rows import (
    OTHER_LINES,
    Home,
    SampleRows,
    add_claim,
    add_complaint,
    add_customer,
    add_phones,
    add_policy,
    add_vehicle,
)
from cti.store.sql_link import transaction
from cti.store.tables_insurer import (
    branch,
    claim,
    complaint,
    customer,
    customer_phone,
    policy,
    vehicle,
)

__all__ = ["ANCHOR", "CUSTOMERS", "DEMO_NUMBERS", "SEED", "clear_sample", "seed_sample"]

SEED = 95518
CUSTOMERS = 3000
ANCHOR = date(2026, 11, 22)
"""The day the sample stands at unless another is given: periods and reports lie around it."""

_TABLES = (customer, customer_phone, vehicle, policy, claim, complaint, branch)
"""In an order in which rows may be written; backwards, deleted."""
_PRIVATE = ("小型轿车", "小型普通客车", "小型越野客车", "轻型货车")
_COMMERCIAL = ("重型半挂牵引车", "中型货车", "大型普通客车", "自卸货车", "小型普通客车")
_ALERTS = ("重复来电", "敏感客户")


async def seed_sample(
    engine: AsyncEngine, seed: int = SEED, *, customers: int = CUSTOMERS, today: date = ANCHOR
) -> int:
    """Fill the empty customer tables; the number of customers written.

    A table that has customers is left alone (0). The same seed, size and day give the same rows.
    The callers of ``DEMO_NUMBERS`` are always among them. Raises HistoryDown.
    """
    async with transaction(engine) as connection:
        if await connection.scalar(select(func.count()).select_from(customer)):
            return 0
    sample = sample_rows(Random(seed), customers, today)  # noqa: S311 (sample rows, not secrets)
    async with transaction(engine) as connection:
        for table in _TABLES:
            if rows := sample.rows.get(table.name):
                await connection.execute(insert(table), rows)
    return len(sample.rows["customer"])


async def clear_sample(engine: AsyncEngine) -> None:
    """Delete all customers, and all that belongs to them. Raises HistoryDown."""
    async with transaction(engine) as connection:
        for table in reversed(_TABLES):
            await connection.execute(delete(table))


def sample_rows(random: Random, customers: int, today: date) -> SampleRows:
    """Every row of a sample."""
    sample = SampleRows(random, today)
    _add_branches(sample)
    for customer_id, caller in enumerate(DEMO_CALLERS, start=1):
        add_demo_caller(sample, customer_id, caller)
    for customer_id in range(len(DEMO_CALLERS) + 1, customers + 1):
        area = random.choices(AREAS, [area.weight for area in AREAS])[0]
        _add_one(sample, Home(customer_id, area), customer_id - len(DEMO_CALLERS) - 1)
    return sample


def _add_branches(sample: SampleRows) -> None:
    for key, area in zip(AREA_KEYS, AREAS, strict=True):
        for n, (name, street) in enumerate(BRANCHES[area.name], start=1):
            sample.add(
                "branch",
                code=f"{area.division}{n:02d}",
                area=key,
                name=f"人保财险{name}",
                address=f"{street}{sample.random.randrange(1, 180)}号",
                phone=f"{area.dial}{sample.random.randrange(6_100_000, 8_299_999)}",
            )


def _add_one(sample: SampleRows, home: Home, n: int) -> None:
    """The ``n``-th customer after the demo callers."""
    if sample.random.random() < 0.03:
        phone, covered = _add_fleet(sample, home)
    else:
        phone, covered = _add_private(sample, home)
    _add_claims(sample, home, covered, n)
    if n < len(COMPLAINT_STATES) or sample.random.random() < 0.03:
        state = COMPLAINT_STATES[n % len(COMPLAINT_STATES)]
        case_no = f"{sample.today:%y}{100 + n:06d}"
        add_complaint(sample, home, state=state, phone=phone, case_no=case_no)
        if state != "closed":
            sample.rows["customer"][-1]["alerts"] = ["投诉未结"]


def _add_private(sample: SampleRows, home: Home) -> tuple[str, list[tuple[str, str]]]:
    random = sample.random
    who = person(random, PEOPLES[random.choice(home.area.peoples)])
    age = round(random.triangular(20, 88, 38))
    birth = sample.today - timedelta(days=age * 365 + random.randrange(365))
    segment = random.choices(("normal", "vip"), (88, 12))[0]
    row = add_customer(sample, home, who, segment=segment, birth=birth)
    if random.random() < 0.08:
        row["alerts"] = [random.choice(_ALERTS)]
    phone = add_phones(sample, home)
    # Claims need cover, and every claim state a claim: the first customers all drive.
    count = random.choices((0, 1, 2), (10, 68, 22))[0] if home.customer_id > 100 else 1
    covered = [_add_insured(sample, home, random.choice(_PRIVATE)) for _ in range(count)]
    if count == 0 or random.random() < 0.3:
        line = random.choice(tuple(OTHER_LINES))
        add_policy(sample, home, line, days_ago=random.randrange(1, 420))
    return phone, covered


def _add_fleet(sample: SampleRows, home: Home) -> tuple[str, list[tuple[str, str]]]:
    random = sample.random
    add_customer(sample, home, company(random, home.area), segment="fleet", birth=None)
    phone = add_phones(sample, home)
    count = random.randrange(5, 31)
    return phone, [_add_insured(sample, home, random.choice(_COMMERCIAL)) for _ in range(count)]


def _add_insured(sample: SampleRows, home: Home, model: str) -> tuple[str, str]:
    """A vehicle with its policies; the number of the one that claims go to, and the plate."""
    random = sample.random
    plate = add_vehicle(sample, home, model)
    # Claims lie within the last 60 days: the policy must have begun before.
    days_ago = random.randrange(61, 360)
    number = add_policy(sample, home, "交强险", plate, days_ago=days_ago)
    if random.random() < 0.8:
        number = add_policy(sample, home, "商业车险", plate, days_ago=days_ago)
    if random.random() < 0.3:
        add_policy(sample, home, "商业车险", plate, days_ago=days_ago + 365)
    return number, plate


def _add_claims(sample: SampleRows, home: Home, covered: list[tuple[str, str]], n: int) -> None:
    """Every state is met at least once; then every third vehicle has a claim."""
    for index, one in enumerate(covered):
        first = n < len(CLAIM_STATES) and index == 0
        if first or sample.random.random() < 0.33:
            state = CLAIM_STATES[n] if first else sample.random.choice(CLAIM_STATES)
            add_claim(sample, home, state=state, policy=one)
