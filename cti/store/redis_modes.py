"""The modes of the centre that are on, in one hash of Redis; each change with its fact in the journal."""

import dataclasses
import logging
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from cti.core.centre_events import ModeSwitched
from cti.core.event_wire import to_wire
from cti.core.modes import ModeOn
from cti.store.json_text import to_json
from cti.store.redis_keys import EVENT_FIELD, Keys
from cti.store.redis_link import answered
from cti.store.redis_state import JOURNAL_CAP

# KEYS: modes, journal. ARGV: mode, what it must be now ("" for anything), what it becomes ("" for a
# removal), journal cap, event field, event. Answers 0 when it is not as it must be.
_CHANGE = """
if ARGV[2] ~= '' and redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', ARGV[5], ARGV[6])
return 1
"""
_ON = TypeAdapter(ModeOn)
_log = logging.getLogger(__name__)


class RedisModes:
    """``ModeBoard`` on a Redis client made by ``open_redis``. Every method raises StoreDown."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        self._client = client
        self._keys = Keys(prefix)
        self._script = client.register_script(_CHANGE)

    async def all(self) -> Sequence[ModeOn]:
        """Every mode that is on; one may be overdue."""
        found = await answered(self._client.hgetall(self._keys.modes))
        return [one for name, raw in found.items() if (one := _read(name, raw))]

    async def put(self, one: ModeOn, fact: ModeSwitched) -> None:
        """Switch it on, or replace the one of the same name."""
        await self._change(one.mode, b"", _json(one), fact)

    async def drop(self, one: ModeOn, fact: ModeSwitched) -> bool:
        """Switch it off. False, and no fact, when it is no longer as it was."""
        return await self._change(one.mode, _json(one), b"", fact)

    async def _change(self, mode: str, before: bytes, after: bytes, fact: ModeSwitched) -> bool:
        command = self._script(
            keys=[self._keys.modes, self._keys.journal],
            args=[mode, before, after, JOURNAL_CAP, EVENT_FIELD, to_json(to_wire(fact))],
        )
        return bool(await answered(command))


def _json(one: ModeOn) -> bytes:
    return to_json(dataclasses.asdict(one))


def _read(name: bytes, raw: bytes) -> ModeOn | None:
    try:
        return _ON.validate_json(raw)
    except ValidationError:
        _log.error("unreadable mode: %s", name.decode(errors="replace"))
        return None
