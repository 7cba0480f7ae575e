"""Customers who could not be called back: somebody sees to them, and a text message says so.

Follows the journal by a group of its own, so that a restart forgets nobody. A repeat opens no second
work item; a text message may come twice when we are killed between sending it and saying so.
"""

import asyncio
import logging
from datetime import timedelta, tzinfo

from cti.core.callback_events import CallbackClosed
from cti.core.work import WorkKind
from cti.services.journal_writer import JournalGroup
from cti.services.ports import HistoryDown, Refused, SmsOutbox, SmsRequest, StoreDown
from cti.services.work_ports import NewWork, WorkBook

log = logging.getLogger(__name__)

TEMPLATE = "callback_missed"
DUE_AFTER = timedelta(hours=2)
RETRY_S = 2.0


class MissedCallbacks:
    """``run`` must be running. ``zone`` is in which customers are told the time."""

    def __init__(
        self, journal: JournalGroup, work: WorkBook, sms: SmsOutbox, zone: tzinfo
    ) -> None:
        self._journal, self._work, self._sms, self._zone = journal, work, sms, zone

    async def run(self) -> None:
        """Until cancelled. An outage of Redis or SQL is waited out."""
        while True:
            try:
                await self._journal.open()
                while True:
                    await self._follow()
            except (StoreDown, HistoryDown) as down:
                log.warning("missed callbacks wait: %s", down, extra={"fact": "callbacks_wait"})
                await asyncio.sleep(RETRY_S)

    async def _follow(self) -> None:
        found = await self._journal.unfinished() or await self._journal.fresh()
        for each in found:
            event = each.event
            if isinstance(event, CallbackClosed) and event.result == "failed":
                await self._see_to(event)
        if found:
            await self._journal.done([each.event_id for each in found])

    async def _see_to(self, event: CallbackClosed) -> None:
        new = NewWork(
            kind=WorkKind.CALLBACK_FAILED,
            key=event.call_id,
            due_at=event.at + DUE_AFTER,
            queue=event.queue,
            call_id=event.call_id,
            number=event.number,
        )
        await self._work.open(new, event.at)
        await self._tell(event)

    async def _tell(self, event: CallbackClosed) -> None:
        request = SmsRequest(
            template=TEMPLATE,
            to=event.number,
            values={"time": f"{event.at.astimezone(self._zone):%H:%M}"},
            asked_at=event.at,
            language=event.language,
            call_id=event.call_id,
        )
        try:
            await self._sms.put(request)
        except Refused as no:
            log.info("no text message: %s", no.code, extra={"call_id": event.call_id})
