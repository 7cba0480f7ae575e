"""Voice messages in SQL: row, fact and work item in one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.work_events import VoicemailLeft
from cti.services.work_ports import KeptMessage, NewWork
from cti.store.sql_facts import add_facts
from cti.store.sql_link import transaction
from cti.store.sql_work import open_item, upsert
from cti.store.tables_work import voice_message


class SqlVoicemail:
    """``MessageBook``. ``poke`` is called when there is a new fact."""

    def __init__(self, engine: AsyncEngine, poke: Callable[[], None]) -> None:
        self._engine, self._poke = engine, poke

    async def file(self, kept: KeptMessage, work: NewWork, at: datetime) -> None:
        said = kept.message
        row = {
            "message_id": kept.message_id,
            "call_id": said.call_id,
            "box": said.box,
            "number": said.caller_number[:32],
            "language": said.language,
            "file": kept.file,
            "sha256": kept.sha256,
            "seconds": said.seconds,
            "left_at": said.left_at,
        }
        fact = VoicemailLeft(
            at=said.left_at,
            call_id=said.call_id,
            message_id=kept.message_id,
            box=said.box,
            seconds=said.seconds,
        )
        async with transaction(self._engine) as connection:
            statement = upsert(connection)(voice_message).values(row).on_conflict_do_nothing()
            if (await connection.execute(statement)).rowcount:
                await add_facts(connection, fact)
            await open_item(connection, work, at)
        self._poke()

    async def file_of(self, message_id: str) -> str | None:
        wanted = select(voice_message.c.file).where(voice_message.c.message_id == message_id)
        async with transaction(self._engine) as connection:
            found: str | None = await connection.scalar(wanted)
        return found
