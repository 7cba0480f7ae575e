"""How callers walked a tree, counted from their calls' nodes; on SQLite and on PostgreSQL."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.events import Event, NodeEntered
from cti.core.ids import CallId, EventId
from cti.services.ports import Recorded
from cti.store.sql_journal import SqlJournal
from cti.store.sql_traffic import walked_steps
from tests.store.samples import NOW, offered


def visit(call_id: str, *nodes: str, start_ms: int) -> list[Recorded]:
    """A call that comes to these nodes, one a second."""
    call = CallId(call_id)
    entered: list[Event] = [
        NodeEntered(at=NOW + timedelta(seconds=n), call_id=call, node=node, kind="menu")
        for n, node in enumerate(nodes)
    ]
    story = [offered(call), *entered]
    return [Recorded(EventId(f"{start_ms}-{n}"), one) for n, one in enumerate(story)]


async def test_steps_of_all_calls_are_counted_each_call_by_itself(engine: AsyncEngine) -> None:
    journal = SqlJournal(engine)
    await journal.save(visit("1.1", "root", "motor", "agent", start_ms=1000))
    await journal.save(visit("1.2", "root", "motor", start_ms=1000_0))
    assert await walked_steps(engine, NOW) == {
        ("root", "motor"): 2,
        ("motor", "agent"): 1,
        ("motor", ""): 1,
        ("agent", ""): 1,
    }


async def test_what_happened_before_is_not_counted(engine: AsyncEngine) -> None:
    await SqlJournal(engine).save(visit("1.1", "root", "motor", "agent", start_ms=1000))
    later = NOW + timedelta(seconds=1)
    assert await walked_steps(engine, later) == {("motor", "agent"): 1, ("agent", ""): 1}


async def test_no_calls_walk_nothing(engine: AsyncEngine) -> None:
    assert await walked_steps(engine, NOW) == {}
