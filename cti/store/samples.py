"""Sample customers of Qinghai, their policies and claims: invented, and the same in every run.

The sizes are small; the shapes are real: number formats, plates by prefecture, names of the peoples
who live there, every state a claim can be in (domain: 报案 to 结案, and the side states).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store import sql_schema
from cti.store.phone_numbers import normalised
from cti.store.sample_people import AREAS, PEOPLES, SURVEYORS, Area, Person, person
from cti.store.sql_customers import TAIL
from cti.store.sql_link import transaction

SEED = 95518
CUSTOMERS = 40
ANCHOR = date(2026, 11, 22)
"""The day the sample stands at unless another is given: periods and reports lie around it."""

CLAIM_STATES = (
    *("reported", "dispatched", "surveyed", "registered", "assessing", "assessed", "verified"),
    *("documents", "calculating", "approved", "paid", "closed"),
    *("cancelled", "declined", "closed_without_payment", "reopened"),
)

DEMO_NUMBERS: Mapping[str, str] = {
    "13997000001": "贵宾客户,两份车险保单,案件 20260001 已定损 / VIP, two motor policies, "
    "claim 20260001 assessed",
    "13997000002": "普通客户,案件 20260002 已支付 / ordinary customer, claim 20260002 paid",
    "13997000003": "藏族客户,投诉未结,案件 20260003 拒赔 / Tibetan customer, open complaint, "
    "claim 20260003 declined",
}
"""Callers to try the hotline with, and what the agent must then see."""

_DEMO_CASES = (
    ("assessed", "vip", ()),
    ("paid", "normal", ()),
    ("declined", "normal", ("投诉未结",)),
)
_LINES = ("家财险", "意外险", "牦牛养殖险", "藏系羊养殖险", "企财险", "货运险", "雇主责任险")
_ALERTS = ("重复来电", "投诉未结", "敏感客户")
_DOCUMENTS = ("驾驶证、行驶证复印件", "维修发票", "事故责任认定书", "银行卡复印件")
_LATE_STATES = CLAIM_STATES[CLAIM_STATES.index("surveyed") :]


@dataclass(slots=True)
class _Sample:
    """The rows of one run, and what is needed to make more of them."""

    random: Random
    today: date
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    serial: int = 0

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def number(self) -> int:
        self.serial += self.random.randint(3, 97)
        return self.serial


@dataclass(frozen=True, slots=True)
class _Home:
    """Whose rows are made, and where he lives."""

    customer_id: int
    area: Area


async def seed_sample(engine: AsyncEngine, seed: int = SEED, *, today: date = ANCHOR) -> int:
    """Fill the empty customer tables; the number of customers written.

    A table that has customers is left alone (0). The same seed and day give the same rows.
    Raises HistoryDown.
    """
    sample = _sample(Random(seed), today)  # noqa: S311 (sample rows, not secrets)
    async with transaction(engine) as connection:
        counted = select(func.count()).select_from(sql_schema.customer)
        if await connection.scalar(counted):
            return 0
        for table in sql_schema.tables.sorted_tables:
            if rows := sample.rows.get(table.name):
                await connection.execute(insert(table), rows)
    return len(sample.rows["customer"])


def _sample(random: Random, today: date) -> _Sample:
    sample = _Sample(random, today)
    for n, (number, case) in enumerate(zip(DEMO_NUMBERS, _DEMO_CASES, strict=True), start=1):
        _add_demo(sample, n, number, case)
    for customer_id in range(len(DEMO_NUMBERS) + 1, CUSTOMERS + 1):
        _add_customer(sample, customer_id)
    return sample


def _add_demo(
    sample: _Sample, customer_id: int, number: str, case: tuple[str, str, tuple[str, ...]]
) -> None:
    state, segment, alerts = case
    people = PEOPLES["tibetan" if alerts else "hui" if segment == "vip" else "han"]
    home = _Home(customer_id, AREAS[5 if alerts else 0])
    who = person(sample.random, people)
    _add_person(sample, home, who, segment=segment, alerts=alerts)
    sample.add("customer_phone", customer_id=customer_id, number=normalised(number))
    plate = f"{home.area.plate}·A{customer_id:03d}8"
    policies = [_add_policy(sample, home, plate, "商业车险")]
    if segment == "vip":
        policies.append(_add_policy(sample, home, plate, "交强险"))
    tail = f"2026{customer_id:04d}"
    _add_claim(sample, home, state=state, policy=(policies[0], plate), tail=tail)


def _add_customer(sample: _Sample, customer_id: int) -> None:
    random = sample.random
    area = random.choices(AREAS, [area.weight for area in AREAS])[0]
    home = _Home(customer_id, area)
    who = person(random, PEOPLES[random.choice(area.peoples)])
    segment = random.choices(("normal", "vip", "fleet"), (80, 12, 8))[0]
    alerts = (random.choice(_ALERTS),) if random.random() < 0.15 else ()
    _add_person(sample, home, who, segment=segment, alerts=alerts)
    _add_phones(sample, home)
    plate = _plate(random, area)
    motor = [_add_policy(sample, home, plate, "交强险")]
    if random.random() < 0.8:
        motor.append(_add_policy(sample, home, plate, "商业车险"))
    if random.random() < 0.4:
        _add_policy(sample, home, None, random.choice(_LINES))
    # Every state is met at least once; then every second customer has a claim.
    n = customer_id - len(DEMO_NUMBERS) - 1
    if n < len(CLAIM_STATES) or random.random() < 0.5:
        state = CLAIM_STATES[n % len(CLAIM_STATES)]
        _add_claim(sample, home, state=state, policy=(motor[-1], plate))


def _add_person(
    sample: _Sample,
    home: _Home,
    who: Person,
    *,
    segment: str,
    alerts: tuple[str, ...],
) -> None:
    sample.add(
        "customer",
        customer_id=home.customer_id,
        name=who.name,
        salutation=who.salutation,
        segment=segment,
        id_tail=f"{sample.random.randrange(1000):03d}{sample.random.choice('0123456789X')}",
        area=home.area.name,
        alerts=list(alerts),
    )


def _add_phones(sample: _Sample, home: _Home) -> None:
    prefix = sample.random.choice(("139", "138", "136", "187", "189", "153"))
    mobile = f"{prefix}97{home.customer_id:02d}{sample.random.randrange(10_000):04d}"
    sample.add("customer_phone", customer_id=home.customer_id, number=normalised(mobile))
    if sample.random.random() < 0.25:
        landline = f"{home.area.dial}{sample.random.randrange(2_000_000, 8_999_999)}"
        sample.add("customer_phone", customer_id=home.customer_id, number=normalised(landline))


def _plate(random: Random, area: Area) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O are not used on plates
    return f"{area.plate}·{random.choice(letters)}{random.randrange(10_000):04d}"


def _add_policy(sample: _Sample, home: _Home, plate: str | None, line: str) -> str:
    # Claims lie within the last 60 days, and need cover; only other lines may have run out.
    longest_ago = 360 if plate else 420
    starts_on = sample.today - timedelta(days=sample.random.randrange(61, longest_ago))
    ends_on = starts_on + timedelta(days=365)
    kind = {"商业车险": "PDAA", "交强险": "PDZA"}.get(line, "PQAA")
    policy_no = f"{kind}{starts_on.year}{home.area.division}{sample.number():010d}"
    sample.add(
        "policy",
        policy_no=policy_no,
        customer_id=home.customer_id,
        line=line,
        plate=plate,
        starts_on=starts_on,
        ends_on=ends_on,
        status="有效" if ends_on > sample.today else "已到期",
        branch=f"{home.area.name}分公司",
    )
    return policy_no


def _add_claim(
    sample: _Sample,
    home: _Home,
    *,
    state: str,
    policy: tuple[str, str],
    tail: str = "",
) -> None:
    random, (policy_no, plate) = sample.random, policy
    day = sample.today - timedelta(days=random.randrange(1, 60))
    clock = time(random.randrange(24), random.randrange(60), tzinfo=UTC)
    tail = tail or f"{sample.number():0{TAIL}d}"
    surveyor = random.choice(SURVEYORS) if state in _LATE_STATES else None
    sample.add(
        "claim",
        report_no=f"RDAA{day.year}{home.area.division}00{tail}",
        report_tail=tail,
        customer_id=home.customer_id,
        policy_no=policy_no,
        state=state,
        reported_at=datetime.combine(day, clock),
        plate=plate,
        surveyor_name=surveyor,
        surveyor_phone=f"1389710{random.randrange(10_000):04d}" if surveyor else None,
        documents_wanted=random.choice(_DOCUMENTS) if state == "documents" else None,
    )
