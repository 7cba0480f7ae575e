"""Figures: what keeps them, answers for them and shows them live. This part of the composition root."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.config_models import Configuration
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.clock.hours import Calendar
from cti.core.measures.bands import Bands
from cti.core.measures.facts import MeasureRules
from cti.core.measures.paid import Roster
from cti.lasting import Parts
from cti.services.feed import Feed
from cti.services.journal_writer import JournalWriter
from cti.services.measure_drilldown import DrillDown
from cti.services.measures import Measures
from cti.services.queue_lengths import QueueLengths
from cti.services.wallboard import BoardParts, Pending, Wallboard
from cti.services.work_ports import WorkBook, WorkQuery
from cti.store.redis_stream import MeasureGroup, RedisStream
from cti.store.sql_due import complaints_due, undispatched
from cti.store.sql_figures import SqlFigures
from cti.store.sql_measures import SqlMeasures
from cti.store.sql_recompute import SqlMeasureEvents
from cti.web.parts import MeasureParts

MOST_WORK = 500
GATHER_S = 1.0
"""Contacts and agents are folded anew for each batch: a longer pause than history's, and less often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What the figures stand on; ``snapshot`` gives agents and live calls as they stand, ``calendar`` the
    opening hours in force."""

    configuration: Configuration
    redis: Redis
    engine: AsyncEngine
    feed: Feed
    prefix: str
    work: WorkBook
    snapshot: Callable[[], tuple[Sequence[Agent], Sequence[Call]]]
    calendar: Callable[[], Calendar | None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """What others use, and the tasks that must run."""

    measures: Measures
    web: MeasureParts
    tasks: Parts


def measuring(base: Base) -> Measuring:
    """Everything, built; nothing runs yet."""
    rules = measure_rules(base.configuration)
    settings = base.configuration.settings
    measures = measures_on(base.engine, base.configuration, base.calendar, base.now)
    board = Wallboard(
        BoardParts(
            feed=base.feed,
            stream=RedisStream(base.redis, base.prefix),
            events=SqlMeasureEvents(base.engine),
            snapshot=base.snapshot,
            pending=lambda: _pending(base, measures.zone),
            queues=list(base.configuration.policies()),
            rules=rules,
            zone=measures.zone,
            now=base.now,
        )
    )
    lengths = QueueLengths(measures.store, lambda: base.snapshot()[1], measures.zone, base.now)
    drill_down = DrillDown(measures)
    group = MeasureGroup(base.redis, settings.node, base.prefix)
    return Measuring(
        measures=measures,
        web=MeasureParts(measures=measures, drill_down=drill_down, board=board, lengths=lengths),
        tasks={
            "measures": JournalWriter(
                group, SqlMeasures(base.engine, rules), gather_s=GATHER_S
            ).run,
            "wallboard": board.run,
        },
    )


def measures_on(
    engine: AsyncEngine,
    configuration: Configuration,
    calendar: Callable[[], Calendar | None],
    now: Callable[[], datetime],
) -> Measures:
    """The figures of a database, by the house's rules and roster."""
    rules = measure_rules(configuration)
    zone = ZoneInfo(configuration.settings.time_zone)
    roster = Roster(shifts=configuration.shifts(), calendar=calendar)
    return Measures(SqlFigures(engine, rules), rules, zone, now, roster)


def measure_rules(configuration: Configuration) -> MeasureRules:
    """How this house counts; a queue's own target says within how many seconds."""
    given = configuration.settings.measures
    policies = configuration.policies()
    return MeasureRules(
        excluded=frozenset(given.exclude),
        within_by_queue_s={name: each.target.within_s for name, each in policies.items()},
        callback_within_s=given.callback_within_s,
        satisfied=frozenset(given.satisfied),
        off_reasons=frozenset(given.off_reasons),
        repeat_days=given.repeat_days,
        bands=Bands(given.wait_bands_s),
    )


async def _pending(base: Base, zone: tzinfo) -> Pending:
    items = await base.work.find(WorkQuery(limit=MOST_WORK))
    due, overdue = await complaints_due(base.engine, base.now().astimezone(zone).date())
    return Pending(
        work_open=len(items),
        work_due=sum(item.due_at <= base.now() for item in items),
        complaints_due=due,
        complaints_overdue=overdue,
        undispatched=await undispatched(base.engine),
    )
