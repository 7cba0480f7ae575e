"""A caller whose question the insurer's system does not answer has a person within three seconds."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from redis.asyncio import Redis

from cti.core import events
from cti.services.data_port import DataPort
from cti.store.redis_identity import RedisIdentityTries
from tests.insurer_server import asking, insurer
from tests.servers import free_port
from tests.unit.services.visits import LIMIT_S, Stage
from tests.wire.test_insurer import Server, cut, drip, elsewhere, endless, hang

TREE = """
tree: "95518"
numbers: ["95518"]
languages: [zh]
defaults: {human: people}
start: ask
nodes:
  ask:
    lookup: claims.newest
    with: {caller_number: $caller_number}
    into: claim
    sensitive: [surveyor_phone, registered_phone]
    timeout_s: 3
    found: people
    missing: people
    failed: sorry
  sorry: {say: sorry, next: people}
  people: {enqueue: motor}
"""
CHECK = """
tree: "95518"
numbers: ["95518"]
languages: [zh]
defaults: {human: people}
start: id
nodes:
  id: {collect: ask_id, into: id_tail, digits: 6, sensitive: true, next: check}
  check:
    lookup: identity.check
    with: {caller_number: $caller_number, id_tail: $id_tail}
    into: identity
    timeout_s: 3
    found: people
    missing: people
    failed: people
  people: {enqueue: motor}
"""
ALLOWED_S = 3.0


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    found = Stage()
    found.text = TREE
    running = asyncio.create_task(found.dispatcher.run())
    async with asyncio.timeout(LIMIT_S):
        await found.dispatcher.wait_live()
    try:
        yield found
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def visited(stage: Stage, lookups: Any, *keys: str) -> float:
    """The seconds until the caller was in a queue."""
    stage.source = lookups
    began = time.monotonic()
    line = await stage.walked(*keys)
    took_s = time.monotonic() - began
    assert line.did[-1][0] == "to queue"
    return took_s


@pytest.fixture
def tries(redis_client: Redis, redis_prefix: str) -> RedisIdentityTries:
    return RedisIdentityTries(redis_client, redis_prefix)


@pytest.mark.parametrize(
    "answer",
    [hang, drip, endless, cut, elsewhere, 500, b"garbage"],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
async def test_a_bad_system_costs_the_caller_three_seconds_at_most(
    answer: Any, tries: RedisIdentityTries, stage: Stage
) -> None:
    async with insurer(Server(answer)) as url, asking(url, deadline_s=2.5) as lookups:
        assert await visited(stage, DataPort(lookups, tries, 2.5)) < ALLOWED_S
    ended = await stage.told(events.LookupEnded)
    assert isinstance(ended, events.LookupEnded)
    assert ended.result == "failed"


async def test_a_system_that_is_not_there_costs_next_to_nothing(
    tries: RedisIdentityTries, stage: Stage
) -> None:
    async with asking(f"http://127.0.0.1:{free_port()}") as lookups:
        assert await visited(stage, DataPort(lookups, tries, 2.5)) < 1.0


@pytest.mark.parametrize(("result", "level"), [("ok", "2"), ("wrong", "0"), ("locked", "0")])
async def test_an_identification_is_written_down_without_its_digits(
    result: str, level: str, tries: RedisIdentityTries, stage: Stage
) -> None:
    stage.text = CHECK
    answer: Mapping[str, Any] = {"found": True, "values": {"result": result}}
    async with insurer(Server(answer)) as url, asking(url) as lookups:
        await visited(stage, DataPort(lookups, tries, 2.5), "210025")
    fact = await stage.told(events.IdentityChecked)
    assert isinstance(fact, events.IdentityChecked)
    assert (fact.result, fact.level) == (result, level)
    assert "210025" not in json.dumps([str(each.event) for each in stage.store.journal])
