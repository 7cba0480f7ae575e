"""The live state: every test runs against Redis and against the in-memory stand-in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from cti.core.call import CallPhase, Ticket
from cti.core.changes import Changes
from cti.core.ids import CallId
from cti.services.ports import Conflict, LiveState
from cti.store.memory_state import MemoryState
from cti.store.redis_state import RedisState
from tests.store.samples import NOW, agent, allocated, call, offered, reserved

LIVE_AT = datetime(2026, 11, 22, 9, 0, 1, 500_000, tzinfo=UTC)


@pytest.fixture(params=["redis", "memory"])
async def state(
    request: pytest.FixtureRequest, redis_client: Redis, redis_prefix: str
) -> AsyncIterator[LiveState]:
    yield RedisState(redis_client, redis_prefix) if request.param == "redis" else MemoryState()


async def test_an_empty_state_has_no_agents_and_no_calls(state: LiveState) -> None:
    assert await state.load() == ((), ())


async def test_what_was_committed_is_loaded_again_field_for_field(state: LiveState) -> None:
    await state.commit(Changes(agents=(agent(),), calls=(call(),)))
    assert await state.load() == ((agent(),), (call(),))


async def test_a_ticket_is_loaded_again_field_for_field(state: LiveState) -> None:
    ticket = Ticket(
        origin=CallId("1764000000.9"),
        number="13997000001",
        asked_at=NOW,
        due_at=NOW,
        dials=1,
        first_dial_at=NOW,
        stand_in=CallId("1764000000.10"),
    )
    asked = replace(call("callback-1764000000.9"), phase=CallPhase.CALLBACK, ticket=ticket)
    await state.commit(Changes(calls=(asked,)))
    assert await state.load() == ((), (asked,))


async def test_events_get_ids_in_rising_order(state: LiveState) -> None:
    first = await state.commit(Changes(events=(offered("a"), offered("b"))))
    second = await state.commit(Changes(events=(offered("c"),)))
    assert len(first) == 2
    assert len(second) == 1
    assert len({*first, *second}) == 3


async def test_a_commit_without_events_answers_no_ids(state: LiveState) -> None:
    assert await state.commit(Changes(agents=(agent(),))) == ()


async def test_an_ended_call_leaves_the_live_state(state: LiveState) -> None:
    await state.commit(Changes(calls=(call(),)))
    ended = replace(call(), phase=CallPhase.ENDED, version=2)
    await state.commit(Changes(calls=(ended,)))
    assert (await state.load())[1] == ()


async def test_a_stale_agent_is_a_conflict_and_nothing_at_all_is_written(state: LiveState) -> None:
    await state.commit(Changes(agents=(agent(version=1),), calls=(call(version=1),)))
    stale = Changes(
        calls=(replace(call(), attempt=7, version=2),),
        agents=(agent(version=1),),
        events=(offered(),),
    )
    with pytest.raises(Conflict):
        await state.commit(stale)
    assert await state.load() == ((agent(),), (call(),))


async def test_a_record_that_skips_a_version_is_a_conflict(state: LiveState) -> None:
    with pytest.raises(Conflict, match="1023"):
        await state.commit(Changes(agents=(agent(version=2),)))


async def test_a_new_call_over_a_live_one_of_the_same_id_is_a_conflict(state: LiveState) -> None:
    await state.commit(Changes(calls=(call(version=1),)))
    with pytest.raises(Conflict):
        await state.commit(Changes(calls=(call(version=1),)))


async def test_a_commit_repeated_under_its_id_gets_the_first_answer(state: LiveState) -> None:
    changes = Changes(agents=(agent(),), events=(offered(), offered("b")), commit_id="c1")
    first = await state.commit(changes)
    assert await state.commit(changes) == first
    assert await state.load() == ((agent(),), ())


async def test_a_repeated_commit_without_events_answers_no_ids_again(state: LiveState) -> None:
    changes = Changes(agents=(agent(),), commit_id="c2")
    assert await state.commit(changes) == await state.commit(changes) == ()


async def test_a_commit_that_conflicted_may_be_tried_again_under_its_id(state: LiveState) -> None:
    later = Changes(agents=(agent(version=2),), events=(offered(),), commit_id="c3")
    with pytest.raises(Conflict):
        await state.commit(later)
    await state.commit(Changes(agents=(agent(version=1),)))
    assert len(await state.commit(later)) == 1


async def test_of_fifty_reserves_of_one_agent_exactly_one_wins(state: LiveState) -> None:
    free, calls = agent(), [call(f"call-{n}") for n in range(50)]
    await state.commit(Changes(agents=(free,), calls=tuple(calls)))

    async def reserve(n: int) -> bool:
        taken, waiting = reserved(free, calls[n])
        facts = (allocated(calls[n].call_id),)
        try:
            await state.commit(Changes(agents=(taken,), calls=(waiting,), events=facts))
        except Conflict:
            return False
        return True

    won = await asyncio.gather(*(reserve(n) for n in range(50)))
    assert won.count(True) == 1
    agents, live = await state.load()
    (winner,) = [one for one in live if one.phase is CallPhase.RESERVED]
    assert agents[0].call_id == winner.call_id == calls[won.index(True)].call_id


async def test_a_lease_has_one_holder_who_may_renew_it(state: LiveState) -> None:
    assert await state.take_lease("node-a", 5)
    assert await state.take_lease("node-a", 5)
    assert not await state.take_lease("node-b", 5)


async def test_a_dropped_lease_is_free_at_once(state: LiveState) -> None:
    await state.take_lease("node-a", 5)
    await state.drop_lease("node-a")
    assert await state.take_lease("node-b", 5)


async def test_dropping_anothers_lease_changes_nothing(state: LiveState) -> None:
    await state.take_lease("node-a", 5)
    await state.drop_lease("node-b")
    assert not await state.take_lease("node-b", 5)


async def test_a_lease_that_is_not_renewed_runs_out(state: LiveState) -> None:
    await state.take_lease("node-a", 0.05)
    async with asyncio.timeout(5):
        while not await state.take_lease("node-b", 5):  # noqa: ASYNC110 (Redis tells nobody)
            await asyncio.sleep(0.01)


async def test_the_last_live_moment_is_remembered(state: MemoryState | RedisState) -> None:
    assert await state.last_live() is None
    await state.mark_live(LIVE_AT)
    assert await state.last_live() == LIVE_AT
