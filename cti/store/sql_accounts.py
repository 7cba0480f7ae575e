"""Sign-ins: argon2id hashes (RFC 9106) in SQL, worked out beside the event loop."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core.ids import AgentId
from cti.services.admin_ports import LastAdmin, Person
from cti.services.ports import Account, Role
from cti.store import sql_schema
from cti.store.sql_link import plain_text, transaction

LONGEST_PASSWORD = 1024
_AT_ONCE = 2  # each hash takes 64 MiB and a core

_ACCOUNT = sql_schema.account.c
_SHOWN = [column for column in sql_schema.account.columns if column.name != "password_hash"]


class SqlAccounts:
    """``Accounts`` and ``AccountBook``. Every method raises HistoryDown."""

    def __init__(self, engine: AsyncEngine, hasher: PasswordHasher | None = None) -> None:
        self._engine = engine
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        # Checked in place of an unknown login's hash, so that both take the same time.
        self._nobodys = self._hasher.hash(secrets.token_bytes(16))

    async def check(self, login: str, password: str) -> Account | None:
        """The account, or None for a wrong login or password (same time for both)."""
        wanted = select(sql_schema.account).where(_ACCOUNT.login == plain_text(login))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(wanted)).first()
        stored = row.password_hash if row else self._nobodys
        fits = await self._fits(stored, password)
        return _account(row) if row and fits else None

    async def _fits(self, stored: str, password: str) -> bool:
        async with self._turns:
            return await asyncio.to_thread(self._verified, stored, password)

    def _verified(self, stored: str, password: str) -> bool:
        given = password.encode("utf-8", "replace")
        try:
            return len(given) <= LONGEST_PASSWORD and self._hasher.verify(stored, given)
        except (Argon2Error, InvalidHashError):
            return False

    async def put(self, account: Account, password: str) -> None:
        """Create the account or replace it and its password. Raises ValueError for one too long."""
        row = {**_row(account), "password_hash": await self._hashed(password)}
        async with transaction(self._engine) as connection:
            gone = delete(sql_schema.account).where(_ACCOUNT.login == row["login"])
            await connection.execute(gone)
            await connection.execute(insert(sql_schema.account), row)

    async def add(self, account: Account, password: str, at: datetime) -> bool:
        """False where the login is taken."""
        hashed = await self._hashed(password)
        row = {**_row(account), "password_hash": hashed, "password_at": at}
        try:
            async with transaction(self._engine) as connection:
                await connection.execute(insert(sql_schema.account), row)
        except IntegrityError:
            return False
        return True

    async def change(
        self, login: str, *, name: str | None, role: Role | None, locked: bool | None
    ) -> Account | None:
        """The account as it is then; None where there is no such login. Raises LastAdmin."""
        asked = {"name": name and plain_text(name), "role": role and role.value, "locked": locked}
        values = {key: value for key, value in asked.items() if value is not None}
        async with transaction(self._engine) as connection:
            await _lock_admins(connection)
            before = await connection.scalar(_working_admins())
            account = await self._updated(connection, login, values)
            if before and not await connection.scalar(_working_admins()):
                raise LastAdmin(login)
        return account

    async def set_password(
        self, login: str, password: str, at: datetime, *, must_change: bool
    ) -> Account | None:
        """The account with its new password; None where there is no such login."""
        hashed = await self._hashed(password)
        values = {"password_hash": hashed, "password_at": at, "must_change": must_change}
        async with transaction(self._engine) as connection:
            return await self._updated(connection, login, values)

    async def all(self) -> Sequence[Account]:
        """Every account by login, without its hash."""
        return [person.account for person in await self.people()]

    async def people(self) -> Sequence[Person]:
        """Every account by login, and since when it has its password."""
        async with transaction(self._engine) as connection:
            rows = await connection.execute(select(*_SHOWN).order_by(_ACCOUNT.login))
            return [Person(account=_account(row), password_at=row.password_at) for row in rows]

    async def _hashed(self, password: str) -> str:
        given = password.encode("utf-8", "replace")
        if len(given) > LONGEST_PASSWORD:
            raise ValueError(f"a password of over {LONGEST_PASSWORD} bytes")
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, given)

    async def _updated(
        self, connection: AsyncConnection, login: str, values: dict[str, Any]
    ) -> Account | None:
        who = _ACCOUNT.login == plain_text(login)
        if values:
            await connection.execute(update(sql_schema.account).where(who).values(**values))
        row = (await connection.execute(select(*_SHOWN).where(who))).first()
        return _account(row) if row else None


async def _lock_admins(connection: AsyncConnection) -> None:
    """Two admins who take each other's role away come one after the other."""
    admins = _ACCOUNT.role == Role.ADMIN.value
    unchanged = update(sql_schema.account).where(admins).values(role=Role.ADMIN.value)
    await connection.execute(unchanged)


def _working_admins() -> Any:
    able = (_ACCOUNT.role == Role.ADMIN.value) & ~_ACCOUNT.locked
    return select(func.count()).select_from(sql_schema.account).where(able)


def _row(account: Account) -> dict[str, Any]:
    return {
        "login": plain_text(account.login),
        "name": plain_text(account.name),
        "role": account.role.value,
        "agent_id": account.agent_id,
        "locked": account.locked,
        "must_change": account.must_change,
    }


def _account(row: Row[Any]) -> Account:
    return Account(
        login=row.login,
        name=row.name,
        role=Role(row.role),
        agent_id=AgentId(row.agent_id) if row.agent_id is not None else None,
        locked=row.locked,
        must_change=row.must_change,
    )
