"""Sign-ins: argon2id hashes (RFC 9106) in SQL, worked out beside the event loop."""

import asyncio
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ids import AgentId
from cti.services.ports import Account, Role
from cti.store import sql_schema
from cti.store.sql_link import plain_text, transaction

LONGEST_PASSWORD = 1024
_AT_ONCE = 2  # each hash takes 64 MiB and a core

_ACCOUNT = sql_schema.account.c


class SqlAccounts:
    """``Accounts``. Every method raises HistoryDown."""

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
        return _account(row.login, row.name, row.role, row.agent_id) if row and fits else None

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
        given = password.encode("utf-8", "replace")
        if len(given) > LONGEST_PASSWORD:
            raise ValueError(f"a password of over {LONGEST_PASSWORD} bytes")
        async with self._turns:
            password_hash = await asyncio.to_thread(self._hasher.hash, given)
        row = {
            "login": plain_text(account.login),
            "name": plain_text(account.name),
            "role": account.role.value,
            "agent_id": account.agent_id,
            "password_hash": password_hash,
        }
        async with transaction(self._engine) as connection:
            gone = delete(sql_schema.account).where(_ACCOUNT.login == row["login"])
            await connection.execute(gone)
            await connection.execute(insert(sql_schema.account), row)

    async def all(self) -> Sequence[Account]:
        """Every account by login, without its hash."""
        wanted = select(_ACCOUNT.login, _ACCOUNT.name, _ACCOUNT.role, _ACCOUNT.agent_id)
        async with transaction(self._engine) as connection:
            rows = await connection.execute(wanted.order_by(_ACCOUNT.login))
            return [_account(*row) for row in rows]


def _account(login: str, name: str, role: str, agent_id: str | None) -> Account:
    number = AgentId(agent_id) if agent_id is not None else None
    return Account(login=login, name=name, role=Role(role), agent_id=number)
