"""The cross-check with Asterisk's own records: this part of the composition root."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.cel_log import CelLog
from cti.config_models import Configuration
from cti.core.crosscheck.seen import CelLine
from cti.core.events import Event
from cti.core.queue_log import QueueLogLine
from cti.services.cross_check import CrossCheck
from cti.services.ports import Clock
from cti.store.sql_cross_check import SqlChecks, facts_between
from cti.store.sql_queue_log import SqlQueueLog


class WrittenDown:
    """``CheckedRecords``: the journal and queue_log in SQL, CEL in Asterisk's folder."""

    def __init__(self, engine: AsyncEngine, cel: CelLog) -> None:
        self._engine, self._cel = engine, cel
        self._queue_log = SqlQueueLog(engine)

    async def facts(self, since: datetime, until: datetime) -> Sequence[Event]:
        return await facts_between(self._engine, since, until)

    async def queue_log(self, since: datetime, until: datetime) -> Sequence[QueueLogLine]:
        return await self._queue_log.lines(since, until)

    async def seen(self, since: datetime, until: datetime) -> Sequence[CelLine]:
        return await self._cel.lines(since, until)


def cross_check(configuration: Configuration, engine: AsyncEngine, now: Clock) -> CrossCheck:
    """The check of this centre's calls."""
    settings = configuration.settings
    cel = CelLog(settings.folders.of_asterisk / "log" / "cel-custom" / "cel.csv")
    usual = {agent.extension: agent.agent_id for agent in configuration.roster()}
    zone = ZoneInfo(settings.time_zone)
    return CrossCheck(WrittenDown(engine, cel), SqlChecks(engine), usual, zone, now)
