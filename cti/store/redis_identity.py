"""Wrong identifications by caller number in Redis, counted so that no race gives one try more.

A sorted set a number: members ``p:TOKEN`` (a try under way) and ``w:TOKEN`` (a wrong one), each with
the moment (ms, Redis' clock) at which it is forgotten. With the last try all stay for the whole lock.
"""

import hashlib
import secrets

from redis.asyncio import Redis

from cti.store.phone_numbers import normalised
from cti.store.redis_keys import Keys
from cti.store.redis_link import answered

TRIES = 3
LOCK_S = 1800.0
UNDER_WAY_S = 10.0
"""How long a try of which nobody tells the end counts."""

_FRESH = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
"""
# KEYS: the number's set. ARGV: token, most tries, ms that the member counts.
_BEGIN = (
    _FRESH
    + """
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], 'p:' .. ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1
"""
)
_WRONG = (
    _FRESH
    + """
redis.call('ZREM', KEYS[1], 'p:' .. ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[3], 'w:' .. ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local wrong = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(member, 1, 2) == 'w:' then wrong[#wrong + 1] = member end
end
if #wrong < tonumber(ARGV[2]) then return 0 end
for _, member in ipairs(wrong) do redis.call('ZADD', KEYS[1], now + ARGV[3], member) end
return 1
"""
)
_RIGHT = """
redis.call('ZREM', KEYS[1], 'p:' .. ARGV[1])
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(member, 1, 2) == 'w:' then redis.call('ZREM', KEYS[1], member) end
end
return 1
"""
_LOCKED = (
    _FRESH
    + """
local wrong = 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(member, 1, 2) == 'w:' then wrong = wrong + 1 end
end
return wrong >= tonumber(ARGV[2]) and 1 or 0
"""
)


class RedisIdentityTries:
    """``IdentityTries`` on a Redis client made by ``open_redis``. Every method raises StoreDown."""

    def __init__(
        self, client: Redis, prefix: str = "cti", *, tries: int = TRIES, lock_s: float = LOCK_S
    ) -> None:
        self._client, self._keys = client, Keys(prefix)
        self._tries, self._lock_ms = tries, round(lock_s * 1000)
        self._begin = client.register_script(_BEGIN)
        self._wrong = client.register_script(_WRONG)
        self._right = client.register_script(_RIGHT)
        self._locked = client.register_script(_LOCKED)

    async def begin(self, number: str) -> str | None:
        """Take a try; its token, or None when there is none left."""
        token = secrets.token_hex(8)
        under_way_ms = round(UNDER_WAY_S * 1000)
        command = self._begin(keys=[self._key(number)], args=[token, self._tries, under_way_ms])
        return token if await answered(command) else None

    async def right(self, number: str, token: str) -> None:
        """The try was right: earlier wrong ones are forgotten."""
        await answered(self._right(keys=[self._key(number)], args=[token]))

    async def wrong(self, number: str, token: str) -> bool:
        """The try was wrong; True when that was the last one."""
        command = self._wrong(keys=[self._key(number)], args=[token, self._tries, self._lock_ms])
        return bool(await answered(command))

    async def undone(self, number: str, token: str) -> None:
        """Nobody could say: the try is given back."""
        await answered(self._client.zrem(self._key(number), f"p:{token}"))

    async def locked(self, number: str) -> bool:
        """True while the number has no try left."""
        command = self._locked(keys=[self._key(number)], args=["", self._tries])
        return bool(await answered(command))

    def _key(self, number: str) -> str:
        one_form = normalised(number) or number
        return self._keys.identity(hashlib.sha256(one_form.encode("utf-8", "replace")).hexdigest())
