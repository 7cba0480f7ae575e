"""What the figures need from the store."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cti.core.ids import CallId
from cti.core.measures.agent_time import Segment
from cti.core.measures.facts import Fact
from cti.core.measures.tallies import Asked, Table
from cti.core.measures.waiting import Wait
from cti.services.ports import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFact:
    """One fact behind a figure, with the number of the contact's caller (to be masked)."""

    fact: Fact
    caller_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is kept of a contact or an agent is not what its events add up to."""

    kind: str
    name: str
    kept: int
    computed: int
    first: str


class MeasureStore(Protocol):
    """Facts and times in SQL. Every method raises HistoryDown."""

    async def table(self, asked: Asked, kinds: Collection[str]) -> Table:
        """Tallies of facts of these stored kinds, by interval and row."""
        ...

    async def times(self, asked: Asked, now_ms: int) -> Table:
        """Tallies of the agents' time, by interval and row."""
        ...

    async def wrapped(self, since_ms: int, until_ms: int) -> Sequence[Fact]:
        """All records of contacts of that time, for figures that compare contacts."""
        ...

    async def facts(
        self,
        asked: Asked,
        kinds: Collection[str],
        *,
        within: Collection[str] = (),
        above_zero: Collection[str] = (),
        page: tuple[int, int],
    ) -> Sequence[CountedFact]:
        """The facts themselves, by time, ``page`` (how many to pass over, how many at most).

        Of the kinds in ``within`` only those within their limit, of those in ``above_zero`` only those
        with a value other than 0.
        """
        ...

    async def named(self, call_ids: Collection[CallId]) -> dict[str, str]:
        """Call → its caller's number."""
        ...

    async def sign_ins(self, asked: Asked) -> Sequence[Segment]:
        """The agents' time with which a sign-in began in the period, by agent and time."""
        ...

    async def waits(self, begin_ms: int, end_ms: int, queue: str | None) -> Sequence[Wait]:
        """Waits in a queue (None: in any) that are over and reach into the period."""
        ...

    async def segments(self, asked: Asked, now_ms: int) -> Sequence[Segment]:
        """The agents' time that reaches into the period."""
        ...


class MeasureEvents(Protocol):
    """The journal in SQL, for who folds it anew."""

    def since(self, at: datetime) -> AsyncIterator[Sequence[Recorded]]:
        """Events of contacts and agents that happened at ``at`` or later, in the journal's order."""
        ...
