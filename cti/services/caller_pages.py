"""Calls that come from the caller page: who may read along, and what is said to them, line by line.

A token stands for one page and one number. The call that shows it is that page's, and nobody else's. All of
it lives in memory of this node: for demonstrations, tests and drills.
"""

import asyncio
import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from cti.core.caller_states import caller_state
from cti.core.events import CallCleared, Event
from cti.core.ids import CallId
from cti.core.ivr import session as ivr
from cti.core.ivr.wording import NO_WORDING, Wording
from cti.services.feed import CutOff, Feed
from cti.services.ports import Clock

KEPT_LINES = 200
KEPT_PAGES = 1000
UNUSED = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a page is told, the ``n``-th of its token: words of the menu, or a ``state`` of the call whose
    sentence (``caller.STATE``) takes ``values``."""

    n: int
    at: datetime
    call_id: CallId
    node: str = ""
    language: str = ""
    text: str = ""
    state: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


class SaidWords(Protocol):
    """How the menu tells what it says."""

    def arrived(self, call_id: CallId, page: str) -> None:
        """A call showed this token of a page."""
        ...

    def said(
        self,
        call_id: CallId,
        node: str,
        utterances: Sequence[ivr.Utterance],
        language: str,
        wording: Wording = NO_WORDING,
    ) -> None:
        """The menu begins to say this to him."""
        ...


class Nobody:
    """``SaidWords`` where no page is."""

    def arrived(self, call_id: CallId, page: str) -> None:
        """See SaidWords."""

    def said(
        self,
        call_id: CallId,
        node: str,
        utterances: Sequence[ivr.Utterance],
        language: str,
        wording: Wording = NO_WORDING,
    ) -> None:
        """See SaidWords."""


class _Page:
    def __init__(self, owner: str, number: str, now: datetime) -> None:
        self.owner, self.number, self.used_at = owner, number, now
        self.lines: deque[Line] = deque(maxlen=KEPT_LINES)
        self.told = 0
        self.readers: set[asyncio.Event] = set()

    def add(self, line: Line) -> None:
        self.lines.append(line)
        for reader in self.readers:
            reader.set()


class Follower:
    """One page's reader; ``next`` gives what it has not had yet."""

    def __init__(self, page: _Page) -> None:
        self._page, self._seen = page, 0
        self.news = asyncio.Event()
        self.news.set()

    async def next(self) -> Sequence[Line]:
        """The lines since the last time, waiting for one."""
        while True:
            await self.news.wait()
            self.news.clear()
            if fresh := [line for line in self._page.lines if line.n > self._seen]:
                self._seen = fresh[-1].n
                return fresh


class CallerPages:
    """``SaidWords`` for pages. ``texts`` gives the words of what is said in a language; ``token`` makes
    unguessable ones of hexadecimal digits. ``run`` follows the journal."""

    def __init__(
        self,
        texts: Callable[[Sequence[ivr.Utterance], str, Wording], str],
        now: Clock,
        token: Callable[[], str],
    ) -> None:
        self._texts, self._now, self._token = texts, now, token
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._of_call: dict[CallId, _Page] = {}

    def open(self, owner: str, number: str) -> str:
        """A token for a person's page and a number ('': withheld); ``owner`` is his session, or '' for
        somebody who is not signed in."""
        self._forget()
        token = self._token()
        self._pages[token] = _Page(_digest(owner), number, self._now())
        return token

    def number_of(self, token: str, owner: str) -> str | None:
        """What number a token stands for, None for one that is not this person's or too old."""
        page = self._found(token, owner)
        return page.number if page else None

    @contextmanager
    def follow(self, token: str, owner: str) -> Iterator[Follower | None]:
        """Read along with the calls of a token; None as ``number_of``."""
        page = self._found(token, owner)
        if page is None:
            yield None
            return
        follower = Follower(page)
        page.readers.add(follower.news)
        try:
            yield follower
        finally:
            page.readers.discard(follower.news)

    def _found(self, token: str, owner: str) -> _Page | None:
        page = self._pages.get(token)
        if page is None or page.owner != _digest(owner) or self._old(page):
            return None
        page.used_at = self._now()
        self._pages.move_to_end(token)
        return page

    def _old(self, page: _Page) -> bool:
        return self._now() - page.used_at > UNUSED and not page.readers

    def _forget(self) -> None:
        while self._pages and (
            len(self._pages) >= KEPT_PAGES or self._old(next(iter(self._pages.values())))
        ):
            self._pages.popitem(last=False)

    # -- what is said -----------------------------------------------------------------------

    def arrived(self, call_id: CallId, page: str) -> None:
        """See SaidWords."""
        found = self._pages.get(page)
        if found is not None and call_id not in self._of_call:
            self._of_call[call_id] = found

    def said(
        self,
        call_id: CallId,
        node: str,
        utterances: Sequence[ivr.Utterance],
        language: str,
        wording: Wording = NO_WORDING,
    ) -> None:
        """See SaidWords."""
        if call_id in self._of_call and (text := self._texts(utterances, language, wording)):
            self._tell(call_id, node=node, language=language, text=text)

    def noted(self, event: Event) -> None:
        """A fact that may be one of such a call."""
        call_id = getattr(event, "call_id", None)
        if call_id not in self._of_call:
            return
        if told := caller_state(event):
            self._tell(call_id, state=told.state, values=told.values)
        if isinstance(event, CallCleared):
            del self._of_call[call_id]

    def _tell(self, call_id: CallId, **what: object) -> None:
        page = self._of_call[call_id]
        page.told += 1
        page.add(Line(n=page.told, at=self._now(), call_id=call_id, **what))  # type: ignore[arg-type]

    async def run(self, feed: Feed) -> None:
        """Follow the journal, until cancelled."""
        while True:
            with feed.subscribe() as subscription:
                try:
                    while True:
                        for recorded in await subscription.next():
                            self.noted(recorded.event)
                except CutOff:
                    # Lines were missed; whatever became of those calls, their pages see it by their phone.
                    self._of_call.clear()


def _digest(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()
