"""What is known of a caller's dealings with us: his earlier calls and what is open for him."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ids import CallId
from cti.core.work import HIDDEN_FROM_AGENTS, WorkKind, WorkState
from cti.services.pop_parts import Contact, OpenCase
from cti.store import sql_schema
from cti.store.phone_numbers import normalised, spellings
from cti.store.sql_customers import CLOSED
from cti.store.sql_link import plain_text
from cti.store.sql_questions import answer

COMPLAINT = "complaint"
MOST_NUMBERS = 20
MOST_CASES = 50

_CALL, _ITEM = sql_schema.call.c, sql_schema.work_item.c
_COMPLAINT = sql_schema.complaint.c
_MINE, _OTHER = sql_schema.customer_phone.alias("mine"), sql_schema.customer_phone.alias("other")
_SPELT: BindParameter[Sequence[str]] = bindparam("spelt", expanding=True)
_THESE: BindParameter[Sequence[int]] = bindparam("customer_ids", expanding=True)

# Asked for every caller, so made once: see SqlNumbers.
_PHONES = (
    select(_OTHER.c.customer_id, _OTHER.c.number)
    .select_from(_MINE.join(_OTHER, _MINE.c.customer_id == _OTHER.c.customer_id))
    .where(_MINE.c.number == bindparam("number"))
    .order_by(_OTHER.c.customer_id, _OTHER.c.number)
    .limit(MOST_NUMBERS)
)
_SHOWN = [
    _CALL[name]
    for name in (
        "call_id",
        "arrived_at",
        "direction",
        "queue",
        "agent_id",
        "outcome",
        "talked_s",
        "wrap_up_reason",
        "wrap_up_remarks",
        "solved",
        "handling",
        "reference",
    )
]
_CALLS = (
    select(*_SHOWN)
    .where(_CALL.caller_number.in_(_SPELT), _CALL.call_id != bindparam("but"))
    .order_by(_CALL.arrived_at.desc())
    .limit(bindparam("most"))
)
_COMPLAINTS = (
    select(sql_schema.complaint)
    .where(
        _COMPLAINT.state != CLOSED,
        or_(_COMPLAINT.phone == bindparam("number"), _COMPLAINT.customer_id.in_(_THESE)),
    )
    .order_by(_COMPLAINT.due_on)
    .limit(MOST_CASES)
)
_SHOWN_KINDS = [kind.value for kind in WorkKind if kind not in HIDDEN_FROM_AGENTS]
_WORK = (
    select(sql_schema.work_item)
    .where(
        _ITEM.number.in_(_SPELT),
        _ITEM.state.in_((WorkState.OPEN.value, WorkState.TAKEN.value)),
        _ITEM.kind.in_(_SHOWN_KINDS),
    )
    .order_by(_ITEM.due_at)
    .limit(MOST_CASES)
)


class SqlContacts:
    """``Contacts`` and ``Cases``; ``zone`` is where a complaint's last day ends. Raises HistoryDown."""

    def __init__(self, engine: AsyncEngine, zone: ZoneInfo) -> None:
        self._engine, self._zone = engine, zone

    async def last_of(self, number: str, but: CallId, limit: int) -> Sequence[Contact]:
        """A number that is none (``anonymous``) called nobody."""
        if not (same := normalised(number)):
            return []

        def question(connection: Connection) -> Sequence[Contact]:
            spelt = _spelt(number, same, connection.execute(_PHONES, {"number": same}).all())
            asked = {"spelt": spelt, "but": plain_text(but), "most": limit}
            return [_contact(row) for row in connection.execute(_CALLS, asked)]

        return await answer(self._engine, question)

    async def open_of(self, number: str) -> Sequence[OpenCase]:
        """Complaints of the number and its customers, and work items of all their numbers."""
        if not (same := normalised(number)):
            return []

        def question(connection: Connection) -> Sequence[OpenCase]:
            phones = connection.execute(_PHONES, {"number": same}).all()
            asked = {"number": same, "customer_ids": sorted({row.customer_id for row in phones})}
            complaints = connection.execute(_COMPLAINTS, asked).all()
            items = connection.execute(_WORK, {"spelt": _spelt(number, same, phones)}).all()
            return [*(self._complaint(row) for row in complaints), *map(_item, items)]

        return await answer(self._engine, question)

    def _complaint(self, row: Row[Any]) -> OpenCase:
        return OpenCase(
            kind=COMPLAINT,
            case_id=row.case_no,
            topic=row.topic,
            state=row.state,
            opened_at=row.received_at,
            due_at=self._end_of(row.due_on),
        )

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day, time(23, 59, 59), self._zone).astimezone(UTC)


def _spelt(number: str, same: str, phones: Sequence[Row[int, str]]) -> list[str]:
    """Every way in which these people's numbers may stand in a call."""
    theirs = {same, *(row.number for row in phones)}
    return sorted({plain_text(number), *(one for each in theirs for one in spellings(each))})


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        call_id=CallId(row.call_id),
        at=row.arrived_at,
        direction=row.direction,
        queue=row.queue,
        agent_id=row.agent_id,
        outcome=row.outcome,
        talked_s=row.talked_s,
        reason=row.wrap_up_reason,
        remarks=row.wrap_up_remarks or "",
        solved=row.solved,
        handling=row.handling or "",
        reference=row.reference or "",
    )


def _item(row: Row[Any]) -> OpenCase:
    return OpenCase(
        kind=row.kind,
        case_id=str(row.item_id),
        topic=str(row.details.get("remarks", "")),
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        taken_by=row.taken_by,
    )
