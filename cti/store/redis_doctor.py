"""Would this Redis keep what it was told? For ``cti doctor`` and the start of the service."""

from collections.abc import Mapping

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from cti.services.ports import StoreDown
from cti.store.redis_keys import Keys
from cti.store.redis_link import answered

LEAST_VERSION = (7, 0)


async def check_durability(client: Redis) -> list[str]:
    """Message keys (``store.…``, each with .what and .cure) of all that is wrong; empty when well.

    Raises StoreDown when Redis does not answer.
    """
    facts = await answered(client.info())
    rules = (
        ("store.redis_aof_off", not facts.get("aof_enabled")),
        ("store.redis_aof_failing", facts.get("aof_last_write_status", "ok") != "ok"),
        ("store.redis_evicts", _may_evict(facts)),
        ("store.redis_replica", facts.get("role", "master") != "master"),
        ("store.redis_old", _version(str(facts.get("redis_version", ""))) < LEAST_VERSION),
    )
    return [key for key, wrong in rules if wrong]


def _may_evict(facts: dict[str, object]) -> bool:
    return bool(facts.get("maxmemory")) and facts.get("maxmemory_policy") != "noeviction"


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


async def lease_holder(client: Redis, prefix: str) -> str:
    """The node that is the dispatcher; empty where none is. Raises StoreDown."""
    found = await answered(client.get(Keys(prefix).lease))
    return found.decode() if found else ""


async def journal_lags(client: Redis, prefix: str) -> Mapping[str, int]:
    """Follower of the journal → entries that it has not read, or not finished. Raises StoreDown."""
    try:
        groups = await answered(client.xinfo_groups(Keys(prefix).journal))
    except StoreDown as down:
        if isinstance(down.__cause__, ResponseError):
            return {}  # there is no journal yet
        raise
    return {
        _name(each["name"]): int(each.get("lag") or 0) + int(each["pending"]) for each in groups
    }


def _name(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
