"""Who is where now, in Redis: compare-and-set over whole records, and the journal in the same step."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from cti.core.agent_state import Agent
from cti.core.call import Call, CallPhase
from cti.core.changes import Changes
from cti.core.event_wire import to_wire
from cti.core.ids import EventId
from cti.services.ports import Conflict
from cti.store.json_text import AGENT, CALL, record_json, to_json
from cti.store.redis_keys import EVENT_FIELD, Keys
from cti.store.redis_link import answered, refuse_repeats

JOURNAL_CAP = 1_000_000
"""About how many events the journal holds at most while nobody writes them into SQL."""
COMMIT_ANSWER_KEPT_S = 120

# KEYS: agents, calls, journal, and the answer of this commit where it has a commit id.
# ARGV: journal cap, seconds the answer is kept, event field, agent count, call count, then for each
# agent and call (id, version before, record or "" for a removal), then the events.
# A record reads "VERSION JSON". Answers the events' ids, or one text: which record is in conflict.
_COMMIT = """
local kept = KEYS[4] and redis.call('GET', KEYS[4])
if kept then return cjson.decode(kept) end
local agents, calls = tonumber(ARGV[4]), tonumber(ARGV[5])
local first = 6
for n = 0, agents + calls - 1 do
  local at = first + 3 * n
  local found = redis.call('HGET', n < agents and KEYS[1] or KEYS[2], ARGV[at])
  local version = found and string.match(found, '^%d+') or '0'
  if version ~= ARGV[at + 1] then
    return ARGV[at] .. ' is at version ' .. version .. ', not ' .. ARGV[at + 1]
  end
end
for n = 0, agents + calls - 1 do
  local at = first + 3 * n
  local hash = n < agents and KEYS[1] or KEYS[2]
  if ARGV[at + 2] == '' then redis.call('HDEL', hash, ARGV[at])
  else redis.call('HSET', hash, ARGV[at], ARGV[at + 2]) end
end
local ids = {}
for at = first + 3 * (agents + calls), #ARGV do
  ids[#ids + 1] = redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[1], '*', ARGV[3], ARGV[at])
end
if KEYS[4] then
  redis.call('SET', KEYS[4], #ids > 0 and cjson.encode(ids) or '[]', 'EX', ARGV[2])
end
return ids
"""

_TAKE_LEASE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

_DROP_LEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
"""

Record = TypeVar("Record", Agent, Call)
_log = logging.getLogger(__name__)


def _versioned(record: Agent | Call) -> bytes:
    return b"%d %s" % (record.version, record_json(record))


def _arguments(changes: Changes) -> list[Any]:
    found: list[Any] = [len(changes.agents), len(changes.calls)]
    for agent in changes.agents:
        found += (agent.agent_id, agent.version - 1, _versioned(agent))
    for call in changes.calls:
        kept = b"" if call.phase is CallPhase.ENDED else _versioned(call)
        found += (call.call_id, call.version - 1, kept)
    return found + [to_json(to_wire(event)) for event in changes.events]


class RedisState:
    """``LiveState`` on a Redis client made by ``open_redis``."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        refuse_repeats(client)
        self._client = client
        self._keys = Keys(prefix)
        self._commit = client.register_script(_COMMIT)
        self._take = client.register_script(_TAKE_LEASE)
        self._drop = client.register_script(_DROP_LEASE)

    async def commit(self, changes: Changes) -> tuple[EventId, ...]:
        """Write states and facts at once; the events' ids in order.

        Raises Conflict (nothing written) and StoreDown (whether it was written is unknown; the
        same changes with the same ``commit_id`` may be committed again within two minutes).
        """
        keys = [self._keys.agents, self._keys.calls, self._keys.journal]
        if changes.commit_id:
            keys.append(self._keys.commit(changes.commit_id))
        arguments = [JOURNAL_CAP, COMMIT_ANSWER_KEPT_S, EVENT_FIELD, *_arguments(changes)]
        answer = await answered(self._commit(keys=keys, args=arguments))
        if isinstance(answer, bytes):
            raise Conflict(answer.decode())
        return tuple(EventId(event_id.decode()) for event_id in answer)

    async def load(self) -> tuple[tuple[Agent, ...], tuple[Call, ...]]:
        """All agents and live calls of one moment. Raises StoreDown."""
        async with self._client.pipeline(transaction=True) as both:
            both.hgetall(self._keys.agents)
            both.hgetall(self._keys.calls)
            agents, calls = await answered(both.execute())
        return (
            await self._readable(self._keys.agents, agents, AGENT),
            await self._readable(self._keys.calls, calls, CALL),
        )

    async def _readable(
        self, key: str, found: Mapping[bytes, bytes], adapter: TypeAdapter[Record]
    ) -> tuple[Record, ...]:
        records = []
        for name, raw in found.items():
            try:
                records.append(adapter.validate_json(raw.partition(b" ")[2]))
            except ValidationError:
                # Kept, it would refuse every later commit; removed, recovery builds it anew.
                _log.error("unreadable record removed: %s %s", key, name.decode(errors="replace"))
                await answered(self._client.hdel(key, name))
        return tuple(records)

    async def take_lease(self, node: str, ttl_s: float) -> bool:
        """Become or stay the one dispatcher. False while another node holds the lease."""
        command = self._take(keys=[self._keys.lease], args=[node, round(ttl_s * 1000)])
        return bool(await answered(command))

    async def drop_lease(self, node: str) -> None:
        """Give the lease back; another node's lease stays."""
        await answered(self._drop(keys=[self._keys.lease], args=[node]))

    async def last_live(self) -> datetime | None:
        """When the dispatcher was last known to be live; None for a new journal. Raises StoreDown."""
        raw = await answered(self._client.get(self._keys.live_at))
        try:
            return datetime.fromtimestamp(float(raw), UTC) if raw else None
        except (ValueError, OverflowError):
            return None

    async def mark_live(self, at: datetime) -> None:
        """The dispatcher is live at ``at``. Raises StoreDown."""
        await answered(self._client.set(self._keys.live_at, f"{at.timestamp():.3f}"))
