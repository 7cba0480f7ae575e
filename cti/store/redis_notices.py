"""The notices of the last hour, in one sorted set of Redis; each with its fact in the journal."""

import logging
from collections.abc import Sequence
from datetime import datetime

import orjson
from redis.asyncio import Redis

from cti.core.control_events import NoticeSent
from cti.core.event_wire import UnknownEvent, from_wire, to_wire
from cti.store.json_text import to_json
from cti.store.redis_keys import EVENT_FIELD, Keys
from cti.store.redis_link import answered
from cti.store.redis_state import JOURNAL_CAP

MOST = 200
_KEPT_S = 7200

# KEYS: notices, journal. ARGV: seconds since 1970, event, how many are kept, for how long, journal cap,
# event field.
_PUT = """
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[3]))
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', ARGV[6], ARGV[2])
return 1
"""
_log = logging.getLogger(__name__)


class RedisNotices:
    """``NoticeBoard`` on a Redis client made by ``open_redis``. Every method raises StoreDown."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        self._client, self._keys = client, Keys(prefix)
        self._script = client.register_script(_PUT)

    async def put(self, notice: NoticeSent) -> None:
        """Keep it, and write it into the journal."""
        event = to_json(to_wire(notice))
        command = self._script(
            keys=[self._keys.notices, self._keys.journal],
            args=[notice.at.timestamp(), event, MOST, _KEPT_S, JOURNAL_CAP, EVENT_FIELD],
        )
        await answered(command)

    async def since(self, earliest: datetime) -> Sequence[NoticeSent]:
        """Those sent since then, oldest first."""
        command = self._client.zrangebyscore(self._keys.notices, earliest.timestamp(), "+inf")
        found = await answered(command)
        return [notice for raw in found if (notice := _read(raw))]


def _read(raw: bytes) -> NoticeSent | None:
    try:
        event = from_wire(orjson.loads(raw))
    except (UnknownEvent, orjson.JSONDecodeError) as wrong:
        _log.warning("kept notice passed over: %s", wrong)
        return None
    return event if isinstance(event, NoticeSent) else None
