"""The archive of published dialplans in SQL: rows are added, never changed."""

from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Row, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.ivr.versions import InForce, Version
from cti.core.version_events import ShadowDiffered
from cti.store import sql_schema
from cti.store.json_text import read_event
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_versions import dialplan_change, dialplan_version

_IN_FORCE = TypeAdapter(InForce)
_VERSION, _CHANGE, _EVENT = dialplan_version.c, dialplan_change.c, sql_schema.event.c
_LISTED = [column for column in dialplan_version.columns if column.name != "files"]


class SqlVersions:
    """``VersionArchive``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, changes: Sequence[InForce], versions: Sequence[Version]) -> None:
        """Add what is not there; what is there stays as it is."""
        async with transaction(self._engine) as connection:
            await self._add(connection, dialplan_version, [_version_row(v) for v in versions])
            rows = [{"sequence": c.sequence, "in_force": _plain(c)} for c in changes]
            await self._add(connection, dialplan_change, rows)

    async def _add(
        self, connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]
    ) -> None:
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        if rows:
            await connection.execute(insert(table).on_conflict_do_nothing(), rows)

    async def last_change(self) -> InForce | None:
        """The newest change."""
        wanted = select(_CHANGE.in_force).order_by(_CHANGE.sequence.desc()).limit(1)
        async with transaction(self._engine) as connection:
            found = await connection.scalar(wanted)
        return _IN_FORCE.validate_python(found) if found else None

    async def changes(self) -> Sequence[InForce]:
        """All changes, oldest first."""
        async with transaction(self._engine) as connection:
            found = await connection.scalars(select(_CHANGE.in_force).order_by(_CHANGE.sequence))
            return [_IN_FORCE.validate_python(each) for each in found]

    async def versions(self) -> Sequence[Version]:
        """All versions without their files, newest first."""
        async with transaction(self._engine) as connection:
            found = await connection.execute(select(*_LISTED).order_by(_VERSION.number.desc()))
            return [_version(row) for row in found]

    async def version(self, number: int) -> Version | None:
        """One version with its files."""
        wanted = select(dialplan_version).where(_VERSION.number == number)
        async with transaction(self._engine) as connection:
            found = (await connection.execute(wanted)).first()
        return _version(found) if found else None

    async def shadow_differed(self, number: int, limit: int) -> Sequence[ShadowDiffered]:
        """The newest visits that a shadow version would have led elsewhere."""
        wanted = (
            select(_EVENT.body)
            .where(_EVENT.type == ShadowDiffered.TYPE)
            .order_by(_EVENT.recorded_ms.desc(), _EVENT.sequence.desc())
            .limit(limit)
        )
        async with transaction(self._engine) as connection:
            found = [read_event(body) for body in await connection.scalars(wanted)]
        return [e for e in found if isinstance(e, ShadowDiffered) and e.version == number]


def _plain(in_force: InForce) -> Any:
    return orjson.loads(_IN_FORCE.dump_json(in_force))


def _version_row(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "author": plain_text(version.author),
        "message": plain_text(version.message),
        "at": version.at,
        "digest": version.digest,
        "files": dict(version.files),
    }


def _version(row: Row[Any]) -> Version:
    return Version(**{"files": {}} | dict(row._mapping))
