"""The fault matrix: what must survive what, at which stage, and which test says so.

``fault`` marks a test with the row and the stages it covers; ``RECORD`` is what a run saw of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

BOOKS: Final = "no call lost, none offered twice, none counted twice, nothing stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault; ``of`` is its line in the architecture's table of what must survive."""

    key: str
    of: str
    fault: str
    required: str
    stages: tuple[str, ...]


SERVER, HANG, AMI, REDIS, SQL, ASTERISK, DESKTOP, GARBAGE, NODE = (
    "server killed",
    "server hangs",
    "AMI lost",
    "Redis down",
    "SQL down",
    "Asterisk restarts",
    "desktop",
    "garbage",
    "node lost",
)
ARCHITECTURE: Final = (SERVER, HANG, AMI, REDIS, SQL, ASTERISK, DESKTOP, GARBAGE)
"""Each has at least one row."""

MATRIX: Final = (
    Row(
        key="server-killed",
        of=SERVER,
        fault="the server is killed (`kill -9`) and started again",
        required="talks untouched; who waits is with the native queue within 8 s; the state is right "
        "within 5 s of the start",
        stages=("menu", "waiting", "ringing", "talking", "survey", "calls of the outage"),
    ),
    Row(
        key="server-stopped",
        of=SERVER,
        fault="the server is stopped in order",
        required="talks untouched",
        stages=("talking",),
    ),
    Row(
        key="server-hangs",
        of=HANG,
        fault="the server hangs (`SIGSTOP`), connected",
        required="waiting callers fall back and return; the watchdog replaces the server",
        stages=("waiting", "watchdog"),
    ),
    Row(
        key="ami-lost",
        of=AMI,
        fault="the connection to Asterisk's manager is cut, or goes silent",
        required="waiting callers fall back and return; talks untouched",
        stages=("cut", "silent"),
    ),
    Row(
        key="ami-disturbed",
        of=AMI,
        fault="the manager's messages are late, swapped, doubled, lost or broken",
        required=f"a shift of calls goes on; afterwards {BOOKS}",
        stages=("late", "swapped", "doubled", "lost", "broken"),
    ),
    Row(
        key="redis-killed",
        of=REDIS,
        fault="Redis is killed (`kill -9`) and started again",
        required="new calls go native; talks untouched; all return; nothing counted twice",
        stages=("menu", "waiting", "ringing", "talking"),
    ),
    Row(
        key="redis-failover",
        of=REDIS,
        fault="Redis is killed and its replica promoted",
        required="as above, without the old Redis",
        stages=("waiting", "talking"),
    ),
    Row(
        key="sql-down",
        of=SQL,
        fault="the database is away",
        required="calls go on; history, figures, queue_log and webhooks are whole afterwards, once",
        stages=("calls", "start", "books"),
    ),
    Row(
        key="asterisk-dies",
        of=ASTERISK,
        fault="Asterisk is killed and started again",
        required="calls end (physics); no ghost, nobody bound; new calls are served",
        stages=("waiting", "talking"),
    ),
    Row(
        key="desktop-lost",
        of=DESKTOP,
        fault="a desktop loses its socket, reloads, or opens twice",
        required="no event missed, no call dropped, the state right in 2 s",
        stages=("reload", "second desktop", "held", "consulting"),
    ),
    Row(
        key="garbage",
        of=GARBAGE,
        fault="hostile bytes on every port, hostile names, during a talk",
        required="a clear error or a closed connection; nothing stops, nothing injected",
        stages=("FastAGI", "HTTP", "WebSocket", "SIP", "caller name"),
    ),
    Row(
        key="node-lost",
        of=NODE,
        fault="of two servers the leading one is killed (`kill -9`)",
        required="the second takes over; callers keep their places; new calls are asked of it; "
        + BOOKS,
        stages=("waiting", "ringing", "talking", "new call"),
    ),
)
ROWS: Final = {row.key: row for row in MATRIX}
COVERED: dict[tuple[str, str], list[str]] = {}
"""Tests by row and stage, as they were imported."""


def fault(key: str, *stages: str) -> Callable[[Any], Any]:
    """Marks a test with what it covers. Raises KeyError, ValueError for what the matrix has not."""
    unknown = set(stages) - set(ROWS[key].stages)
    if unknown or not stages:
        raise ValueError(f"{key} has no stage {unknown or 'at all'}")

    def mark(test: Any) -> Any:
        for stage in stages:
            COVERED.setdefault((key, stage), []).append(test.__name__)
        return pytest.mark.fault(key, *stages)(test)

    return mark


@dataclass(slots=True)
class Seen:
    """What one test saw: figures by stage; ``""`` is for all of its stages."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)

    def record(self, stage: str = "", /, **figures: float) -> None:
        """Keep figures; names that end with ``_s`` are seconds."""
        self.figures.setdefault(stage, {}).update(figures)
