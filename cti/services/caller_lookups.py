"""The sources of ``lookup`` nodes."""

from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from cti.services.ports import Customers

SOURCES = ("claims.status",)
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
