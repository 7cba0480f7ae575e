"""An agent's own day in a few figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from cti.core.ids import AgentId
from cti.core.measures.facts import DIRECTIONS
from cti.core.measures.figures import Value
from cti.core.measures.tallies import By
from cti.services.measures import MeasureQuery, Measures
from cti.services.wrap_ups import WrapUpBook

MS = 1000
MISSED = ("ring_no_answer", "refused", "phone_failed")
TALKS = tuple(f"talks_{way}" for way in DIRECTIONS)
TALK_TIME = tuple(f"call_time_{way}" for way in DIRECTIONS)
WRAP_UP_TIME = tuple(f"wrap_up_time_{way}" for way in DIRECTIONS)
NAMES = ("offers", "transfers", "occupancy", *MISSED, *TALKS, *TALK_TIME, *WRAP_UP_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """Since midnight at the centre. Means are over all directions, hold included in talk; None where
    there was nothing to measure. How callers rated him is not among them."""

    since: datetime
    until: datetime
    offered: int
    answered: int
    missed: int
    talks: int
    talk_mean_s: float | None
    wrap_up_mean_s: float | None
    occupancy: float | None
    transfers: int
    wrap_ups_missing: int


class OwnFigures:
    """``measures`` counts, ``book`` knows the records."""

    def __init__(self, measures: Measures, book: WrapUpBook) -> None:
        self._measures, self._book = measures, book

    async def today(self, agent_id: AgentId, now: datetime) -> OwnDay:
        """Raises HistoryDown."""
        zone = self._measures.zone
        today = now.astimezone(zone).date()
        since, until = (
            datetime.combine(day, time(), zone) for day in (today, today + timedelta(days=1))
        )
        query = MeasureQuery(since=since, until=until, only={By.AGENT: agent_id}, names=NAMES)
        report = await self._measures.report(query)
        values = report.rows[-1].values if report.rows else {}
        return OwnDay(
            since=since,
            until=now,
            offered=_count(values, ["offers"]),
            answered=_count(values, [TALKS[0]]),
            missed=_count(values, MISSED),
            talks=_count(values, TALKS),
            talk_mean_s=_mean(values, TALK_TIME, MS),
            wrap_up_mean_s=_mean(values, WRAP_UP_TIME, MS),
            occupancy=_mean(values, ["occupancy"]),
            transfers=_count(values, ["transfers"]),
            wrap_ups_missing=await self._book.missing(agent_id, since),
        )


def _count(values: Mapping[str, Value], names: Sequence[str]) -> int:
    return sum(int(values[name].numerator) for name in names if name in values)


def _mean(values: Mapping[str, Value], names: Sequence[str], unit: int = 1) -> float | None:
    """Sum of numerators by sum of denominators: never a mean of means."""
    above = sum(values[name].numerator for name in names if name in values)
    below = sum(values[name].denominator or 0 for name in names if name in values)
    return round(above / below / unit, 3) if below else None
