"""The wallboard: who waits, how the day goes, what the agents do. Right again soon after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.ids import EventId, QueueName
from cti.core.measures.facts import MeasureRules, epoch_ms
from cti.core.measures.figures import Figure
from cti.core.measures.registry import figures
from cti.core.measures.tallies import Cell
from cti.core.measures.today import CENTRE, Today
from cti.services.feed import CutOff, Feed, Subscription, place
from cti.services.measure_ports import MeasureEvents
from cti.services.ports import EventStream, HistoryDown, Recorded, StoreDown

log = logging.getLogger(__name__)

STORY_BEFORE = timedelta(hours=12)
"""Calls that began so long before midnight may still be under way."""
OVERLAP_MS = 60_000
RETRY_S = 1.0
PENDING_EVERY_S = 15.0
WAITING = (CallPhase.WAITING, CallPhase.RESERVED, CallPhase.RINGING, CallPhase.WHISPER)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """Counts of the day; shares of 1, None while there is nothing to divide by."""

    arrived: int
    handled_in: int
    handled_out: int
    answered: int
    abandoned: int
    answer_rate: float | None
    service_level: float | None
    service_level_now: float | None
    """Of the last thirty minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBoard:
    """A queue; ``waiting_since`` is when the longest waiting caller joined it."""

    queue: str
    waiting: int
    waiting_since: datetime | None
    callbacks: int
    today: DayFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class StateBoard:
    """So many agents in a state, for whom it has lasted longest, and since when."""

    state: str
    reason: str
    agents: int
    longest_agent_id: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What waits for people: work items, and how many of them are due; complaints to be answered within two
    days, and those whose day has passed; reported losses that nobody was sent to."""

    work_open: int = 0
    work_due: int = 0
    complaints_due: int = 0
    complaints_overdue: int = 0
    undispatched: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """``complete`` is false until the day's events were read after a start."""

    at: datetime
    complete: bool
    centre: DayFigures
    waiting: int
    waiting_since: datetime | None
    callbacks: int
    pending: Pending
    queues: Sequence[QueueBoard]
    states: Sequence[StateBoard]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardParts:
    """``snapshot`` gives agents and live calls as they stand; ``pending`` what waits for people."""

    feed: Feed
    stream: EventStream
    events: MeasureEvents
    snapshot: Callable[[], tuple[Sequence[Agent], Sequence[Call]]]
    pending: Callable[[], Awaitable[Pending]]
    queues: Sequence[QueueName]
    rules: MeasureRules
    zone: tzinfo
    now: Callable[[], datetime]


class Wallboard:
    """``run`` until cancelled; ``version`` grows with every change of what is shown."""

    def __init__(self, parts: BoardParts) -> None:
        self._parts = parts
        self._today = Today(parts.rules, epoch_ms(self._midnight()))
        self._pending = Pending()
        self._figures = figures(parts.rules)
        self.complete = False
        self.version = 0

    async def run(self) -> None:
        """Follow the journal; after a gap, read the day anew."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_pending())
            while True:
                with self._parts.feed.subscribe() as news:
                    try:
                        await self._follow(news)
                    except (CutOff, HistoryDown, StoreDown) as why:
                        log.warning("wallboard reads the day anew: %s", why)
                self.complete = False
                await asyncio.sleep(RETRY_S)

    async def _follow(self, news: Subscription) -> None:
        last = await self._read_day()
        self.complete = True
        self.version += 1
        while True:
            for one in await news.next():
                if place(one.event_id) > last:
                    self._today.see(one.event)
                    # Agents and waiting calls are not among the sums, but are shown.
                    self.version += 1

    async def _read_day(self) -> tuple[int, int]:
        """Fold the day's events; the place of the last one."""
        midnight = self._midnight()
        self._today = Today(self._parts.rules, epoch_ms(midnight))
        found: dict[EventId, Recorded] = {}
        async for page in self._parts.events.since(midnight - STORY_BEFORE):
            found |= {one.event_id: one for one in page}
        last_ms = max((place(each)[0] for each in found), default=epoch_ms(midnight))
        # History lags behind the journal: its end is read from the journal itself.
        after = EventId(f"{max(0, last_ms - OVERLAP_MS)}-0")
        while page := await self._parts.stream.read_after(after):
            found |= {one.event_id: one for one in page}
            after = page[-1].event_id
        for one in sorted(found.values(), key=lambda one: place(one.event_id)):
            self._today.see(one.event)
        return max(map(place, found), default=(0, 0))

    async def _watch_pending(self) -> None:
        while True:
            try:
                fresh = await self._parts.pending()
            except HistoryDown:
                fresh = self._pending
            self.version += fresh != self._pending
            self._pending = fresh
            await asyncio.sleep(PENDING_EVERY_S)

    def _midnight(self) -> datetime:
        local = self._parts.now().astimezone(self._parts.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def board(self) -> Board:
        """All of it, as it stands now."""
        if (begin_ms := epoch_ms(self._midnight())) != self._today.begin_ms:
            self._today.roll(begin_ms)
        agents, calls = self._parts.snapshot()
        waiting = [c for c in calls if c.phase in WAITING and c.ticket is None and c.queued_at]
        tickets = [call for call in calls if call.ticket is not None]
        return Board(
            at=self._parts.now(),
            complete=self.complete,
            centre=self._day_of(CENTRE),
            waiting=len(waiting),
            waiting_since=_oldest(waiting),
            callbacks=len(tickets),
            pending=self._pending,
            queues=[self._queue(name, waiting, tickets) for name in self._parts.queues],
            states=list(_states(agents)),
        )

    def _queue(
        self, name: QueueName, waiting: Sequence[Call], tickets: Sequence[Call]
    ) -> QueueBoard:
        mine = [call for call in waiting if call.queue == name]
        return QueueBoard(
            queue=name,
            waiting=len(mine),
            waiting_since=_oldest(mine),
            callbacks=sum(call.queue == name for call in tickets),
            today=self._day_of(name),
        )

    def _day_of(self, row: str) -> DayFigures:
        day = self._today.day(row)
        window = self._today.window(row, epoch_ms(self._parts.now()))
        return DayFigures(
            arrived=self._count("arrived", day),
            handled_in=self._count("traffic_in", day),
            handled_out=self._count("traffic_out", day),
            answered=self._count("answered", day),
            abandoned=self._count("abandon_rate", day),
            answer_rate=_share(self._figures["answer_rate"], day),
            service_level=_share(self._figures["service_level_5"], day),
            service_level_now=_share(self._figures["service_level_5"], window),
        )

    def _count(self, name: str, cell: Cell) -> int:
        return self._figures[name].value(cell).numerator


def _share(figure: Figure, cell: Cell) -> float | None:
    found = figure.value(cell).shown
    return None if found is None else round(found, 4)


def _oldest(waiting: Sequence[Call]) -> datetime | None:
    return min((call.queued_at for call in waiting if call.queued_at), default=None)


def _state_of(agent: Agent) -> tuple[str, str]:
    if agent.state is not AgentState.IDLE:
        return agent.state.value, ""
    reason = agent.reason or "" if agent.status is AgentStatus.NOT_READY else ""
    return agent.status.value, reason


def _since(agent: Agent) -> datetime:
    return agent.since or datetime.max.replace(tzinfo=UTC)


def _states(agents: Sequence[Agent]) -> Iterator[StateBoard]:
    here = [agent for agent in agents if agent.status is not AgentStatus.LOGGED_OUT]
    counted = Counter(map(_state_of, here))
    for state, reason in sorted(counted):
        mine = [each for each in here if _state_of(each) == (state, reason) and each.since]
        longest = min(mine, key=_since, default=None)
        found = StateBoard(
            state=state,
            reason=reason,
            agents=counted[state, reason],
            longest_agent_id="",
            since=None,
        )
        if longest is not None:
            found = replace(found, longest_agent_id=longest.agent_id, since=longest.since)
        yield found
