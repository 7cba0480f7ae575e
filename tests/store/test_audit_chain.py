"""The audit's chain in SQL: written by several nodes at once, verified, disturbed; on both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Text, column, delete, insert, table, update
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.audit_chain import BreakKind
from cti.services.admin_ports import AuditQuery
from cti.store import sql_audit
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import _migrations, migrate, open_engine
from cti.store.sql_metadata import UtcDateTime
from cti.store.tables_admin import audit, audit_head
from tests.store.samples import NOW


@pytest.fixture
def log(engine: AsyncEngine) -> SqlAudit:
    return SqlAudit(engine)


async def write(log: SqlAudit, count: int, actor: str = "lin") -> None:
    for number in range(count):
        at = NOW + timedelta(seconds=number)
        await log.note(actor, f"act.{number}", f"thing {number}", reason="why", at=at)


async def change(engine: AsyncEngine, statement: Any) -> None:
    async with engine.begin() as connection:
        await connection.execute(statement)


async def kinds(log: SqlAudit) -> list[tuple[BreakKind, int | None]]:
    return [(each.kind, each.number) for each in (await log.verify()).breaks]


async def test_what_was_written_is_whole_and_its_head_is_told(log: SqlAudit) -> None:
    await write(log, 3)
    found = await log.verify()
    assert found.whole
    assert found.lines == 3
    [newest] = await log.find(AuditQuery(limit=1))
    assert found.head == newest.line_hash


async def test_an_empty_audit_is_whole(log: SqlAudit) -> None:
    assert (await log.verify()).whole


async def test_a_chain_of_many_pages_is_read_to_its_end(
    log: SqlAudit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_audit, "PAGE", 2)
    await write(log, 4)
    assert (await log.verify()).lines == 4


async def test_nodes_that_write_at_once_make_one_chain(engine: AsyncEngine) -> None:
    nodes = [SqlAudit(engine), SqlAudit(open_engine(str(engine.url.render_as_string(False))))]
    await asyncio.gather(*(write(node, 15, f"node{place}") for place, node in enumerate(nodes)))
    found = await nodes[0].verify()
    assert found.whole
    assert found.lines == 30
    await nodes[1]._engine.dispose()


async def test_a_changed_line_is_found(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 3)
    await change(engine, update(audit).where(audit.c.audit_id == 2).values(reason="another"))
    assert await kinds(log) == [(BreakKind.CHANGED, 2)]


async def test_a_line_that_is_gone_is_found(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 3)
    await change(engine, delete(audit).where(audit.c.audit_id == 2))
    assert await kinds(log) == [(BreakKind.MISSING, 3)]


async def test_an_end_that_was_cut_off_is_found(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 3)
    await change(engine, delete(audit).where(audit.c.audit_id == 3))
    assert await kinds(log) == [(BreakKind.CUT, 2)]


async def test_an_audit_that_was_emptied_is_found(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 2)
    await change(engine, delete(audit))
    assert await kinds(log) == [(BreakKind.CUT, None)]


async def test_a_line_slipped_in_past_us_is_found(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 1)
    line = {"at": NOW, "actor": "x", "action": "y", "subject": "z", "reason": ""}
    await change(engine, insert(audit).values(**line))
    await write(log, 1)
    assert (BreakKind.CHANGED, 2) in await kinds(log)


async def test_a_head_that_was_noted_is_looked_for(log: SqlAudit, engine: AsyncEngine) -> None:
    await write(log, 2)
    noted = (await log.verify()).head
    await write(log, 1)
    assert (await log.verify(noted)).whole
    await change(engine, delete(audit))
    await change(engine, delete(audit_head))
    await write(log, 2, "somebody else")
    assert (await log.verify()).whole
    assert not (await log.verify(noted)).whole


async def test_lines_are_found_by_time_person_action_and_subject(log: SqlAudit) -> None:
    await log.note("lin", "agent.force.ready", "1023", reason="a", at=NOW)
    await log.note("wang", "agent.skills", "1024", reason="b", at=NOW + timedelta(hours=1))
    await log.note("wang", "reveal.call_100%", "c-1", reason="c", at=NOW + timedelta(hours=2))

    async def found(**asked: Any) -> list[str]:
        return [each.line.reason for each in await log.find(AuditQuery(**asked))]

    assert await found(actor="wang") == ["c", "b"]
    assert await found(action="agent.") == ["b", "a"]
    assert await found(action="reveal.call_") == ["c"]
    assert await found(action="reveal%") == []
    assert await found(subject="102") == ["b", "a"]
    assert await found(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)) == ["b"]
    assert await found(limit=1) == ["c"]
    assert await found(before=2) == ["a"]
    assert list(await log.actions()) == ["agent.force.ready", "agent.skills", "reveal.call_100%"]


def _to(revision: str, connection: Connection) -> None:
    config = _migrations()
    config.attributes["connection"] = connection
    move = command.downgrade if revision == "0012" else command.upgrade
    move(config, revision)


async def test_lines_of_before_the_chain_are_chained_as_they_stand(empty_url: str) -> None:
    await migrate(empty_url)
    engine = open_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda each: _to("0012", each))
    words = [column(name, Text()) for name in ("actor", "action", "subject", "reason")]
    old = table("audit", column("at", UtcDateTime()), *words)
    for reason in ("first", "second"):
        line = {"at": NOW, "actor": "lin", "action": "x", "subject": "y", "reason": reason}
        await change(engine, insert(old).values(**line))
    async with engine.begin() as connection:
        await connection.run_sync(lambda each: _to("head", each))
    log = SqlAudit(engine)
    await write(log, 1)
    found = await log.verify()
    await engine.dispose()
    assert found.whole
    assert found.lines == 3
