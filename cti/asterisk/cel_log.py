"""Asterisk's channel event log (CEL): what it saw of every channel, written by itself."""

import asyncio
import csv
import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cti.asterisk.text import one_line
from cti.core.crosscheck.seen import CelLine

log = logging.getLogger(__name__)

FIELDS = 8
LONGEST_LINE = 4096


class CelLog:
    """The file, on this machine or on a shared volume; ``cel.csv.1`` and so on are rotated ones."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def lines(self, since: datetime, until: datetime) -> Sequence[CelLine]:
        """The lines of this time, oldest first; none where no file can be read."""
        return await asyncio.to_thread(lambda: tuple(self._read(since, until)))

    def _read(self, since: datetime, until: datetime) -> Iterator[CelLine]:
        found = self._path.parent.glob(f"{self._path.name}*")
        for path in sorted(found, key=lambda each: each.stat().st_mtime):
            try:
                yield from (line for line in read(path) if since <= line.at < until)
            except OSError as wrong:
                why = one_line(str(wrong.strerror))
                log.error("cel unreadable: %s", why, extra={"fact": "cel_unreadable"})


def read(path: Path) -> Iterator[CelLine]:
    """Every line of the file that is one of Asterisk's. Raises OSError."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        short = (line for line in file if len(line) <= LONGEST_LINE)
        for row in csv.reader(short, strict=False):
            if (line := cel_line(row)) is not None:
                yield line


def cel_line(row: Sequence[str]) -> CelLine | None:
    """``time, event, unique id, linked id, channel, context, peer, extra``; None for anything else."""
    if len(row) != FIELDS:
        return None
    try:
        at = datetime.fromtimestamp(float(row[0]), UTC)
        extra = json.loads(row[7] or "{}")
    except (ValueError, OverflowError, OSError):
        return None
    told = extra if isinstance(extra, dict) else {}
    return CelLine(
        at=at,
        event=row[1],
        unique_id=row[2],
        linked_id=row[3],
        channel=row[4],
        context=row[5],
        bridge=str(told.get("bridge_id", "")),
        technology=str(told.get("bridge_technology", "")),
    )
