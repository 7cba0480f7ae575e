"""What is known of a caller when he arrives: his classes, his points, the language he chose before.

All sources are asked at once, and together they have half a second: what has not answered by then is
left out, and the caller goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol, TypeVar

from cti.core.acd.sticky import Known
from cti.core.callers import SEGMENTS, CallerClass, CallerProfile, CallerRules
from cti.services.ports import Clock, Customer, Customers, HistoryDown

log = logging.getLogger(__name__)

CLASSES = tuple(one.value for one in CallerClass)
MOST_UNWRITTEN = 1000

Found = AbstractSet[CallerClass]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCalls:
    """What a number did lately: how many calls arrived, and whether one left a queue unserved."""

    calls: int = 0
    abandoned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is kept of a number: whether it is blocked now, and the language its caller chose."""

    blocked: bool = False
    language: str = ""


class CallerNumbers(Protocol):
    """What is remembered of numbers. Every method raises HistoryDown."""

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        """What is kept; a language chosen before ``chosen_since`` is forgotten."""
        ...

    async def recent(self, number: str, since: datetime, left_since: datetime) -> RecentCalls:
        """Calls that arrived at ``since`` or later, and one that left a queue at ``left_since``."""
        ...

    async def known(self, number: str, talked_since: datetime, left_since: datetime) -> Known:
        """The agent of a talk that ended at ``talked_since`` or later, and the place that was given up
        at ``left_since`` or later, unless the caller has rung again since."""
        ...

    async def remember_language(self, number: str, language: str, at: datetime) -> None:
        """Keep the language for the next time."""
        ...

    async def forget_languages(self, chosen_before: datetime) -> int:
        """Remove what is too old to be used; how many."""
        ...


class Callers(Protocol):
    """What a visit asks about its caller."""

    async def about(self, number: str) -> CallerProfile:
        """All that can be known in time; never raises."""
        ...

    def chose_language(self, number: str, language: str) -> None:
        """Keep it for his next call. Never waits."""
        ...


class CallerClasses:
    """``Callers`` over the customer table and the memory of numbers; ``run`` writes languages."""

    def __init__(
        self,
        rules: CallerRules,
        customers: Customers,
        numbers: CallerNumbers,
        zone: tzinfo,
        now: Clock,
    ) -> None:
        self._rules, self._customers, self._numbers = rules, customers, numbers
        self._zone, self._now = zone, now
        self._unwritten: asyncio.Queue[tuple[str, str, datetime]] = asyncio.Queue(MOST_UNWRITTEN)

    async def about(self, number: str) -> CallerProfile:
        """Classes in a fixed order. Logs which source did not answer, never for whom."""
        if not number:
            return CallerProfile(classes=(CallerClass.ANONYMOUS,))
        (customers, recent, kept), known = await asyncio.gather(
            self._asked(number), self._known(number)
        )
        found: set[CallerClass] = set()
        if customers is not None:
            found |= classes_of(customers, self._rules, self._now())
        if recent is not None:
            found |= _lately(recent, self._rules)
        if kept is not None and kept.blocked:
            found.add(CallerClass.BLOCKED)
        stranger = customers is not None and not any(one.policies for one in customers)
        return CallerProfile(
            classes=tuple(one for one in CallerClass if one in found),
            points=self._rules.points_of(found, stranger=stranger),
            language=kept.language if kept else "",
            known=known,
        )

    async def _asked(
        self, number: str
    ) -> tuple[Sequence[Customer] | None, RecentCalls | None, Remembered | None]:
        now, limit_s = self._now(), self._rules.limit_s
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        left_since = now - timedelta(seconds=self._rules.abandoned_within_s)
        chosen_since = now - timedelta(days=self._rules.language_kept_days)
        recent = self._numbers.recent(number, midnight, left_since)
        kept = self._numbers.remembered(number, now, chosen_since)
        return await asyncio.gather(
            _in_time("customers", self._customers.by_number(number), limit_s),
            _in_time("recent calls", recent, limit_s),
            _in_time("remembered", kept, limit_s),
        )

    async def _known(self, number: str) -> Known | None:
        now, sticky = self._now(), self._rules.sticky
        talked_since = now - timedelta(seconds=sticky.within_s)
        left_since = now - timedelta(seconds=sticky.place_s)
        asked = self._numbers.known(number, talked_since, left_since)
        return await _in_time("earlier calls", asked, self._rules.limit_s)

    def chose_language(self, number: str, language: str) -> None:
        """Keep it for his next call; given up where the database has been away for long."""
        if not number:
            return
        try:
            self._unwritten.put_nowait((number, language, self._now()))
        except asyncio.QueueFull:
            log.warning("a chosen language is not kept", extra={"fact": "language_lost"})

    async def run(self) -> None:
        """Write down chosen languages for ever."""
        swept_on: date | None = None
        while True:
            number, language, at = await self._unwritten.get()
            try:
                await self._numbers.remember_language(number, language, at)
                if swept_on != at.date():
                    kept = timedelta(days=self._rules.language_kept_days)
                    await self._numbers.forget_languages(at - kept)
                    swept_on = at.date()
            except HistoryDown as down:
                log.warning(
                    "a chosen language is not kept: %s", down, extra={"fact": "language_lost"}
                )


async def _in_time(name: str, asked: Awaitable[T], limit_s: float) -> T | None:
    try:
        async with asyncio.timeout(limit_s):
            return await asked
    except Exception as wrong:
        # Its message may hold the number.
        why = "late" if isinstance(wrong, TimeoutError) else type(wrong).__name__
        log.warning(
            "caller classes without %s: %s", name, why, extra={"fact": "caller_class_unknown"}
        )
        return None


def classes_of(customers: Sequence[Customer], rules: CallerRules, now: datetime) -> Found:
    """The classes of all customers with that number."""
    found = {CallerClass(one.segment) for one in customers if one.segment in SEGMENTS}
    alerts = {alert for one in customers for alert in one.alerts}
    told = {
        CallerClass.KNOWN: bool(customers),
        CallerClass.ELDERLY: any(rules.is_elderly(one.birth_year, now) for one in customers),
        CallerClass.OPEN_COMPLAINT: any(one.open_complaint for one in customers),
        CallerClass.GREEN: bool(alerts & rules.green_alerts),
    }
    return found | {one for one, true in told.items() if true}


def _lately(recent: RecentCalls, rules: CallerRules) -> Found:
    # The call that arrives now is the one more.
    repeat = recent.calls + 1 >= rules.repeat_from_call
    told = {CallerClass.REPEAT: repeat, CallerClass.ABANDONED_RECENTLY: recent.abandoned}
    return {one for one, true in told.items() if true}
