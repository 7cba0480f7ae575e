"""What of the insurer's cases waits for people: counts for the wallboard."""

from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store import sql_schema
from cti.store.sql_link import transaction

OVER = ("replied", "closed")
"""A complaint in these states was answered."""
NOT_DISPATCHED = "reported"
SOON = timedelta(days=2)
_COMPLAINT, _CLAIM = sql_schema.complaint.c, sql_schema.claim.c


async def complaints_due(engine: AsyncEngine, today: date) -> tuple[int, int]:
    """Complaints to be answered within two days, and those whose day has passed. Raises HistoryDown."""
    passed = case((_COMPLAINT.due_on < today, 1), else_=0)
    wanted = select(func.count(), func.coalesce(func.sum(passed), 0)).where(
        _COMPLAINT.state.not_in(OVER), _COMPLAINT.due_on <= today + SOON
    )
    async with transaction(engine) as connection:
        all_due, overdue = (await connection.execute(wanted)).one()
    return all_due - overdue, overdue


async def undispatched(engine: AsyncEngine) -> int:
    """Reported losses that no surveyor was sent to. Raises HistoryDown."""
    wanted = select(func.count()).where(_CLAIM.state == NOT_DISPATCHED)
    async with transaction(engine) as connection:
        return (await connection.execute(wanted)).scalar_one()
