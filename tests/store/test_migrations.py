"""The migrations and the tables in code are the same."""

import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.ports import HistoryDown
from cti.store import sql_link
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_schema import tables


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), tables))


async def test_the_migrations_build_exactly_the_tables_of_the_code(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    await migrate(empty_url)
    await migrate(empty_url)


async def test_a_migration_that_breaks_off_leaves_nothing_in_the_way_of_the_next(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(connection: Connection) -> None:
        config = sql_link._migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        raise OSError("cut")

    with monkeypatch.context() as patched:
        patched.setattr(sql_link, "_upgrade", half)
        with pytest.raises(HistoryDown, match="cut"):
            await migrate(empty_url)
    await migrate(empty_url)
    engine = open_engine(empty_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


async def test_two_nodes_may_migrate_postgresql_at_once(postgres_address: str) -> None:
    url = f"postgresql://postgres@{postgres_address}/postgres"
    await asyncio.gather(migrate(url), migrate(url), migrate(url))


async def test_sqlite_keeps_foreign_keys_and_its_write_ahead_log(engine: AsyncEngine) -> None:
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"


async def test_the_folder_of_a_sqlite_file_is_made(
    tmp_path_factory: object, empty_url: str
) -> None:
    if not empty_url.startswith("sqlite"):
        return
    nested = empty_url.replace("history.db", "new/folder/history.db")
    await migrate(nested)
    engine = open_engine(nested)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM event")) == 0
    await engine.dispose()
