"""Asterisk's queue_log: what the native queue, and our dialplan beside it, wrote down of calls."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cti.asterisk.text import one_line
from cti.core.acd.past import NativeLine
from cti.core.ids import CallId

log = logging.getLogger(__name__)

LONGEST_TAIL = 32 * 1024 * 1024
"""Bytes read from the end of the file: some 400,000 lines."""
LONGEST_LINE = 1024
WANTED = frozenset(
    {
        *("ACDSURVIVE", "ACDTALK", "ACDGONE"),
        *("ENTERQUEUE", "CONNECT", "COMPLETEAGENT", "COMPLETECALLER", "EXITWITHTIMEOUT"),
    }
)
"""Events that tell of calls; most lines are of members and their pauses."""


class QueueLog:
    """The file, on this machine or on a shared volume."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def lines(self, since: datetime) -> Sequence[NativeLine]:
        """The lines from ``since`` on, oldest first; none where the file cannot be read."""
        try:
            return await asyncio.to_thread(lambda: tuple(read(self._path, since)))
        except FileNotFoundError:
            return ()
        except OSError as wrong:
            why = one_line(str(wrong.strerror))
            log.error("queue_log unreadable: %s", why, extra={"fact": "queue_log_unreadable"})
            return ()


def read(path: Path, since: datetime) -> Iterator[NativeLine]:
    """Raises OSError. A line that is none of Asterisk's is passed over."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LONGEST_TAIL))
        for raw in file:
            line = native_line(raw)
            if line is not None and line.at >= since:
                yield line


def native_line(raw: bytes) -> NativeLine | None:
    """``time|call|queue|member|event|data…`` of a call; None for anything else."""
    parts = raw[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\n").split("|")
    if (
        len(parts) < 5
        or parts[4] not in WANTED
        or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 12)
    ):
        return None
    return NativeLine(
        at=datetime.fromtimestamp(int(parts[0]), UTC),
        call_id=CallId(parts[1]),
        queue=parts[2],
        member=parts[3],
        event=parts[4],
        told=tuple(parts[5:]),
    )
