"""How callers walked the trees, counted in SQL from the nodes that each call came to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import NodeEntered
from cti.store import sql_schema
from cti.store.sql_link import transaction

_EVENT = sql_schema.event.c


async def walked_steps(engine: AsyncEngine, since: datetime) -> Mapping[tuple[str, str], int]:
    """(node, the node after it in the same call) → how often, of what happened at ``since`` (aware)
    or later; the last node of a call is followed by ''. Raises HistoryDown.
    """
    node = _EVENT.body["node"].as_string()
    following = func.lead(node).over(
        partition_by=_EVENT.call_id, order_by=(_EVENT.recorded_ms, _EVENT.sequence)
    )
    walked = (
        select(node.label("node"), following.label("following"))
        .where(_EVENT.type == NodeEntered.TYPE, _EVENT.at >= since)
        .subquery()
    )
    steps = select(walked.c.node, walked.c.following, func.count()).group_by(
        walked.c.node, walked.c.following
    )
    async with transaction(engine) as connection:
        found = await connection.execute(steps)
        return {(name, after or ""): times for name, after, times in found}
