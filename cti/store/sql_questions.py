"""Questions that are asked for every call: a visit to one thread each, where SQLite answers.

Its driver for asyncio visits a thread for each statement, each fetch and each end of a transaction; with
four questions before a caller hears his first word, that was most of what they cost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.store.sql_link import SQLITE_BUSY_S, set_up_sqlite, transaction, troubles

THREADS = 4
T = TypeVar("T")

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sql question")
_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


async def answer(engine: AsyncEngine, question: Callable[[Connection], T]) -> T:
    """What the question finds, in a transaction of its own; it may only read. Raises HistoryDown."""
    if engine.dialect.name != "sqlite":
        async with transaction(engine) as connection:
            return await connection.run_sync(question)
    async with troubles():
        asked = asyncio.get_running_loop().run_in_executor(
            _pool, _asked, _reader(engine.sync_engine), question
        )
        return await asked


def _asked(reader: Engine, question: Callable[[Connection], T]) -> T:
    with reader.connect() as connection:
        return question(connection)


def _reader(engine: Engine) -> Engine:
    """The same database by the driver that waits; closed with the engine."""
    if (found := _readers.get(engine)) is not None:
        return found
    made = _readers[engine] = create_engine(
        engine.url.set(drivername="sqlite"),
        pool_size=THREADS,
        max_overflow=0,
        connect_args={"timeout": SQLITE_BUSY_S},
        hide_parameters=True,
    )
    event.listen(made, "connect", set_up_sqlite)
    event.listen(engine, "engine_disposed", lambda _engine: made.dispose())
    return made
