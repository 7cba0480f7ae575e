"""Spoken messages: kept on disk before the caller hears so, then filed as work for somebody."""

import asyncio
import logging

from cti.core.work import WorkKind
from cti.services.errand_ports import VoiceMessage
from cti.services.ports import Clock, HistoryDown
from cti.services.work_ports import DueRule, KeptMessage, MessageBook, MessageShelf, NewWork

log = logging.getLogger(__name__)

RETRY_S = 5.0


class VoiceMailbox:
    """``Mailbox``. ``run`` files what is kept, also what a dead server left; it must be running."""

    def __init__(self, shelf: MessageShelf, book: MessageBook, due: DueRule, now: Clock) -> None:
        self._shelf, self._book, self._due, self._now = shelf, book, due, now
        self._wake = asyncio.Event()

    async def keep(self, message: VoiceMessage) -> None:
        """Raises OSError where the disk does not take it."""
        await self._shelf.keep(message)
        log.info("message kept", extra={"fact": "message_kept", "call_id": message.call_id})
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. While the database is away, messages wait on the disk."""
        while True:
            self._wake.clear()
            try:
                for kept in await self._shelf.unfiled():
                    await self._file(kept)
                await self._wake.wait()
            except (HistoryDown, OSError, ValueError, KeyError) as down:
                log.warning("messages wait: %r", down, extra={"fact": "messages_wait"})
                await asyncio.sleep(RETRY_S)

    async def _file(self, kept: KeptMessage) -> None:
        await self._book.file(kept, self._work(kept), self._now())
        await self._shelf.filed(kept)

    def _work(self, kept: KeptMessage) -> NewWork:
        said = kept.message
        return NewWork(
            kind=WorkKind.VOICEMAIL,
            key=kept.message_id,
            due_at=self._due(said.box, said.left_at),
            queue=said.box,
            call_id=said.call_id,
            number=said.caller_number,
            details={
                "message_id": kept.message_id,
                "seconds": str(round(said.seconds)),
                "language": said.language,
            },
        )

    async def audio_of(self, message_id: str) -> str | None:
        """The message's file, as the shelf names it."""
        return await self._book.file_of(message_id)
