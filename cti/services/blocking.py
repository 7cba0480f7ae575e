"""Blocked numbers: who may not be served but for a loss report, until when and why; each act audited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cti.services.ports import Audit, Clock, Refused

LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One blocked number, in clear; masked at the edge. ``block_id`` 0: not kept yet."""

    block_id: int = 0
    number: str
    since: datetime
    until: datetime
    by: str
    reason: str


class BlockStore(Protocol):
    """Where blocks are kept. Every method raises HistoryDown."""

    async def block(self, number: str, block: Block) -> bool:
        """Block the number, or change how long; False for what is no number."""
        ...

    async def unblock(self, number: str, now: datetime) -> Block | None:
        """Lift the number's block; the block as it was, None where there was none."""
        ...

    async def lift(self, block_id: int, now: datetime) -> Block | None:
        """Lift a block by its own number."""
        ...

    async def blocked(self, now: datetime) -> Sequence[Block]:
        """Every block in force."""
        ...


class Blocking:
    """Blocks and lifts blocks. Numbers reach the audit through ``masked``."""

    def __init__(
        self, store: BlockStore, audit: Audit, now: Clock, masked: Callable[[str], str]
    ) -> None:
        self._store, self._audit, self._now, self._masked = store, audit, now, masked

    async def listed(self) -> Sequence[Block]:
        """Every block in force, the one that ends first in front. Raises HistoryDown."""
        return await self._store.blocked(self._now())

    async def block(self, number: str, days: int, *, by: str, reason: str) -> Block:
        """Block a number for so many days. Raises Refused, HistoryDown."""
        if not 0 < days <= LONGEST_DAYS:
            raise Refused("block_days", longest=LONGEST_DAYS)
        now = self._now()
        block = Block(
            number=number, since=now, until=now + timedelta(days=days), by=by, reason=reason
        )
        # First the audit: nobody may be shut out without a line that says by whom.
        await self._note(by, "number.block", number, reason)
        if not await self._store.block(number, block):
            raise Refused("block_number")
        return block

    async def unblock(self, number: str, *, by: str, reason: str) -> None:
        """Lift a number's block. Raises Refused where there is none, HistoryDown."""
        self._there(await self._store.unblock(number, self._now()))
        await self._note(by, "number.unblock", number, reason)

    async def lift(self, block_id: int, *, by: str, reason: str) -> None:
        """Lift a block of the list. Raises Refused where it is gone, HistoryDown."""
        found = self._there(await self._store.lift(block_id, self._now()))
        await self._note(by, "number.unblock", found.number, reason)

    @staticmethod
    def _there(found: Block | None) -> Block:
        if found is None:
            raise Refused("not_blocked")
        return found

    async def _note(self, by: str, action: str, number: str, reason: str) -> None:
        await self._audit.note(by, action, self._masked(number), reason=reason, at=self._now())
