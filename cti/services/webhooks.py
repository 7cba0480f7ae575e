"""Tells other systems of facts: each at least once, tried again for days, and kept when in vain."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cti.core.circuit import Circuit, CircuitRules, CircuitState, admitted, failed, succeeded
from cti.core.ids import EventId
from cti.core.webhooks import GONE, DeliveryState, Hook
from cti.services.ports import Clock, HistoryDown, Recorded

log = logging.getLogger(__name__)

AT_ONCE = 8
LOOK_EVERY_S = 1.0
CLAIM = timedelta(seconds=60)
"""So long a delivery belongs to the node that took it; longer than any receiver's time."""
LONGEST_ERROR = 200
RULES = CircuitRules(failures=5, rest_s=15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """One fact for one receiver."""

    hook: str
    event_id: EventId
    type: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One that is due; ``attempts`` counts the one that follows now."""

    delivery_id: int
    hook: str
    event_id: EventId
    body: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt ended: ``next_at`` is for one that stays pending."""

    delivery_id: int
    state: DeliveryState
    at: datetime
    next_at: datetime | None = None
    error: str = ""


class DeliveryBook(Protocol):
    """Deliveries in SQL. Each method raises HistoryDown."""

    async def add(self, new: Sequence[NewDelivery], at: datetime) -> None:
        """Those that are there already are left alone."""
        ...

    async def claim(
        self, hook: str, now: datetime, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        """Due deliveries of one receiver, oldest first, nobody else's until ``until``."""
        ...

    async def ended(self, ended: Ended) -> None:
        """Write down how an attempt ended."""
        ...


class HookPost(Protocol):
    """The way out."""

    async def post(self, hook: Hook, event_id: EventId, body: bytes) -> int:
        """The receiver's HTTP status. Raises ConnectionError or TimeoutError."""
        ...


class HookCollector:
    """``EventStore`` of a journal writer: turns facts into deliveries. ``told`` is a fact as JSON for
    one receiver, or None where it is not for outside."""

    def __init__(
        self,
        hooks: Sequence[Hook],
        book: DeliveryBook,
        told: Callable[[Hook, Recorded], str | None],
        now: Clock,
    ) -> None:
        self._hooks, self._book, self._told, self._now = hooks, book, told, now

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """All or none. Raises HistoryDown."""
        found = [
            NewDelivery(hook=hook.name, event_id=one.event_id, type=one.event.TYPE, body=body)
            for one in recorded
            for hook in self._hooks
            if hook.wants(one.event.TYPE) and (body := self._told(hook, one)) is not None
        ]
        if found:
            await self._book.add(found, self._now())


class HookSender:
    """``run`` must be running. A receiver that is down is left alone for a while, not hammered."""

    def __init__(
        self,
        hooks: Sequence[Hook],
        book: DeliveryBook,
        post: HookPost,
        now: Clock,
        rules: CircuitRules = RULES,
    ) -> None:
        self._hooks: Mapping[str, Hook] = {hook.name: hook for hook in hooks}
        self._book, self._post, self._now, self._rules = book, post, now, rules
        self._circuits = dict.fromkeys(self._hooks, Circuit())
        self._down = False
        self.sent = self.dead = 0

    async def run(self) -> None:
        """Until cancelled."""
        if not self._hooks:
            return
        while True:
            try:
                while await self._round():
                    pass
                self._down = False
            except HistoryDown as down:
                if not self._down:
                    log.warning("webhooks wait: %s", down, extra={"fact": "webhooks_wait"})
                self._down = True
            await asyncio.sleep(LOOK_EVERY_S)

    async def _round(self) -> bool:
        """One batch for each receiver that may be tried now; False when there was none."""
        return any(await asyncio.gather(*(self._batch(name) for name in self._hooks)))

    async def _batch(self, name: str) -> bool:
        now = self._now()
        circuit = admitted(self._circuits[name], self._rules, now.timestamp())
        if circuit is None:
            return False
        probing = circuit.state is not CircuitState.CLOSED
        due = await self._book.claim(name, now, now + CLAIM, 1 if probing else AT_ONCE)
        if due:
            self._circuits[name] = circuit
        await asyncio.gather(*(self._attempt(each) for each in due))
        return bool(due)

    async def _attempt(self, delivery: Delivery) -> None:
        hook = self._hooks[delivery.hook]
        status, error = 0, ""
        try:
            async with asyncio.timeout(hook.timeout_s):
                status = await self._post.post(hook, delivery.event_id, delivery.body.encode())
        except (OSError, TimeoutError) as wrong:
            error = f"{type(wrong).__name__}: {wrong}"[:LONGEST_ERROR]
        await self._book.ended(self._judged(hook, delivery, status, error))

    def _judged(self, hook: Hook, delivery: Delivery, status: int, error: str) -> Ended:
        now, circuit = self._now(), self._circuits[hook.name]
        if 200 <= status < 300:
            self._circuits[hook.name] = succeeded(circuit)
            self.sent += 1
            return Ended(delivery_id=delivery.delivery_id, state=DeliveryState.DONE, at=now)
        self._circuits[hook.name] = failed(circuit, self._rules, now.timestamp())
        error = error or f"HTTP {status}"
        next_at = None if status == GONE else hook.next_at(delivery.attempts, now)
        if next_at is None:
            self.dead += 1
            log.error(
                "webhook is dead: %s",
                error,
                extra={
                    "fact": "webhook_dead",
                    "hook": hook.name,
                    "delivery": delivery.delivery_id,
                },
            )
        state = DeliveryState.DEAD if next_at is None else DeliveryState.PENDING
        return Ended(
            delivery_id=delivery.delivery_id, state=state, at=now, next_at=next_at, error=error
        )
