"""Routing in memory: what was asked of waiting calls."""

from datetime import datetime

from cti.core.ids import CallId
from cti.services.ports import Refused
from cti.services.routing_ports import Change, Standing


class MemoryRouting:
    """``Routing`` that writes down what it was asked."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.standings: dict[CallId, Standing] = {}

    async def change(self, wish: Change) -> None:
        if wish.call_id not in self.standings:
            raise Refused("not_waiting")
        self.changes.append(wish)

    def standing(self, call_id: CallId, now: datetime) -> Standing | None:
        return self.standings.get(call_id)
