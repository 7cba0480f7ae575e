"""Signed-in browsers in Redis. Only a hash of each token is stored, so that a dump signs nobody in."""

import hashlib
import secrets

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from cti.services.ports import Account
from cti.store.redis_keys import Keys
from cti.store.redis_link import answered

_ACCOUNT = TypeAdapter(Account)
_TOKEN_BYTES = 32


class RedisSessions:
    """``Sessions`` on a Redis client made by ``open_redis``. Every method raises StoreDown."""

    def __init__(self, client: Redis, prefix: str = "cti") -> None:
        self._client = client
        self._keys = Keys(prefix)

    async def open(self, account: Account, ttl_s: float) -> str:
        """A fresh unguessable token for the account."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        stored = _ACCOUNT.dump_json(account)
        await answered(self._client.set(self._key(token), stored, px=round(ttl_s * 1000)))
        return token

    async def find(self, token: str, ttl_s: float) -> Account | None:
        """The session's account, or None for an unknown or ended one; extends it by ``ttl_s``."""
        found = await answered(self._client.getex(self._key(token), px=round(ttl_s * 1000)))
        try:
            return _ACCOUNT.validate_json(found) if found else None
        except ValidationError:
            return None  # written by another version: he signs in again

    async def close(self, token: str) -> None:
        """End the session; harmless when it has ended."""
        await answered(self._client.delete(self._key(token)))

    def _key(self, token: str) -> str:
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        return self._keys.session(digest)
