"""The rows of a sample, one maker a table: formats and proportions of the real thing, all invented."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from cti.services.sources import CLAIM_STATES
from cti.store.phone_numbers import normalised
from cti.store.sample_people import SURVEYORS, Area, Person

MOTOR = {"交强险": ("compulsory", "PDZA"), "商业车险": ("commercial", "PDAA")}
OTHER_LINES = {
    "家财险": ("property", "PQAA"),
    "企财险": ("property", "PQBA"),
    "意外险": ("accident", "PEAA"),
    "牦牛养殖险": ("agri", "PIAA"),
    "藏系羊养殖险": ("agri", "PIBA"),
    "货运险": ("cargo", "PYAA"),
    "雇主责任险": ("liability", "PZAA"),
}
LINES = {**MOTOR, **OTHER_LINES}
"""Product → its kind and the letters that its policy numbers begin with."""
TOPICS = ("理赔时效", "赔付金额", "服务态度", "查勘定损", "销售误导", "信息泄露")
FOLLOW_UP_DAYS = 7
"""Working days until a complaint must be answered (七个工作日)."""
_DOCUMENTS = ("驾驶证、行驶证复印件", "维修发票", "事故责任认定书", "银行卡复印件")
_LATE_STATES = CLAIM_STATES[CLAIM_STATES.index("surveyed") :]
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O are not used on plates
_MOBILES = ("130", "133", "138", "139", "150", "153", "158", "176", "187", "189")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(slots=True)
class SampleRows:
    """The rows of one run, and what is taken already."""

    random: Random
    today: date
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    serial: int = 0

    def add(self, table: str, **row: Any) -> None:
        """Keep one row."""
        self.rows.setdefault(table, []).append(row)

    def number(self) -> int:
        """The next number of a register, with gaps as others' cases leave them."""
        self.serial += self.random.randint(3, 97)
        return self.serial

    def new(self, made: str) -> bool:
        """True, once, for a plate or phone number nobody has."""
        fresh = made not in self.taken
        self.taken.add(made)
        return fresh

    def some_time(self, day: date) -> datetime:
        """A moment of the day."""
        hour, minute = self.random.randrange(24), self.random.randrange(60)
        return datetime.combine(day, time(hour, minute, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Home:
    """Whose rows are made, and where he lives."""

    customer_id: int
    area: Area


def id_tail(area: Area, birth: date, sequence: int) -> str:
    """The last six signs of an identity number (GB 11643: day, sequence, check sign).

    ``sequence`` (0 to 999) is odd for men.
    """
    number = f"{area.division}02{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=True))
    return f"{number[-5:]}{_ID_CHECKS[total % 11]}"


def add_customer(
    sample: SampleRows, home: Home, who: Person, *, segment: str, birth: date | None
) -> dict[str, Any]:
    """A customer; ``birth`` is None for an organisation. The row may still be changed."""
    tail = f"{sample.random.randrange(1_000_000):06d}"
    if birth is not None:
        sequence = sample.random.randrange(0, 1000, 2) + (not who.woman)
        tail = id_tail(home.area, birth, sequence)
    sample.add(
        "customer",
        customer_id=home.customer_id,
        name=who.name,
        salutation=who.salutation,
        segment=segment,
        id_tail=tail,
        area=home.area.name,
        alerts=[],
        birth_year=None if birth is None else birth.year,
    )
    return sample.rows["customer"][-1]


def add_phones(sample: SampleRows, home: Home) -> str:
    """A mobile number of his own, sometimes a landline too; the mobile one."""
    random = sample.random
    mobile = ""
    while not mobile or not sample.new(mobile):
        mobile = normalised(f"{random.choice(_MOBILES)}{random.randrange(100_000_000):08d}")
    sample.add("customer_phone", customer_id=home.customer_id, number=mobile)
    if random.random() < 0.2:
        landline = normalised(f"{home.area.dial}{random.randrange(2_000_000, 8_999_999)}")
        sample.add("customer_phone", customer_id=home.customer_id, number=landline)
    return mobile


def add_vehicle(sample: SampleRows, home: Home, model: str, plate: str = "") -> str:
    """A vehicle; its plate."""
    random = sample.random
    while not plate or not sample.new(plate):
        letter = random.choice(_PLATE_LETTERS)
        plate = f"{home.area.plate}·{letter}{random.randrange(10_000):04d}"
    tail = f"{random.randrange(1_000_000):06d}"
    sample.add("vehicle", plate=plate, customer_id=home.customer_id, vin_tail=tail, model=model)
    return plate


def add_policy(
    sample: SampleRows, home: Home, line: str, plate: str | None = None, *, days_ago: int
) -> str:
    """A policy of a year that began so many days before the sample's day; its number."""
    kind, letters = LINES[line]
    starts_on = sample.today - timedelta(days=days_ago)
    ends_on = starts_on + timedelta(days=364)
    digits = f"{starts_on.year}{home.area.division}{sample.number():010d}"
    status = "in_force" if ends_on >= sample.today else "expired"
    if status == "in_force" and sample.random.random() < 0.02 and plate is None:
        status = "cancelled"
    sample.add(
        "policy",
        policy_no=f"{letters}{digits}",
        customer_id=home.customer_id,
        line=line,
        kind=kind,
        digits=digits,
        plate=plate,
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        branch=f"{home.area.name}分公司",
    )
    return f"{letters}{digits}"


def add_claim(
    sample: SampleRows, home: Home, *, state: str, policy: tuple[str, str], tail: str = ""
) -> None:
    """A claim of the last 60 days on ``policy`` (number and plate)."""
    random, (policy_no, plate) = sample.random, policy
    day = sample.today - timedelta(days=random.randrange(1, 60))
    tail = tail or f"{sample.number():08d}"
    surveyor = random.choice(SURVEYORS) if state in _LATE_STATES else None
    sample.add(
        "claim",
        report_no=f"RDAA{day.year}{home.area.division}00{tail}",
        report_tail=tail,
        customer_id=home.customer_id,
        policy_no=policy_no,
        state=state,
        reported_at=sample.some_time(day),
        plate=plate,
        surveyor_name=surveyor,
        surveyor_phone=f"1389710{random.randrange(10_000):04d}" if surveyor else None,
        documents_wanted=random.choice(_DOCUMENTS) if state == "documents" else None,
    )


def add_complaint(sample: SampleRows, home: Home, *, state: str, phone: str, case_no: str) -> None:
    """A case of the last weeks; one that is not closed is younger and alerts the agent."""
    random = sample.random
    day = sample.today - timedelta(days=random.randrange(1, 40 if state == "closed" else 6))
    sample.add(
        "complaint",
        case_no=case_no,
        customer_id=home.customer_id,
        phone=phone,
        state=state,
        topic=random.choice(TOPICS),
        received_at=sample.some_time(day),
        due_on=weekdays_after(day, FOLLOW_UP_DAYS),
    )


def weekdays_after(day: date, count: int) -> date:
    """So many weekdays on; the sample knows no public holidays."""
    while count:
        day += timedelta(days=1)
        count -= day.isoweekday() <= 5
    return day
