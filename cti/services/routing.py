"""The Routing port: supervisors' wishes about waiting calls go to the floor, and into the audit."""

import logging
from dataclasses import asdict
from datetime import datetime

from cti.core.acd.decision import excluded_from
from cti.core.acd.routing_signals import ChangeWaitingCall
from cti.core.ids import CallId
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Audit, Clock, HistoryDown
from cti.services.routing_ports import Change, Standing

log = logging.getLogger(__name__)


class FloorRouting:
    """Over the dispatcher's floor."""

    def __init__(self, dispatcher: Dispatcher, audit: Audit, now: Clock) -> None:
        self._dispatcher, self._audit, self._now = dispatcher, audit, now

    async def change(self, wish: Change) -> None:
        """Move the call or change its priority. Raises Refused, with nothing changed."""
        await self._dispatcher.ask(ChangeWaitingCall(**asdict(wish)))
        try:
            await self._audit.note(
                wish.by, "waiting.change", wish.call_id, reason=wish.reason, at=self._now()
            )
        except HistoryDown:
            # The journal has the fact, with its reason: a database that is away must not undo it.
            log.error("audit line lost", extra={"fact": "audit_lost", "action": "waiting.change"})

    def standing(self, call_id: CallId, now: datetime) -> Standing | None:
        """None for a call that does not wait."""
        floor = self._dispatcher.floor
        if not floor.router.holds(call_id):
            return None
        found = floor.router.explain(call_id, now)
        return Standing(
            queue=found.queue,
            waited_s=round(found.waited_s, 3),
            points=round(found.points, 3),
            step=found.step,
            wish=found.wish,
            needs=found.needs,
            ahead=found.ahead,
            candidates=found.candidates,
            excluded=excluded_from(found, floor.agents.values()),
        )
