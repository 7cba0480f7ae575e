"""An admin's page over real tables, in a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.admin_ports import AuditQuery
from cti.services.ports import Account, Role
from cti.services.users import UserParts, Users
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine
from cti.web.admin_parts import AdminParts
from tests.web.parts import World
from tests.web.samples import ACCOUNTS, NOW, PASSWORD

ADMIN = "/api/v1/admin"
OpenAdmin = Callable[..., Awaitable["AdminWorld"]]


@dataclass
class AdminWorld:
    """A web server, and the tables behind its admin's page."""

    engine: AsyncEngine
    accounts: SqlAccounts
    audit: SqlAudit
    one_time: list[str] = field(default_factory=lambda: [f"one-time-{n}" for n in range(9)])
    roster: set[str] = field(default_factory=lambda: {"ma", "li", "1099"})
    world: World = field(init=False)

    def parts(self, world: World) -> AdminParts:
        users = UserParts(
            book=self.accounts,
            sessions=world.sessions,
            audit=self.audit,
            now=world.clock,
            one_time=lambda: self.one_time.pop(0),
            agents=lambda: self.roster,
        )
        return AdminParts(users=Users(users), sessions=world.sessions, audit=self.audit)

    async def acts(self) -> list[tuple[str, str, str, str]]:
        """The audit, oldest first: who, what, to what, why."""
        found = await self.audit.find(AuditQuery(limit=1000))
        lines = [each.line for each in reversed(found)]
        return [(each.actor, each.action, each.subject, each.reason) for each in lines]


@asynccontextmanager
async def admin_world(static: Path, **options: Any) -> AsyncIterator[AdminWorld]:
    """Started; everybody of the samples may sign in, and there are two admins."""
    url = f"sqlite:///{static.parent / 'admin.db'}"
    await migrate(url)
    engine = open_engine(url)
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    found = AdminWorld(engine, SqlAccounts(engine, cheap), SqlAudit(engine))
    second = Account(login="second", name="second", role=Role.ADMIN)
    for account in (*ACCOUNTS.values(), second):
        await found.accounts.add(account, PASSWORD, NOW)
    given = {"accounts": found.accounts, "audit": found.audit, "admin": found.parts}
    async with World(static, **given, **options) as world:
        found.world = world
        yield found
    await engine.dispose()
