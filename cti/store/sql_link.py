"""The connection to SQL: SQLite by default, PostgreSQL by URL; a limit on every wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cti.services.ports import HistoryDown

LIMIT_S = 10.0
SQLITE_BUSY_S = 5.0
MIGRATION_LIMIT_S = 900.0
"""Large tables take long to change, and a busy disk even to make."""
CONNECTIONS = 15
"""At most, and kept once opened: under load each question would open and close one of its own."""
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_MIGRATION_LOCK = 95518


def _driven(url: str) -> URL:
    made = make_url(url)
    return made.set(drivername=_DRIVERS.get(made.drivername, made.drivername))


def open_engine(url: str, limit_s: float = LIMIT_S) -> AsyncEngine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``; nothing is connected yet. ``limit_s``: the
    longest that PostgreSQL may take for one command.

    Raises sqlalchemy.exc.ArgumentError for text that is no URL.
    """
    made = _driven(url)
    if made.get_backend_name() != "sqlite":
        limits = {"timeout": 3.0, "command_timeout": limit_s}
        return create_async_engine(
            made,
            pool_pre_ping=True,
            pool_timeout=5.0,
            pool_size=CONNECTIONS,
            max_overflow=0,
            connect_args=limits,
            hide_parameters=True,  # errors reach the log; callers' numbers must not
        )
    with suppress(OSError):  # opening the file says it better, as HistoryDown
        Path(made.database or ".").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        made,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": SQLITE_BUSY_S},
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", set_up_sqlite)
    return engine


def set_up_sqlite(connection: Any, _record: object) -> None:
    """What every connection to SQLite is told first."""
    cursor = connection.cursor()
    # WAL: the writer of history does not stop readers. FULL: what was acknowledged survives a
    # power cut.
    for setting in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


@asynccontextmanager
async def transaction(
    engine: AsyncEngine, limit_s: float = LIMIT_S
) -> AsyncIterator[AsyncConnection]:
    """One transaction; committed at the end. Raises as ``troubles``."""
    async with troubles(limit_s), engine.begin() as connection:
        yield connection


@asynccontextmanager
async def troubles(limit_s: float = LIMIT_S) -> AsyncIterator[None]:
    """A limit on the wait, and HistoryDown for all trouble but bad values.

    Bad values (DataError, IntegrityError) pass as they are: to try them again is no use.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except (DataError, IntegrityError):
        raise
    except (SQLAlchemyError, OSError, TimeoutError) as wrong:
        raise HistoryDown(f"sql: {type(wrong).__name__}: {wrong}".splitlines()[0]) from wrong


async def migrate(url: str) -> None:
    """Bring the database to this version's tables: all of the way, or none of it. Safe to run by several
    nodes at once.

    Raises HistoryDown when the database cannot be reached.
    """
    engine = open_engine(url, MIGRATION_LIMIT_S)
    try:
        async with transaction(engine, MIGRATION_LIMIT_S) as connection:
            if engine.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:lock)")
                await connection.execute(lock, {"lock": _MIGRATION_LOCK})
            else:
                # Without it each table that is made stays made, also when we die before the last one.
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _migrations() -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def table_versions() -> tuple[str, ...]:
    """The versions of the tables that this program knows, newest first."""
    scripts = ScriptDirectory.from_config(_migrations())
    return tuple(script.revision for script in scripts.walk_revisions())


def _upgrade(connection: Connection) -> None:
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def plain_text(text_value: str) -> str:
    """The text without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    whole = text_value.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\x00", "\N{REPLACEMENT CHARACTER}")
