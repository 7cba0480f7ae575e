"""What is open for a caller: cases of the database, and call-backs that wait now."""

from collections.abc import Callable, Iterable, Sequence

from cti.core.call import Call, CallPhase, Ticket
from cti.core.ids import CallId
from cti.services.pop_parts import Cases, OpenCase

CALLBACK = "callback"


class OpenCases:
    """``Cases``. ``calls`` are those that live; ``same`` brings numbers to one form."""

    def __init__(
        self, book: Cases, calls: Callable[[], Iterable[Call]], same: Callable[[str], str]
    ) -> None:
        self._book, self._calls, self._same = book, calls, same

    async def open_of(self, number: str) -> Sequence[OpenCase]:
        """A call-back that is being dialled is on its agent's screen already."""
        same = self._same(number)
        tickets = [
            _callback(call.call_id, call.ticket)
            for call in self._calls()
            if call.phase is CallPhase.CALLBACK
            and call.ticket
            and same
            and self._same(call.ticket.number) == same
        ]
        return [*await self._book.open_of(number), *tickets]


def _callback(call_id: CallId, ticket: Ticket) -> OpenCase:
    return OpenCase(
        kind=CALLBACK,
        case_id=call_id,
        topic="",
        state="waiting",
        opened_at=ticket.asked_at,
        due_at=ticket.due_at,
    )
