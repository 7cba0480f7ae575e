"""Canary and shadow over the real journal: taken back by itself, also after a restart; never in the way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.changes import Changes
from cti.core.events import Event, Offered, Outcome, QueueLeft
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.ivr import session as ivr
from cti.core.ivr.interpreter import start
from cti.core.measures.canary import CanaryRules, Counts
from cti.core.version_events import CanaryEnded, ShadowDiffered, VisitEnded
from cti.services import shadow_runs
from cti.services.canary_guard import CanaryGuard
from cti.services.menus import Edition
from cti.services.shadow_runs import ShadowRuns
from cti.services.version_desk import Way
from cti.services.visit_log import VisitLog
from cti.store.sql_journal import SqlJournal
from tests.store.versions import LIMIT_S, Server, Versions

RULES = CanaryRules(least_visits=10, most_failed=0.2)
CALLER = "13900000001"


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def versions(redis_client: Redis, redis_prefix: str, engine: AsyncEngine) -> Versions:
    return Versions(redis_client, redis_prefix, engine)


def visit(call_id: str, version: int, end: str, **more: int) -> Sequence[Event]:
    now, call = utc_now(), CallId(call_id)
    offered = Offered(
        at=now,
        call_id=call,
        caller_number=CALLER,
        dialed_number="95518",
        channel=ChannelName("c"),
        tree_version=version,
    )
    ended = VisitEnded(at=now, call_id=call, version=version, end=end, node="root", **more)  # type: ignore[arg-type]
    left = QueueLeft(
        at=now, call_id=call, queue=QueueName("q"), outcome=Outcome.ANSWERED, waited_s=1
    )
    return (offered, ended, left)


@contextlib.asynccontextmanager
async def guarding(versions: Versions, server: Server) -> AsyncIterator[CanaryGuard]:
    guard = CanaryGuard(
        versions.stream, versions.desk, lambda: server.menus.in_force, RULES, utc_now
    )
    running = asyncio.create_task(guard.run())
    try:
        yield guard
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until_counted(guard: CanaryGuard, canary: Counts) -> None:
    async with asyncio.timeout(LIMIT_S):
        while (found := guard.counts()) is None or found[0] != canary:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def call(versions: Versions, *visits: Sequence[Event]) -> None:
    for events in visits:
        await versions.state.commit(Changes(events=tuple(events)))


async def on_trial(versions: Versions, server: Server) -> None:
    await server.until_current(1)
    await versions.publish("consult", way=Way.CANARY, share=50)
    await server.until(lambda: server.menus.in_force.canary is not None)


async def test_a_canary_that_fails_is_taken_back_and_the_fact_tells_why(
    versions: Versions,
) -> None:
    async with versions.server("cti1") as server, guarding(versions, server) as guard:
        await on_trial(versions, server)
        await call(versions, *(visit(f"a{n}", 2, "queue") for n in range(5)))
        await call(versions, *(visit(f"b{n}", 1, "queue") for n in range(5)))
        await until_counted(guard, Counts(visits=5))
        await call(versions, *(visit(f"c{n}", 2, "fault") for n in range(3)))
        await server.until(lambda: server.menus.in_force.canary is None)
        assert server.current == 1
    ended = [fact for fact in await versions.facts() if isinstance(fact, CanaryEnded)]
    assert [(fact.result, fact.author) for fact in ended] == [("rolledBack", "system")]
    assert ended[0].why == "failed: canary 3/8, current 0/5"


async def test_a_restart_loses_no_count(versions: Versions) -> None:
    async with versions.server("cti1") as server:
        async with guarding(versions, server) as guard:
            await on_trial(versions, server)
            await call(versions, visit("a", 2, "queue", failures=1), visit("b", 2, "queue"))
            await until_counted(guard, Counts(visits=2, failed=1))
        async with guarding(versions, server) as again:
            await until_counted(again, Counts(visits=2, failed=1))
        await call(versions, *(visit(f"c{n}", 2, "fault") for n in range(2)))
        async with guarding(versions, server):
            await server.until(lambda: server.menus.in_force.canary is None)


async def test_calls_of_before_the_canary_do_not_count(versions: Versions) -> None:
    async with versions.server("cti1") as server, guarding(versions, server) as guard:
        await server.until_current(1)
        await call(versions, *(visit(f"a{n}", 2, "fault") for n in range(9)))
        await on_trial(versions, server)
        await call(versions, visit("b", 2, "queue"))
        await until_counted(guard, Counts(visits=1))
        assert server.menus.in_force.canary is not None


async def test_two_servers_take_a_canary_back_once(versions: Versions) -> None:
    async with (
        versions.server("cti1") as one,
        versions.server("cti2") as two,
        guarding(versions, one),
        guarding(versions, two),
    ):
        await on_trial(versions, one)
        await call(versions, *(visit(f"c{n}", 2, "fault") for n in range(3)))
        await one.until(lambda: one.menus.in_force.canary is None)
        await two.until(lambda: two.menus.in_force.canary is None)
    ended = [fact for fact in await versions.facts() if isinstance(fact, CanaryEnded)]
    assert len(ended) == 1


def walked(server: Server) -> VisitLog:
    """A caller who pressed 1."""
    edition = server.menus.for_number("95518", CALLER)
    facts = ivr.Facts(caller_number=CALLER, dialed_number="95518", now=utc_now())
    log = VisitLog(edition, facts)
    log.see(start(edition.tree, facts))
    log.hear(ivr.Pressed("1"), utc_now())
    return log


@contextlib.asynccontextmanager
async def shadowing(versions: Versions, server: Server) -> AsyncIterator[ShadowRuns]:
    async def record(fact: Event) -> None:
        await versions.state.commit(Changes(events=(fact,)))

    runs = ShadowRuns(server.menus, versions.store, record, utc_now)
    running = asyncio.create_task(runs.run())
    try:
        yield runs
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until_compared(versions: Versions, **counts: int) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await versions.store.shadow_counts(2) != counts:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_shadow_tells_who_would_have_gone_elsewhere(
    versions: Versions, engine: AsyncEngine
) -> None:
    async with versions.server("cti1") as server, shadowing(versions, server) as runs:
        await server.until_current(1)
        runs.visited(CallId("before"), walked(server))
        await versions.publish("consult", way=Way.SHADOW)
        await server.until(lambda: server.menus.in_force.shadow is not None)
        runs.visited(CallId("c-1"), walked(server))
        await until_compared(versions, differed=1)
    recorded = await versions.stream.read_after("0-0")  # type: ignore[arg-type]
    (told,) = [one.event for one in recorded if isinstance(one.event, ShadowDiffered)]
    assert (told.call_id, told.was, told.would) == ("c-1", "queue:first", "queue:consult")
    await SqlJournal(engine).save(recorded)
    results = await versions.desk.shadow_results()
    assert (results.number, results.counts, list(results.differed)) == (2, {"differed": 1}, [told])


async def test_a_shadow_that_breaks_is_only_counted(
    versions: Versions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a shadow's own trouble")

    monkeypatch.setattr(shadow_runs, "compare", breaks)
    async with versions.server("cti1") as server, shadowing(versions, server) as runs:
        await server.until_current(1)
        await versions.publish("consult", way=Way.SHADOW)
        await server.until(lambda: server.menus.in_force.shadow is not None)
        runs.visited(CallId("c-1"), walked(server))
        await until_compared(versions, failed=1)
    assert "shadow failed" in caplog.messages


async def test_more_visits_than_a_shadow_can_compare_are_passed_over_and_counted(
    versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow_runs, "MOST_WAITING", 3)
    async with versions.server("cti1") as server:
        await server.until_current(1)
        await versions.publish("other", way=Way.SHADOW)
        await server.until(lambda: server.menus.in_force.shadow is not None)
        async with shadowing(versions, server) as runs:
            for number in range(5):
                runs.visited(CallId(f"c-{number}"), walked(server))
            await until_compared(versions, differed=3, skipped=2)


async def test_a_call_that_walks_the_shadow_itself_is_not_compared(versions: Versions) -> None:
    async with versions.server("cti1") as server, shadowing(versions, server) as runs:
        await server.until_current(1)
        await versions.publish("consult", way=Way.SHADOW)
        await server.until(lambda: server.menus.in_force.shadow is not None)
        shadow = server.menus.shadow("95518")
        assert shadow is not None
        log = walked(server)
        own = VisitLog(Edition(tree=shadow.tree, version=2), log.visit().facts)
        runs.visited(CallId("c-1"), own)
        runs.visited(CallId("c-2"), log)
        await until_compared(versions, differed=1)


async def test_a_server_goes_on_with_what_it_serves_whatever_a_store_does(
    versions: Versions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with versions.server("cti1") as server:
        await server.until_current(1)

        async def breaks() -> None:
            raise ValueError("a record that nobody can read")

        monkeypatch.setattr(versions.store, "in_force", breaks)
        await versions.state.commit(
            Changes(events=(CanaryEnded(at=utc_now(), version=2, result="", author="", why=""),))
        )
        await server.until(lambda: "menus not followed" in caplog.messages)
        assert server.queue() == "first"
        monkeypatch.undo()
        await versions.publish("consult")
        await server.until_current(2)
