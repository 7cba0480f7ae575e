"""What reports need from the world. The edges implement these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cti.core.report_document import Document, File
from cti.core.reports import Format, Way

Writers = Mapping[Format, Callable[[Document], Sequence[File]]]
"""Each makes the files of a document; they may take seconds and are run beside the loop."""


class RunState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A report of one period that has to go one way."""

    report: str
    since: datetime
    until: datetime
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One that is due; ``attempts`` counts the one that follows now."""

    run_id: int
    report: str
    since: datetime
    until: datetime
    way: Way
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """How an attempt ended: ``next_at`` is for one that stays pending."""

    run_id: int
    state: RunState
    at: datetime
    next_at: datetime | None = None
    error: str = ""


class ReportBook(Protocol):
    """Deliveries of scheduled reports in SQL. Each method raises HistoryDown."""

    async def known(self, report: str) -> bool:
        """Whether anything of this report was ever written down."""
        ...

    async def add(self, new: Sequence[NewRun], state: RunState, at: datetime) -> int:
        """How many are new; those of the same report, period and way are left alone."""
        ...

    async def claim(self, now: datetime, until: datetime) -> Run | None:
        """One that is due, nobody else's until ``until``."""
        ...

    async def ended(self, ended: RunEnded) -> None:
        """Write down how an attempt ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail. ``message_id`` is the same for a repeat, so that it can be told from a second report."""

    message_id: str
    to: Sequence[str]
    subject: str
    text: str
    files: Sequence[File]


class NotDelivered(Exception):
    """It did not arrive; ``final``: to try again is no use."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Post(Protocol):
    """The way out by mail."""

    async def send(self, letter: Letter) -> Sequence[str]:
        """Recipients that were refused while others were not. Raises NotDelivered."""
        ...


class Shelf(Protocol):
    """The way out into a folder."""

    async def put(self, folder: str, files: Sequence[File]) -> None:
        """Each whole or not at all. Raises NotDelivered."""
        ...
