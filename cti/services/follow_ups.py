"""Follows the journal and makes work of what it tells: a bad rating, a callback that failed for good, a
follow-up that an agent promised.

An ``EventStore`` of the journal writer, with a group of its own: nothing missing, and a repeat of a
fact makes no second item.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from cti.core.callback_events import CallbackClosed
from cti.core.clock.hours import Calendar
from cti.core.clock.working_days import end_of_day
from cti.core.events import SurveyAnswered, WrapUpSaved
from cti.core.surveys import FollowUpRule
from cti.core.work import WorkKind, WorkResult, WorkState
from cti.services.errand_ports import SmsOutbox, SmsRequest
from cti.services.ports import HistoryDown, Recorded, Refused
from cti.services.work_ports import NewWork, WorkBook

log = logging.getLogger(__name__)

MISSED_SMS = "callback_missed"
MISSED_DUE_AFTER = timedelta(hours=2)


class FollowUps:
    """``rules``: survey → rule; ``calendar`` gives the working days in force."""

    def __init__(
        self,
        rules: Mapping[str, FollowUpRule],
        calendar: Callable[[], Calendar],
        book: WorkBook,
        sms: SmsOutbox,
    ) -> None:
        self._rules, self._calendar, self._book, self._sms = rules, calendar, book, sms

    async def save(self, recorded: Sequence[Recorded]) -> None:
        """Raises HistoryDown, to be tried again."""
        for one in recorded:
            match one.event:
                case SurveyAnswered() as answered:
                    await self._survey(answered)
                case CallbackClosed(result="failed") as closed:
                    await self._callback(closed)
                case WrapUpSaved(follow_up=True) as saved:
                    await self._promised(saved)
                case WrapUpSaved() as saved:
                    await self._not_promised(saved)

    async def _survey(self, fact: SurveyAnswered) -> None:
        rule = self._rules.get(fact.survey)
        due = rule.due(fact.answers, fact.at, self._calendar()) if rule else None
        if due is None:
            return
        work = NewWork(
            kind=WorkKind.SURVEY_FOLLOW_UP,
            key=f"{fact.call_id}/{fact.survey}",
            due_at=due,
            queue=fact.queue,
            call_id=fact.call_id,
            details={**fact.answers, "agent_id": fact.agent_id},
        )
        await self._book.open(work, fact.at)

    async def _callback(self, fact: CallbackClosed) -> None:
        work = NewWork(
            kind=WorkKind.CALLBACK_FAILED,
            key=fact.call_id,
            due_at=fact.at + MISSED_DUE_AFTER,
            queue=fact.queue,
            call_id=fact.call_id,
            number=fact.number,
        )
        if await self._book.open(work, fact.at) is not None:
            await self._tell(fact)

    async def _promised(self, fact: WrapUpSaved) -> None:
        """A record that is saved again changes what it opened, unless that is done."""
        number = await self._book.caller_of(fact.call_id)
        if number is None:
            raise HistoryDown("the call is not in history yet")
        work = NewWork(
            kind=WorkKind.FOLLOW_UP,
            key=fact.call_id,
            due_at=self._promised_for(fact),
            call_id=fact.call_id,
            number=number,
            details={
                "reason": fact.reason,
                "reference": fact.reference,
                "remarks": fact.remarks,
                "agent_id": fact.agent_id,
            },
        )
        if await self._book.open(work, fact.at) is None:
            item = await self._book.of_cause(work.kind, work.key)
            if item is not None:
                await self._book.revise(item.item_id, work)

    def _promised_for(self, fact: WrapUpSaved) -> datetime:
        """The end of the day that the agent named, else of the next day."""
        calendar = self._calendar()
        tomorrow = fact.at.astimezone(calendar.zone).date() + timedelta(days=1)
        return end_of_day(calendar, fact.follow_up_due or tomorrow)

    async def _not_promised(self, fact: WrapUpSaved) -> None:
        """A corrected record takes back what nobody sees to yet."""
        item = await self._book.of_cause(WorkKind.FOLLOW_UP, fact.call_id)
        if item is not None and item.state == WorkState.OPEN:
            who = fact.by or fact.agent_id
            await self._book.close(item.item_id, who, WorkResult.NOT_NEEDED, "")

    async def _tell(self, fact: CallbackClosed) -> None:
        request = SmsRequest(
            template=MISSED_SMS,
            to=fact.number,
            values={"time": f"{fact.at.astimezone(self._calendar().zone):%H:%M}"},
            language=fact.language,
            call_id=fact.call_id,
            asked_at=fact.at,
        )
        try:
            await self._sms.put(request)
        except Refused as no:
            log.warning("no text message: %s", no.code, extra={"call_id": fact.call_id})
