"""Signed-in browsers in Redis. Only a hash of each token is stored, so that a dump signs nobody in."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from cti.services.ports import Account
from cti.store.redis_keys import Keys
from cti.store.redis_link import answered

_ACCOUNT = TypeAdapter(Account)
_TOKEN_BYTES = 32
_LOOKED_AT = 500
"""Keys that Redis looks at in one step of a search."""


class RedisSessions:
    """``Sessions`` and ``SessionBook`` on a client made by ``open_redis``. Every method raises StoreDown."""

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
        return _read(found)

    async def close(self, token: str) -> None:
        """End the session; harmless when it has ended."""
        await answered(self._client.delete(self._key(token)))

    async def replace(self, token: str, account: Account, ttl_s: float) -> None:
        """The session goes on with the account as it is now; one that ended stays so."""
        stored = _ACCOUNT.dump_json(account)
        command = self._client.set(self._key(token), stored, px=round(ttl_s * 1000), xx=True)
        await answered(command)

    async def counts(self) -> Mapping[str, int]:
        """Login → sessions."""
        return Counter(account.login for account in (await self._all()).values())

    async def end_all(self, login: str, but: str = "") -> int:
        """End his sessions, but the one of the token ``but``; how many ended."""
        kept = self._key(but).encode() if but else b""
        his = [key for key, account in (await self._all()).items() if account.login == login]
        going = [key for key in his if key != kept]
        return int(await answered(self._client.delete(*going))) if going else 0

    async def _all(self) -> Mapping[bytes, Account]:
        found: dict[bytes, Account] = {}
        cursor = 0
        while True:
            step = self._client.scan(cursor, match=self._keys.session("*"), count=_LOOKED_AT)
            cursor, keys = await answered(step)
            stored = await answered(self._client.mget(keys)) if keys else []
            for key, value in zip(keys, stored, strict=True):
                if account := _read(value):
                    found[key] = account
            if not cursor:
                return found

    def _key(self, token: str) -> str:
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        return self._keys.session(digest)


def _read(stored: bytes | None) -> Account | None:
    """None for a session that ended, or was written by another version: he signs in again."""
    try:
        return _ACCOUNT.validate_json(stored) if stored else None
    except ValidationError:
        return None
