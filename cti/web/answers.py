"""Commands of one session are done once, however often a nervous connection repeats them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from cti.web.performing import Answer
from cti.web.tasks import Tasks

KEPT = 200


class Answers:
    """The answers to the session's last 200 refs, across reconnects of its sockets."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._by_ref: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()

    async def once(self, ref: str, perform: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """The answer to ``ref``: performed now, being performed, or as it was."""
        found = self._by_ref.get(ref)
        if found is None:
            found = self._by_ref[ref] = self._tasks.spawn(perform())
            if len(self._by_ref) > KEPT:
                self._by_ref.popitem(last=False)
        # A socket that closes meanwhile must not undo half of a command.
        return await asyncio.shield(found)
