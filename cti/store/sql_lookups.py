"""The look-ups of the menu over our own tables.

Arguments come from callers' keys and carriers' signalling: what has not the form of its kind finds
nothing, without a query.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.services.sources import TAIL, UnknownSource
from cti.store.phone_numbers import national, normalised
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

REPORT_TAIL = 8
"""Digits of a report number that callers key in (domain: 报案号后 8 位)."""
LEAST_REPORT_DIGITS = 4
MOST_DIGITS = 32
ID_TAIL = re.compile(r"[0-9]{5}[0-9X]", re.ASCII)

Values = Mapping[str, str] | None
Arguments = Mapping[str, str]
Ask = Callable[["SqlLookups", AsyncConnection, Arguments], Awaitable[Values]]


class SqlLookups:
    """``Lookups``; dates are those of ``zone``."""

    def __init__(self, engine: AsyncEngine, zone: ZoneInfo) -> None:
        self._engine, self._zone = engine, zone

    async def fetch(self, source: str, arguments: Arguments) -> Values:
        """The source's values. Raises UnknownSource, HistoryDown."""
        try:
            ask = _ASKS[source]
        except KeyError:
            raise UnknownSource(source) from None
        async with transaction(self._engine) as connection:
            return await ask(self, connection, arguments)

    async def claim_status(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The newest claim whose report number ends in the digits; at least four of them."""
        digits = _digits(arguments["report_no"])
        if len(digits) < LEAST_REPORT_DIGITS:
            return None
        tail = digits[-REPORT_TAIL:]
        # Equality finds its index; shorter input is rare and may read the table.
        whole = len(tail) == REPORT_TAIL
        same = claim.c.report_tail == tail if whole else claim.c.report_no.endswith(tail)
        return await self._claim(connection, same, claim.c.report_no.endswith(digits))

    async def newest_claim(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The claim reported last by the customers with this number."""
        number = normalised(arguments["caller_number"])
        return await self._claim(connection, claim.c.customer_id.in_(_customers_of(number)))

    async def _claim(self, connection: AsyncConnection, *where: ColumnElement[bool]) -> Values:
        wanted = select(claim, _mobile_of(claim.c.customer_id)).where(*where)
        row = await _first(connection, wanted.order_by(claim.c.reported_at.desc()))
        if row is None:
            return None
        return {
            "state": row.state,
            "tail": row.report_no[-TAIL:],
            "reported_on": self._day(row.reported_at),
            "surveyor_name": row.surveyor_name or "",
            "surveyor_phone": row.surveyor_phone or "",
            "registered_phone": national(row.mobile or ""),
        }

    async def one_vehicle(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The plate, only where the customers with this number have exactly one vehicle."""
        number = normalised(arguments["caller_number"])
        wanted = select(vehicle.c.plate).where(vehicle.c.customer_id.in_(_customers_of(number)))
        plates = (await connection.scalars(wanted.limit(2))).all()
        return {"plate": plates[0].replace("·", "")} if len(plates) == 1 else None

    async def newest_policy(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The policy that began last."""
        number = normalised(arguments["caller_number"])
        wanted = (
            select(policy, _mobile_of(policy.c.customer_id))
            .where(policy.c.customer_id.in_(_customers_of(number)))
            .order_by(policy.c.starts_on.desc(), policy.c.policy_no)
        )
        row = await _first(connection, wanted)
        if row is None:
            return None
        return {
            "kind": row.kind,
            "tail": row.policy_no[-TAIL:],
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "status": row.status,
            "registered_phone": national(row.mobile or ""),
        }

    async def verify_policy(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """Found when a policy of these digits covers the vehicle whose VIN ends so."""
        digits, tail = _digits(arguments["policy_digits"]), _digits(arguments["vin_tail"])
        if not digits or not tail:
            return None
        wanted = (
            select(policy.c.policy_no)
            .join(vehicle, vehicle.c.plate == policy.c.plate)
            .where(policy.c.digits == digits, vehicle.c.vin_tail == tail)
        )
        return None if await _first(connection, wanted) is None else {}

    async def identity_level(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """Level 1: the number is a customer's."""
        known = await _first(connection, _customers_of(normalised(arguments["caller_number"])))
        return {"level": "0" if known is None else "1", "locked": "false"}

    async def identity_check(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """Whether a customer with this number has this ID; a stranger's is as wrong as any."""
        tail = arguments["id_tail"].upper()
        if not ID_TAIL.fullmatch(tail):
            return {"result": "wrong"}
        number = normalised(arguments["caller_number"])
        wanted = select(customer.c.customer_id).where(
            customer.c.customer_id.in_(_customers_of(number)), customer.c.id_tail == tail
        )
        return {"result": "wrong" if await _first(connection, wanted) is None else "ok"}

    async def complaint_status(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The case, for who knows the end of the phone number in it."""
        case_no, tail = _digits(arguments["case_no"]), _digits(arguments["phone_tail"])
        if not case_no or len(tail) != TAIL:
            return None
        wanted = select(complaint).where(
            complaint.c.case_no == case_no, complaint.c.phone.endswith(tail)
        )
        row = await _first(connection, wanted)
        if row is None:
            return None
        return {
            "state": row.state,
            "received_on": self._day(row.received_at),
            "due_on": row.due_on.isoformat(),
        }

    async def branch_of(self, connection: AsyncConnection, arguments: Arguments) -> Values:
        """The chief branch of the area: the one with the lowest code."""
        area = _digits(arguments["area"])
        wanted = select(branch).where(branch.c.area == area).order_by(branch.c.code)
        row = await _first(connection, wanted) if area else None
        if row is None:
            return None
        return {"name": row.name, "address": row.address, "phone": row.phone}

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).date().isoformat()


_ASKS: Mapping[str, Ask] = {
    "claims.status": SqlLookups.claim_status,
    "claims.newest": SqlLookups.newest_claim,
    "vehicles.one": SqlLookups.one_vehicle,
    "policies.newest": SqlLookups.newest_policy,
    "policies.verify": SqlLookups.verify_policy,
    "identity.level": SqlLookups.identity_level,
    "identity.check": SqlLookups.identity_check,
    "complaints.status": SqlLookups.complaint_status,
    "branches.by_area": SqlLookups.branch_of,
}


def _digits(text: str) -> str:
    """The text where it is 1 to 32 digits, else nothing."""
    good = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return text if good else ""


async def _first(connection: AsyncConnection, wanted: Select[Any]) -> Row[Any] | None:
    found: Row[Any] | None = (await connection.execute(wanted.limit(1))).first()
    return found


def _customers_of(number: str) -> Select[tuple[int]]:
    """Nobody for an empty number: none is stored."""
    return select(customer_phone.c.customer_id).where(customer_phone.c.number == number)


def _mobile_of(customer_id: ColumnElement[int]) -> ColumnElement[str]:
    """The mobile number that text messages may be sent to."""
    first: ScalarSelect[str] = (
        select(customer_phone.c.number)
        .where(
            customer_phone.c.customer_id == customer_id, customer_phone.c.number.startswith("+861")
        )
        .order_by(customer_phone.c.number)
        .limit(1)
        .scalar_subquery()
    )
    return first.label("mobile")
