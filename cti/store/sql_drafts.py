"""Drafts in SQL: one for each admin, each file written only over what its writer saw."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.services.admin_ports import Draft, DraftFile, Stale
from cti.store.sql_link import plain_text, transaction
from cti.store.tables_admin import admin_draft, admin_draft_file

_D, _F = admin_draft.c, admin_draft_file.c


class SqlDrafts:
    """``DraftStore``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def draft(self, login: str) -> Draft | None:
        """His draft with all files."""
        async with transaction(self._engine) as connection:
            return await _read(connection, login)

    async def texts_of(self, path: str) -> Sequence[tuple[datetime, str]]:
        """What everybody's draft has at this path, now and where it began, with its beginning."""
        mine = (_F.login == _D.login) & (_F.path == path)
        wanted = select(_D.begun_at, _F.text, _F.base_text).join(admin_draft_file, mine)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(wanted)).all()
        return [(row.begun_at, text) for row in rows for text in (row.text, row.base_text) if text]

    async def begin(self, draft: Draft) -> None:
        """This is his draft from now on, instead of any other."""
        head = {name: getattr(draft, name) for name in _D.keys() if name != "files"}  # noqa: SIM118
        files = [_row(draft.login, each) for each in draft.files.values()]
        async with transaction(self._engine) as connection:
            await _drop(connection, draft.login)
            await connection.execute(insert(admin_draft), head)
            if files:
                await connection.execute(insert(admin_draft_file), files)

    async def drop(self, login: str) -> bool:
        """Throw it away; False where there is none."""
        async with transaction(self._engine) as connection:
            return await _drop(connection, login)

    async def write(self, login: str, file: DraftFile, seen: str | None, at: datetime) -> bool:
        """Put a file where the one with the etag ``seen`` is (None: none may be there)."""
        try:
            async with transaction(self._engine) as connection:
                if not await _touched(connection, login, changed_at=at, revision=_D.revision + 1):
                    return False
                if not await _written(connection, login, file, seen):
                    raise Stale(await _file(connection, login, file.path))
        except IntegrityError:
            draft = await self.draft(login)
            raise Stale(draft.files.get(file.path) if draft else None) from None
        return True

    async def rebase(self, login: str, base: int | None, texts: Mapping[str, str | None]) -> None:
        """These texts are what the files of these paths are compared with from now on; a file that is
        gone there too is forgotten."""
        values = {} if base is None else {"base": base}
        async with transaction(self._engine) as connection:
            await _touched(connection, login, revision=_D.revision + 1, **values)
            for path, text in texts.items():
                same = update(admin_draft_file).where(_F.login == login, _F.path == path)
                await connection.execute(same.values(base_text=text))
            gone = (_F.login == login) & _F.text.is_(None) & _F.base_text.is_(None)
            await connection.execute(delete(admin_draft_file).where(gone))


async def _read(connection: AsyncConnection, login: str) -> Draft | None:
    head = (await connection.execute(select(admin_draft).where(_D.login == login))).first()
    if head is None:
        return None
    wanted = select(admin_draft_file).where(_F.login == login).order_by(_F.path)
    rows = (await connection.execute(wanted)).all()
    return Draft(**head._mapping, files={row.path: _drafted(row) for row in rows})


async def _drop(connection: AsyncConnection, login: str) -> bool:
    await connection.execute(delete(admin_draft_file).where(_F.login == login))
    gone = await connection.execute(delete(admin_draft).where(_D.login == login))
    return bool(gone.rowcount)


async def _touched(connection: AsyncConnection, login: str, **values: Any) -> bool:
    changed = update(admin_draft).where(_D.login == login).values(**values)
    return bool((await connection.execute(changed)).rowcount)


async def _written(
    connection: AsyncConnection, login: str, file: DraftFile, seen: str | None
) -> bool:
    if seen is None:
        await connection.execute(insert(admin_draft_file), _row(login, file))
        return True
    there = (_F.login == login) & (_F.path == file.path) & (_F.etag == seen)
    text = None if file.text is None else plain_text(file.text)
    changed = update(admin_draft_file).where(there).values(text=text, etag=file.etag)
    return bool((await connection.execute(changed)).rowcount)


async def _file(connection: AsyncConnection, login: str, path: str) -> DraftFile | None:
    wanted = select(admin_draft_file).where(_F.login == login, _F.path == path)
    row = (await connection.execute(wanted)).first()
    return _drafted(row) if row else None


def _row(login: str, file: DraftFile) -> dict[str, Any]:
    return {
        "login": login,
        "path": file.path,
        "text": file.text,
        "base_text": file.base_text,
        "etag": file.etag,
    }


def _drafted(row: Any) -> DraftFile:
    return DraftFile(path=row.path, text=row.text, base_text=row.base_text, etag=row.etag)
