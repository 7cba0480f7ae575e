"""Sign-ins as admins keep them, and sessions by person; on real databases and a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ids import AgentId
from cti.services.admin_ports import LastAdmin
from cti.services.ports import Account, Role
from cti.store.redis_link import open_redis
from cti.store.redis_sessions import RedisSessions
from cti.store.sql_accounts import SqlAccounts
from tests.servers import RedisServer
from tests.store.samples import NOW

MA = Account(login="ma", name="马晓梅", role=Role.AGENT, agent_id=AgentId("ma"))
LIN = Account(login="lin", name="林静", role=Role.ADMIN)
WEI = Account(login="wei", name="魏来", role=Role.ADMIN)


@pytest.fixture
def accounts(engine: AsyncEngine) -> SqlAccounts:
    return SqlAccounts(engine, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_a_new_login_can_sign_in_and_is_added_once(accounts: SqlAccounts) -> None:
    assert await accounts.add(MA, "one-time", NOW)
    assert not await accounts.add(Account(login="ma", name="x", role=Role.ADMIN), "b", NOW)
    assert await accounts.check("ma", "one-time") == MA
    [person] = await accounts.people()
    assert (person.account, person.password_at) == (MA, NOW)


async def test_a_password_once_set_must_be_changed_where_it_is_said(accounts: SqlAccounts) -> None:
    await accounts.add(MA, "old", NOW)
    later = NOW + timedelta(days=1)
    assert await accounts.set_password("ma", "new", later, must_change=True)
    found = await accounts.check("ma", "new")
    assert found
    assert found.must_change
    assert (await accounts.people())[0].password_at == later
    assert await accounts.set_password("nobody", "new", later, must_change=True) is None


async def test_name_role_and_lock_are_changed_and_the_rest_stays(accounts: SqlAccounts) -> None:
    await accounts.add(LIN, "a", NOW)
    await accounts.add(MA, "b", NOW)
    found = await accounts.change("ma", name="马晓", role=Role.QA, locked=True)
    wanted = Account(login="ma", name="马晓", role=Role.QA, agent_id=AgentId("ma"), locked=True)
    assert found == wanted
    assert await accounts.check("ma", "b") == wanted
    unlocked = await accounts.change("ma", name=None, role=None, locked=False)
    assert unlocked
    assert not unlocked.locked
    assert await accounts.change("nobody", name="x", role=None, locked=None) is None


@pytest.mark.parametrize(("role", "locked"), [(Role.AGENT, None), (None, True)])
async def test_the_last_admin_stays(
    accounts: SqlAccounts, role: Role | None, locked: bool | None
) -> None:
    await accounts.add(LIN, "a", NOW)
    await accounts.add(WEI, "b", NOW)
    await accounts.change("wei", name=None, role=role, locked=locked)
    with pytest.raises(LastAdmin):
        await accounts.change("lin", name=None, role=role, locked=locked)
    assert await accounts.check("lin", "a") == LIN


async def test_two_admins_cannot_demote_each_other_at_once(accounts: SqlAccounts) -> None:
    for _ in range(5):
        for each in (LIN, WEI):
            await accounts.put(each, "a")
        found = await asyncio.gather(
            *(
                accounts.change(each, name=None, role=Role.QA, locked=None)
                for each in ("lin", "wei")
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(each, LastAdmin) for each in found) == 1
        assert sum(each.role is Role.ADMIN for each in await accounts.all()) == 1


@pytest.fixture
async def redis(own_redis: RedisServer) -> AsyncIterator[Redis]:
    client = open_redis(own_redis.url)
    yield client
    await client.aclose()


async def test_the_sessions_of_one_person_are_counted_and_ended(redis: Redis) -> None:
    sessions = RedisSessions(redis, "t")
    mine, other = await sessions.open(LIN, 60), await sessions.open(LIN, 60)
    his = await sessions.open(MA, 60)
    assert await sessions.counts() == {"lin": 2, "ma": 1}
    assert await sessions.end_all("lin", but=mine) == 1
    assert await sessions.find(mine, 60) == LIN
    assert await sessions.find(other, 60) is None
    assert await sessions.find(his, 60) == MA
    assert await sessions.end_all("lin") == 1
    assert await sessions.end_all("lin") == 0


async def test_a_session_goes_on_with_the_account_as_it_is_now(redis: Redis) -> None:
    sessions = RedisSessions(redis, "t")
    token = await sessions.open(LIN, 60)
    await sessions.replace(token, WEI, 60)
    assert await sessions.find(token, 60) == WEI
    await sessions.close(token)
    await sessions.replace(token, LIN, 60)
    assert await sessions.find(token, 60) is None


async def test_sessions_of_other_installations_are_left_alone(redis: Redis) -> None:
    ours, theirs = RedisSessions(redis, "a"), RedisSessions(redis, "b")
    token = await theirs.open(LIN, 60)
    assert await ours.end_all("lin") == 0
    assert await theirs.find(token, 60) == LIN


async def test_many_sessions_are_all_found(redis: Redis) -> None:
    sessions = RedisSessions(redis, "t")
    for _ in range(700):
        await sessions.open(MA, 60)
    assert await sessions.counts() == {"ma": 700}
    assert await sessions.end_all("ma") == 700
