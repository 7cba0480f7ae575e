"""Every night the journal is held against what Asterisk wrote down, and the differences are kept."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from cti.core.crosscheck.compare import Discrepancy, Records, discrepancies
from cti.core.crosscheck.seen import CelLine, channels
from cti.core.crosscheck.told import told_calls
from cti.core.events import AgentLoggedOn, Event
from cti.core.ids import AgentId
from cti.core.queue_log import QueueLogLine
from cti.services.ports import Clock, HistoryDown

log = logging.getLogger(__name__)

AT = time(3, 30)
"""When the day before is checked: its last calls are long over by then."""
LONGEST_CALL = timedelta(hours=3)
SHIFT = timedelta(hours=16)
LOOK_EVERY_S = 300.0
ONE_DAY = timedelta(days=1)


class CheckedRecords(Protocol):
    """What both sides wrote down. Each raises HistoryDown where SQL is away."""

    async def facts(self, since: datetime, until: datetime) -> Sequence[Event]:
        """The journal's facts of calls and sign-ins, in their order."""
        ...

    async def queue_log(self, since: datetime, until: datetime) -> Sequence[QueueLogLine]:
        """queue_log's lines."""
        ...

    async def seen(self, since: datetime, until: datetime) -> Sequence[CelLine]:
        """Asterisk's channel events."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDay:
    """The result of one day."""

    day: date
    checked_at: datetime
    calls: int
    channels: int
    lines: int
    discrepancies: tuple[Discrepancy, ...]


class CheckBook(Protocol):
    """Results in SQL. Each method raises HistoryDown."""

    async def put(self, checked: CheckedDay) -> None:
        """Keep the result, in place of an earlier one of that day."""
        ...

    async def last(self) -> CheckedDay | None:
        """The newest day that was checked."""
        ...


class CrossCheck:
    """``run`` checks every night; ``check`` one day when asked. ``sits_at``: extension → agent, where
    nobody's sign-in tells otherwise."""

    def __init__(
        self,
        records: CheckedRecords,
        book: CheckBook,
        sits_at: Mapping[str, AgentId],
        zone: ZoneInfo,
        now: Clock,
    ) -> None:
        self._records, self._book, self._sits_at = records, book, sits_at
        self._zone, self._now = zone, now
        self.last: CheckedDay | None = None

    async def run(self) -> None:
        """Until cancelled. A day that could not be checked is tried again."""
        while True:
            try:
                await self._nightly()
            except HistoryDown as down:
                log.warning("cross-check waits: %s", down, extra={"fact": "cross_check_waits"})
            await asyncio.sleep(LOOK_EVERY_S)

    async def _nightly(self) -> None:
        local = self._now().astimezone(self._zone)
        self.last = self.last or await self._book.last()
        yesterday = local.date() - ONE_DAY
        if local.time() >= AT and (self.last is None or self.last.day < yesterday):
            await self.check(yesterday)

    async def check(self, day: date) -> CheckedDay:
        """Compare one day's calls, by the day on which they began. Raises HistoryDown."""
        since = datetime.combine(day, time(), self._zone)
        until = since + ONE_DAY
        facts = await self._records.facts(since - SHIFT, until + LONGEST_CALL)
        lines = await self._records.queue_log(since, until + LONGEST_CALL)
        cel = await self._records.seen(since - LONGEST_CALL, until + LONGEST_CALL)
        told = {
            call_id: call
            for call_id, call in told_calls(facts).items()
            if since <= call.arrived_at < until
        }
        seen = channels(cel, until + LONGEST_CALL)
        of_day = {
            name: each
            for name, each in seen.items()
            if not each.is_caller or since <= each.began_at < until
        }
        records = Records(
            told=told,
            seen=of_day,
            lines=[line for line in lines if line.call in told],
            agent_at=seating(facts, self._sits_at),
        )
        checked = CheckedDay(
            day=day,
            checked_at=self._now(),
            calls=len(told),
            channels=sum(since <= each.began_at < until for each in seen.values()),
            lines=len(records.lines),
            discrepancies=discrepancies(records),
        )
        await self._book.put(checked)
        self.last = checked
        _tell(checked)
        return checked


def seating(
    facts: Iterable[Event], usual: Mapping[str, AgentId]
) -> Callable[[str, datetime], AgentId | None]:
    """Who sat at an extension at a moment, by the sign-ins before it."""
    by_extension: dict[str, list[tuple[datetime, AgentId]]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact, AgentLoggedOn):
            by_extension[fact.extension].append((fact.at, fact.agent_id))

    def agent_at(extension: str, at: datetime) -> AgentId | None:
        before = [agent for signed_in, agent in by_extension.get(extension, ()) if signed_in <= at]
        return before[-1] if before else usual.get(extension)

    return agent_at


def _tell(checked: CheckedDay) -> None:
    found = len(checked.discrepancies)
    log.log(
        logging.WARNING if found else logging.INFO,
        "cross-check of %s: %d calls, %d discrepancies",
        checked.day,
        checked.calls,
        found,
        extra={"fact": "cross_check", "day": str(checked.day), "discrepancies": found},
    )
