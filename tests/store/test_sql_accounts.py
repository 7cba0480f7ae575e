"""Sign-ins and the audit; SQLite and PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.audit_chain import AuditLine
from cti.core.ids import AgentId
from cti.services.ports import Account, Role
from cti.store import sql_schema
from cti.store.sql_accounts import LONGEST_PASSWORD, SqlAccounts
from cti.store.sql_audit import SqlAudit
from tests.store.samples import NOW

MA = Account(login="ma", name="马晓梅", role=Role.AGENT, agent_id=AgentId("1023"))
LIN = Account(login="lin", name="林静", role=Role.SUPERVISOR)


@pytest.fixture
def accounts(engine: AsyncEngine) -> SqlAccounts:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return SqlAccounts(engine, cheap)


async def test_the_right_password_gives_the_account(accounts: SqlAccounts) -> None:
    await accounts.put(MA, "春风-1")
    assert await accounts.check("ma", "春风-1") == MA


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ma", "wrong"),
        ("ma", ""),
        ("MA", "right"),
        ("nobody", "right"),
        ("", ""),
        ("ma\x00", "right"),
        ("' OR 1=1 --", "right"),
        ("ma", "\ud83d"),
        ("ma", "right" * 1000),
    ],
)
async def test_a_wrong_login_or_password_gives_nobody(
    accounts: SqlAccounts, login: str, password: str
) -> None:
    await accounts.put(MA, "right")
    assert await accounts.check(login, password) is None


async def test_an_unknown_login_costs_a_hash_like_a_known_one(
    accounts: SqlAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    verify = PasswordHasher.verify

    def counting(hasher: PasswordHasher, stored: str, given: bytes) -> bool:
        asked.append(stored)
        return bool(verify(hasher, stored, given))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    await accounts.check("nobody", "right")
    assert len(asked) == 1
    assert asked[0].startswith("$argon2id$")


async def test_a_new_password_ends_the_old_one(accounts: SqlAccounts) -> None:
    await accounts.put(MA, "old")
    await accounts.put(MA, "new")
    assert await accounts.check("ma", "old") is None
    assert await accounts.check("ma", "new") == MA


async def test_a_password_too_long_is_refused_when_it_is_set(accounts: SqlAccounts) -> None:
    with pytest.raises(ValueError, match="bytes"):
        await accounts.put(MA, "x" * (LONGEST_PASSWORD + 1))


async def test_all_accounts_are_listed_without_their_hashes(accounts: SqlAccounts) -> None:
    await accounts.put(MA, "a")
    await accounts.put(LIN, "b")
    assert list(await accounts.all()) == [LIN, MA]


async def test_the_database_holds_argon2id_hashes_only(
    accounts: SqlAccounts, engine: AsyncEngine
) -> None:
    await accounts.put(MA, "春风-1")
    async with engine.connect() as connection:
        (stored,) = (await connection.scalars(select(sql_schema.account.c.password_hash))).all()
    assert stored.startswith("$argon2id$")
    assert "春风" not in stored


async def test_hashing_leaves_the_event_loop_free(engine: AsyncEngine) -> None:
    accounts = SqlAccounts(engine, PasswordHasher(time_cost=4, parallelism=1))
    checking = asyncio.create_task(accounts.check("nobody", "x"))
    turns = 0
    while not checking.done():
        turns += 1
        await asyncio.sleep(0)
    assert await checking is None
    assert turns > 100


async def test_the_audit_keeps_each_line_newest_first(engine: AsyncEngine) -> None:
    audit = SqlAudit(engine)
    await audit.note("lin", "reveal", "call 1", reason="回访\x00", at=NOW)
    await audit.note("lin", "force", "agent 1023", reason="", at=NOW + timedelta(seconds=1))
    newest, oldest = await audit.newest()
    assert newest.action == "force"
    assert oldest == AuditLine(
        at=NOW, actor="lin", action="reveal", subject="call 1", reason="回访\ufffd"
    )


async def test_a_naive_time_is_refused(engine: AsyncEngine) -> None:
    with pytest.raises(Exception, match="naive time"):
        await SqlAudit(engine).note("a", "b", "c", reason="d", at=NOW.replace(tzinfo=None))
