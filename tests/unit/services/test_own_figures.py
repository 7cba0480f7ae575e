"""An agent's own day in figures."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cti.core.events import Event
from cti.core.ids import AgentId, EventId
from cti.core.measures.facts import MeasureRules
from cti.core.measures.measuring import CHINA
from cti.services.measures import Measures
from cti.services.own_figures import OwnFigures
from cti.services.ports import Recorded
from tests.unit.core.measures.lives import Life, at, journal, shift
from tests.web.measure_store import BookStore
from tests.web.memory_pop import MemoryWrapUps

RULES = MeasureRules()


def figures_of(story: list[Event], now: datetime) -> OwnFigures:
    recorded = [Recorded(EventId(f"0-{n + 1}"), one) for n, one in enumerate(story)]
    book = MemoryWrapUps()
    book.unwritten = 2
    return OwnFigures(Measures(BookStore(recorded, RULES), RULES, CHINA, lambda: now), book)


def own_day() -> list[Event]:
    """Two talks (60 s with 10 s on hold in it, 30 s) and an offer that was missed; a colleague's talk."""
    first = Life("c-1", 1000).arrive().queue_up("motor").offer("1001").answer("1001")
    first.hold("1001", 10).end_talk("1001", 45, wrap_s=20).end()
    second = Life("c-2", 2000).arrive().queue_up("motor").offer("1001").answer("1001")
    second.end_talk("1001", 30, wrap_s=40).end()
    missed = Life("c-3", 3000).arrive().queue_up("motor").offer("1001").miss("1001")
    missed.leave("abandoned").end()
    others = Life("c-4", 4000).arrive().queue_up("motor").offer("1002").answer("1002")
    others.end_talk("1002", 500).end()
    return journal(first, second, missed, others, shift("1001", 0, 8000))


async def test_the_day_counts_the_agents_own_offers_talks_and_misses() -> None:
    now = at(9000)
    found = await figures_of(own_day(), now).today(AgentId("1001"), now)
    assert (found.offered, found.answered, found.talks, found.missed) == (3, 2, 2, 1)
    assert (found.talk_mean_s, found.wrap_up_mean_s) == (45.0, 30.0)
    assert (found.transfers, found.wrap_ups_missing) == (0, 2)
    assert found.occupancy is not None
    assert 0 < found.occupancy < 1


async def test_the_day_begins_at_midnight_of_the_centre() -> None:
    now = at(9000)
    found = await figures_of(own_day(), now).today(AgentId("1001"), now)
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    assert (found.since, found.until) == (midnight, now)


async def test_yesterdays_calls_are_not_of_today() -> None:
    tomorrow = at(9000) + timedelta(days=1)
    found = await figures_of(own_day(), tomorrow).today(AgentId("1001"), tomorrow)
    assert (found.offered, found.talks) == (0, 0)


async def test_at_midnight_the_day_is_empty() -> None:
    midnight = datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = await figures_of([], midnight).today(AgentId("1001"), midnight)
    assert (found.offered, found.talks, found.missed, found.transfers) == (0, 0, 0, 0)
    assert (found.talk_mean_s, found.wrap_up_mean_s, found.occupancy) == (None, None, None)
    assert found.since == midnight
    assert found.until - found.since == timedelta(0)
