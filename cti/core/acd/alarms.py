"""The moments at which the floor wants to be woken, one for each agent and call. Pure.

Asked for after every signal, so the cost must not grow with agents and calls: a heap, in which an
entry counts only while it is the one last set.
"""

from datetime import datetime
from heapq import heapify, heappop, heappush

_SLACK = 64


class Alarms:
    """One moment a name, and the earliest of them."""

    __slots__ = ("_at", "_heap")

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, name: str, at: datetime | None) -> None:
        """The moment of ``name`` is this one from now on; None: it has none."""
        if at is None:
            self._at.pop(name, None)
        elif self._at.get(name) != at:
            self._at[name] = at
            heappush(self._heap, (at, name))
            if len(self._heap) > 2 * len(self._at) + _SLACK:
                self._heap = [(moment, each) for each, moment in self._at.items()]
                heapify(self._heap)

    def earliest(self) -> datetime | None:
        """The first moment of all."""
        heap, at = self._heap, self._at
        while heap and at.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def due(self, now: datetime) -> list[str]:
        """Whose moment has come, the earliest first; they keep it until they are set anew."""
        heap, come = self._heap, dict[tuple[datetime, str], None]()
        while heap and heap[0][0] <= now:
            entry = heappop(heap)
            if self._at.get(entry[1]) == entry[0]:
                come[entry] = None
        for entry in come:
            heappush(heap, entry)
        return [name for _, name in come]
