"""What a menu may learn about customers: one adapter behind a limit, with identification counted.

Three wrong identity numbers from one caller number lock self-service for it. A try is taken before the
question is asked, in one atomic step, so that neither two nodes nor calls at the same moment can have
more than three. Nothing says which part of an identification was wrong.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Protocol

from cti.services.ports import Lookups, StoreDown
from cti.services.sources import source_named

IDENTITY_LEVEL = "identity.level"
IDENTITY_CHECK = "identity.check"


class BadQuestion(ValueError):
    """Arguments that the source does not take: ``cti check`` refuses such a tree."""


class IdentityTries(Protocol):
    """Wrong identifications by caller number, shared by all nodes. All methods raise StoreDown."""

    async def begin(self, number: str) -> str | None:
        """Take a try; its token, or None when there is none left.

        A try whose end nobody tells (its caller hung up) counts as wrong for a few seconds only.
        """
        ...

    async def right(self, number: str, token: str) -> None:
        """The try was right: earlier wrong ones are forgotten."""
        ...

    async def wrong(self, number: str, token: str) -> bool:
        """The try was wrong; True when that was the last one."""
        ...

    async def undone(self, number: str, token: str) -> None:
        """Nobody could say: the try is given back."""
        ...

    async def locked(self, number: str) -> bool:
        """True while the number has no try left."""
        ...


class DataPort:
    """``Lookups`` for the menu, over the adapter of the configuration."""

    def __init__(self, adapter: Lookups, tries: IdentityTries, deadline_s: float) -> None:
        self._adapter, self._tries, self._deadline_s = adapter, tries, deadline_s

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """The source's values, within the deadline.

        Raises UnknownSource, BadQuestion, TimeoutError, StoreDown, and what the adapter raises.
        """
        wanted = source_named(source).arguments
        if set(arguments) != set(wanted):
            raise BadQuestion(f"{source} takes {', '.join(wanted)}")
        async with asyncio.timeout(self._deadline_s):
            if source == IDENTITY_LEVEL:
                return await self._level(arguments)
            if source == IDENTITY_CHECK:
                return await self._check(arguments)
            return await self._adapter.fetch(source, arguments)

    async def _level(self, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        found = await self._adapter.fetch(IDENTITY_LEVEL, arguments)
        if found is None or not await self._tries.locked(arguments["caller_number"]):
            return found
        return {**found, "locked": "true"}

    async def _check(self, arguments: Mapping[str, str]) -> Mapping[str, str]:
        number = arguments["caller_number"]
        token = await self._tries.begin(number)
        if token is None:
            return {"result": "locked"}
        try:
            found = await self._adapter.fetch(IDENTITY_CHECK, arguments)
        except Exception:
            with contextlib.suppress(StoreDown):
                await self._tries.undone(number, token)
            raise
        result = (found or {}).get("result", "wrong")
        if result == "ok":
            await self._tries.right(number, token)
            return {"result": "ok"}
        last = await self._tries.wrong(number, token)
        return {"result": "locked" if last or result == "locked" else "wrong"}
