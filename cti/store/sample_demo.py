"""Callers to try the hotline with: their numbers stay, whatever else a sample holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from cti.store.phone_numbers import normalised
from cti.store.sample_people import AREAS, PEOPLES, Person, company, person
from cti.store.sample_rows import (
    Home,
    SampleRows,
    add_claim,
    add_complaint,
    add_customer,
    add_policy,
    add_vehicle,
    id_tail,
)

FLEET_VEHICLES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCaller:
    """What one of them is like, in every sample the same; ``claim`` and ``complaint`` are state and
    number."""

    number: str
    people: str
    birth: date | None
    area: int = 0
    segment: str = "normal"
    vehicles: int = 1
    lines: tuple[str, ...] = ("商业车险",)
    claim: tuple[str, str] | None = None
    complaint: tuple[str, str] | None = None


DEMO_CALLERS = (
    DemoCaller(
        number="13997000001",
        people="hui",
        birth=date(1984, 5, 21),
        segment="vip",
        lines=("商业车险", "交强险"),
        claim=("assessed", "20260001"),
    ),
    DemoCaller(
        number="13997000002",
        people="han",
        birth=date(1990, 8, 2),
        claim=("paid", "20260002"),
    ),
    DemoCaller(
        number="13997000003",
        people="tibetan",
        birth=date(1979, 3, 15),
        area=5,
        claim=("declined", "20260003"),
        complaint=("assigned", "26000003"),
    ),
    DemoCaller(number="13997000011", people="han", birth=date(1948, 10, 1)),
    DemoCaller(
        number="13997000012",
        people="salar",
        birth=date(1995, 12, 9),
        area=1,
        lines=("商业车险", "交强险"),
    ),
    DemoCaller(
        number="13997000013",
        people="",
        birth=None,
        segment="fleet",
        vehicles=FLEET_VEHICLES,
        lines=("商业车险", "交强险"),
        claim=("documents", "20260013"),
    ),
    DemoCaller(
        number="13997000014",
        people="tu",
        birth=date(1987, 6, 30),
        area=1,
        claim=("calculating", "20260014"),
        complaint=("investigating", "26000014"),
    ),
)

DEMO_NUMBERS: Mapping[str, str] = {
    "13997000001": "贵宾客户,两份车险保单,案件 20260001 已定损 / VIP, two motor policies, "
    "claim 20260001 assessed",
    "13997000002": "普通客户,案件 20260002 已支付 / ordinary customer, claim 20260002 paid",
    "13997000003": "藏族客户,投诉 26000003 未结,案件 20260003 拒赔 / Tibetan customer, open "
    "complaint 26000003, claim 20260003 declined",
    "13997000011": "老年客户 / elderly customer",
    "13997000012": "只有一辆车的客户 / customer with exactly one vehicle",
    "13997000013": f"车队,{FLEET_VEHICLES} 辆车,案件 20260013 待资料 / fleet of "
    f"{FLEET_VEHICLES} vehicles, claim 20260013 awaits documents",
    "13997000014": "投诉 26000014 调查中,案件 20260014 理算中 / complaint 26000014 being looked "
    "into, claim 20260014 being calculated",
}
"""Callers to try the hotline with, and what the agent must then see."""


def add_demo_caller(sample: SampleRows, customer_id: int, caller: DemoCaller) -> None:
    """All rows of one of them."""
    home = Home(customer_id, AREAS[caller.area])
    who = _who(home, caller)
    row = add_customer(sample, home, who, segment=caller.segment, birth=caller.birth)
    if caller.birth is not None:
        sequence = int(caller.number[-2:]) * 2 + (not who.woman)
        row["id_tail"] = id_tail(home.area, caller.birth, sequence)
    phone = normalised(caller.number)
    sample.new(phone)
    sample.add("customer_phone", customer_id=customer_id, number=phone)
    covered: list[tuple[str, str]] = []
    for n in range(1, caller.vehicles + 1):
        plate = add_vehicle(
            sample, home, "小型轿车", f"{home.area.plate}·A{customer_id:02d}{n:02d}"
        )
        numbers = [add_policy(sample, home, line, plate, days_ago=90 + n) for line in caller.lines]
        covered.append((numbers[0], plate))
    if caller.claim is not None:
        state, tail = caller.claim
        add_claim(sample, home, state=state, policy=covered[0], tail=tail)
    if caller.complaint is not None:
        state, case_no = caller.complaint
        add_complaint(sample, home, state=state, phone=phone, case_no=case_no)
        row["alerts"] = ["投诉未结"]


def _who(home: Home, caller: DemoCaller) -> Person:
    own = Random(int(caller.number))  # noqa: S311 (a name, not a secret)
    return company(own, home.area) if caller.birth is None else person(own, PEOPLES[caller.people])
