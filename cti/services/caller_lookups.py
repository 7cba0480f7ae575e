"""What the menu may ask about a caller: his classes at arrival, and the sources of ``lookup`` nodes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from cti.core.ivr.conditions import Value
from cti.services.ports import Customers

log = logging.getLogger(__name__)

CLASS_LIMIT_S = 0.5
SOURCES = ("claims.status",)
CLASSES = ("anonymous", "known", "vip")
REPORT_TAIL = 4


class UnknownSource(LookupError):
    """No source of that name: `cti check` refuses such a tree."""


class CustomerLookups:
    """The Lookups port over the customer table."""

    def __init__(self, customers: Customers, zone: ZoneInfo) -> None:
        self._customers, self._zone = customers, zone
        self._sources: Mapping[
            str, Callable[[Mapping[str, str]], Awaitable[Mapping[str, str] | None]]
        ]
        self._sources = {"claims.status": self._claim_status}

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """Values for the tree. Raises UnknownSource, HistoryDown."""
        try:
            ask = self._sources[source]
        except KeyError:
            raise UnknownSource(source) from None
        return await ask(arguments)

    async def _claim_status(self, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """``report_no`` (last 8 digits) → ``state``, ``tail``, ``reported_on`` (a date)."""
        claim = await self._customers.claim(arguments["report_no"])
        if claim is None:
            return None
        reported_on = claim.reported_at.astimezone(self._zone).date()
        return {
            "state": claim.state,
            "tail": claim.report_no[-REPORT_TAIL:],
            "reported_on": reported_on.isoformat(),
        }


async def caller_classes(customers: Customers, number: str) -> Mapping[str, Value]:
    """``known``, ``vip`` for conditions; nothing where the table does not answer in time."""
    if not number:
        return {"anonymous": True}
    try:
        async with asyncio.timeout(CLASS_LIMIT_S):
            found = await customers.by_number(number)
    except Exception as wrong:
        log.warning("caller classes unknown: %s", type(wrong).__name__)
        return {}
    segments = {customer.segment for customer in found}
    return {"known": bool(found), "vip": "vip" in segments}
