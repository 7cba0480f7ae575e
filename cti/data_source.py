"""Builds what self-service asks about customers, as the configuration chooses it."""

import random
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.circuit import CircuitRules, CircuitState
from cti.insurer.http_lookups import HttpLookups, InsurerSystem
from cti.secret_files import Secrets
from cti.services.data_port import DataPort
from cti.settings import Settings
from cti.store.redis_identity import RedisIdentityTries
from cti.store.sql_lookups import SqlLookups

SECRET = "insurer"  # noqa: S105 (its name)


@dataclass(frozen=True, slots=True)
class DataSource:
    """The port, and the connection behind it where it is the insurer's."""

    lookups: DataPort
    insurer: HttpLookups | None = None

    @property
    def up(self) -> bool:
        """False while the insurer's system is left alone."""
        return self.insurer is None or self.insurer.state is CircuitState.CLOSED

    async def close(self) -> None:
        """Give its connections back."""
        if self.insurer is not None:
            await self.insurer.close()


def open_data_source(
    settings: Settings, secrets: Secrets, redis: Redis, engine: AsyncEngine
) -> DataSource:
    """Call it inside the running loop. Raises SecretMissing, OSError for a bad ``ca_file``."""
    identity = settings.identity
    tries = RedisIdentityTries(
        redis, settings.redis.prefix.strip(":"), tries=identity.tries, lock_s=identity.lock_s
    )
    if settings.data.adapter == "sql":
        adapter = SqlLookups(engine, ZoneInfo(settings.time_zone))
        return DataSource(DataPort(adapter, tries, settings.data.deadline_s))
    insurer = HttpLookups(insurer_system(settings, secrets), random.random)
    return DataSource(DataPort(insurer, tries, settings.data.deadline_s), insurer)


def insurer_system(settings: Settings, secrets: Secrets) -> InsurerSystem:
    """The core system as configured. Raises SecretMissing."""
    data = settings.data
    return InsurerSystem(
        url=data.url,
        token=secrets.get(SECRET),
        ca_file=Path(data.ca_file) if data.ca_file else None,
        deadline_s=data.deadline_s,
        at_once=data.at_once,
        rules=CircuitRules(failures=data.failures, rest_s=data.rest_s),
    )
