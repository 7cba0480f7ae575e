"""The customer table: who calls, what he has insured, how his claims stand."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Table,
    bindparam,
    exists,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.ports import Claim, Customer, Policy
from cti.store import sql_schema
from cti.store.phone_numbers import normalised
from cti.store.sql_questions import answer

_MOST_CUSTOMERS = 10
CLOSED = "closed"

_CUSTOMER, _PHONE = sql_schema.customer.c, sql_schema.customer_phone.c
_POLICY, _CLAIM = sql_schema.policy.c, sql_schema.claim.c

_COMPLAINT = sql_schema.complaint.c
_OPEN_COMPLAINT = (
    exists()
    .where(_COMPLAINT.customer_id == _CUSTOMER.customer_id, _COMPLAINT.state != CLOSED)
    .label("open_complaint")
)

Part = TypeVar("Part", Policy, Claim)


def _columns(table: Table, part: type[Part]) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in part.__dataclass_fields__]


_POLICY_COLUMNS = _columns(sql_schema.policy, Policy)
_CLAIM_COLUMNS = _columns(sql_schema.claim, Claim)

# Asked twice for every caller, so made once: see SqlNumbers.
_CUSTOMERS = (
    select(sql_schema.customer, _OPEN_COMPLAINT)
    .join(sql_schema.customer_phone)
    .where(_PHONE.number == bindparam("number"))
    .order_by(_CUSTOMER.customer_id)
    .limit(_MOST_CUSTOMERS)
)
_THESE: BindParameter[Sequence[int]] = bindparam("customer_ids", expanding=True)
_POLICIES = (
    select(_POLICY.customer_id, *_POLICY_COLUMNS)
    .where(_POLICY.customer_id.in_(_THESE))
    .order_by(_POLICY.ends_on.desc(), _POLICY.policy_no)
)
_CLAIMS = (
    select(_CLAIM.customer_id, *_CLAIM_COLUMNS)
    .where(_CLAIM.customer_id.in_(_THESE))
    .order_by(_CLAIM.reported_at.desc())
)


class SqlCustomers:
    """``Customers``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        """Customers whose phone this is, in any way of writing it; empty for a stranger.

        Policies that end last and claims reported last come first; ten customers at most.
        """
        if not (number := normalised(caller_number)):
            return []

        def question(connection: Connection) -> Sequence[Customer]:
            rows = connection.execute(_CUSTOMERS, {"number": number}).all()
            these = {"customer_ids": [row.customer_id for row in rows]}
            policies = _grouped(connection.execute(_POLICIES, these).all(), Policy) if rows else {}
            claims = _grouped(connection.execute(_CLAIMS, these).all(), Claim) if rows else {}
            return [_customer(row, policies, claims) for row in rows]

        return await answer(self._engine, question)


def _grouped(rows: Sequence[Row[Any]], part: type[Part]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for row in rows:
        values = dict(row._mapping)
        found[values.pop("customer_id")].append(part(**values))
    return found


def _customer(
    row: Row[Any], policies: dict[int, list[Policy]], claims: dict[int, list[Claim]]
) -> Customer:
    shown = dict(row._mapping)
    changed = {"alerts": tuple(shown["alerts"]), "open_complaint": bool(row.open_complaint)}
    return Customer(
        **shown | changed,
        policies=tuple(policies.get(row.customer_id, ())),
        claims=tuple(claims.get(row.customer_id, ())),
    )
