"""What dialplan is in force, in Redis: one compare-and-set with the journal in the same step."""

from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter
from redis.asyncio import Redis

from cti.core.event_wire import to_wire
from cti.core.ivr.versions import Change, InForce, Version
from cti.services.version_ports import Follower, OutrunBy
from cti.store.json_text import to_json
from cti.store.redis_keys import EVENT_FIELD, Keys
from cti.store.redis_link import answered, refuse_repeats
from cti.store.redis_state import JOURNAL_CAP

# KEYS: in force, versions, changes, journal.
# ARGV: sequence before, new state "SEQUENCE JSON", its sequence, number or '', version, journal cap,
# event field, events. Answers 1, or the state that came first.
_COMMIT = """
local held = redis.call('GET', KEYS[1])
if held == ARGV[2] then return 1 end
local sequence = held and string.match(held, '^%d+') or '0'
if sequence ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[3], ARGV[3], ARGV[2])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[2], ARGV[4], ARGV[5]) end
for at = 8, #ARGV do
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', ARGV[7], ARGV[at])
end
return 1
"""

# KEYS: in force, versions. ARGV: sequence, state, then number and version in turn.
_RESTORE = """
local held = redis.call('GET', KEYS[1])
local sequence = held and tonumber(string.match(held, '^%d+')) or 0
if sequence >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
return 1
"""

# KEYS: in force, versions. ARGV: sequence, then numbers.
_DROP = """
local held = redis.call('GET', KEYS[1])
if string.match(held or '', '^%d+') ~= ARGV[1] then return 0 end
for at = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[at]) end
return 1
"""

_IN_FORCE = TypeAdapter(InForce)
_VERSION = TypeAdapter(Version)
_FOLLOWER = TypeAdapter(Follower)


def _state(in_force: InForce) -> bytes:
    return b"%d %s" % (in_force.sequence, _IN_FORCE.dump_json(in_force))


def _read_state(raw: bytes) -> InForce:
    return _IN_FORCE.validate_json(raw.partition(b" ")[2])


class RedisVersions:
    """``VersionStore`` on a Redis client made by ``open_redis``."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        refuse_repeats(client)
        self._client = client
        self._keys = Keys(prefix)
        self._commit = client.register_script(_COMMIT)
        self._restore = client.register_script(_RESTORE)
        self._drop = client.register_script(_DROP)

    async def in_force(self) -> InForce | None:
        """None where nothing was ever published, as far as this Redis knows."""
        found = await answered(self._client.get(self._keys.dialplan))
        return _read_state(found) if found else None

    async def version(self, number: int) -> Version | None:
        """A version that is kept here."""
        found = await answered(self._client.hget(self._keys.dialplan_versions, str(number)))
        return _VERSION.validate_json(found) if found else None

    async def commit(self, before: InForce, change: Change, version: Version | None) -> None:
        """Change what is in force, keep the content and tell the journal. Raises OutrunBy."""
        keys = [self._keys.dialplan, self._keys.dialplan_versions]
        keys += [self._keys.dialplan_changes, self._keys.journal]
        arguments = [
            before.sequence,
            _state(change.after),
            change.after.sequence,
            version.number if version else "",
            _VERSION.dump_json(version) if version else "",
            JOURNAL_CAP,
            EVENT_FIELD,
            *(to_json(to_wire(fact)) for fact in change.facts),
        ]
        answer = await answered(self._commit(keys=keys, args=arguments))
        if answer != 1:
            raise OutrunBy(_read_state(answer) if answer else InForce())

    async def restore(self, in_force: InForce, versions: Sequence[Version]) -> None:
        """Put back what an older or empty Redis does not know; a newer state stays."""
        contents = [x for each in versions for x in (each.number, _VERSION.dump_json(each))]
        keys = [self._keys.dialplan, self._keys.dialplan_versions]
        arguments = [in_force.sequence, _state(in_force), *contents]
        await answered(self._restore(keys=keys, args=arguments))

    async def not_archived(self) -> tuple[Sequence[InForce], Sequence[Version]]:
        """Changes, oldest first, and contents that the archive may lack."""
        found = await answered(self._client.hvals(self._keys.dialplan_changes))
        changes = sorted((_read_state(raw) for raw in found), key=lambda each: each.sequence)
        if not changes:
            return (), ()
        contents = await answered(self._client.hvals(self._keys.dialplan_versions))
        return changes, [_VERSION.validate_json(raw) for raw in contents]

    async def archived(self, changes: Sequence[InForce], numbers: Sequence[int]) -> None:
        """These are in the archive; contents that nobody needs at hand are dropped."""
        held = await self.in_force()
        if held is None or not changes:
            return
        sequences = [str(each.sequence) for each in changes]
        await answered(self._client.hdel(self._keys.dialplan_changes, *sequences))
        needed = held.numbers | {held.previous, held.newest}
        keys = [self._keys.dialplan, self._keys.dialplan_versions]
        # Only while nothing changes: a version may come back into force at this moment.
        await answered(self._drop(keys=keys, args=[held.sequence, *(set(numbers) - needed)]))

    async def report(self, follower: Follower) -> None:
        """Say how far this server is."""
        said = _FOLLOWER.dump_json(follower)
        await answered(self._client.hset(self._keys.dialplan_servers, follower.server, said))

    async def followers(self) -> Sequence[Follower]:
        """What every server said last."""
        found = await answered(self._client.hvals(self._keys.dialplan_servers))
        return [_FOLLOWER.validate_json(raw) for raw in found]

    async def count_shadow(self, number: int, result: str) -> None:
        """One more visit was compared."""
        await answered(self._client.hincrby(self._keys.shadow(number), result, 1))

    async def shadow_counts(self, number: int) -> Mapping[str, int]:
        """How many visits were compared with which result."""
        found = await answered(self._client.hgetall(self._keys.shadow(number)))
        return {name.decode(): int(count) for name, count in found.items()}
