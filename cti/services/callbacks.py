"""Asking for a callback: a wish of the menu becomes a ticket of the floor."""

import contextlib
import re

from cti.core.acd.floor import Floor
from cti.core.acd.signals import CallbackAsked
from cti.core.callback_events import CallbackClosed
from cti.core.events import Event
from cti.core.ids import QueueName
from cti.services.dispatcher import Dispatcher
from cti.services.errand_ports import CallbackRequest
from cti.services.feed import CutOff, Feed
from cti.services.ports import Refused


class FloorCallbacks:
    """The Callbacks port. ``numbers`` is the pattern of numbers that may be called; ``never`` are
    numbers of our own."""

    def __init__(self, dispatcher: Dispatcher, numbers: str, never: frozenset[str]) -> None:
        self._dispatcher = dispatcher
        self._numbers, self._never = re.compile(numbers), never

    async def place(self, request: CallbackRequest) -> None:
        number = dialable(request.number)
        if number in self._never or not self._numbers.fullmatch(number):
            raise Refused("callback_number")
        call = self._dispatcher.floor.calls.get(request.call_id)
        await self._dispatcher.ask(
            CallbackAsked(
                call_id=request.call_id,
                queue=QueueName(request.queue),
                number=number,
                caller_number=request.caller_number,
                dialed_number=call.dialed_number if call else "",
                language=request.language,
                priority=request.priority,
                needs=request.needs,
                variables=request.variables,
            )
        )


async def watch_elsewhere(feed: Feed, dispatcher: Dispatcher) -> None:
    """Until cancelled: a ticket that another process took back makes the floor look again."""
    while True:
        with feed.subscribe() as following, contextlib.suppress(CutOff):
            while True:
                for each in await following.next():
                    if still_open(each.event, dispatcher.floor):
                        dispatcher.doubt("a callback was taken back elsewhere")


def still_open(event: Event, floor: Floor) -> bool:
    """Whether the floor has the ticket that was closed. A customer who was called back may be on the
    line for longer, without a ticket: his agent may have sent him on."""
    call = floor.calls.get(event.call_id) if isinstance(event, CallbackClosed) else None
    return call is not None and call.ticket is not None


def dialable(number: str) -> str:
    """A number of this country without the signs and the prefix that carriers put before it."""
    digits = "".join(sign for sign in number if sign in "+0123456789")
    return digits.removeprefix("+86").removeprefix("0086")
