"""queue_log as a file, with a mark beside it of how far it is confirmed."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cti.core.ids import EventId
from cti.core.queue_log import QueueLogLine
from cti.services.queue_log import Kept


class ConfirmedFile:
    """``QueueLogFile``. It may be renamed away at any time (logrotate); a new one is begun then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = path.with_name(f"{path.name}.mark")

    def load(self) -> Kept:
        """Where to go on. Raises OSError; a mark that cannot be read is one that is not there."""
        mark = self._read_mark()
        if mark is None:
            return Kept()
        self._take_off(mark)
        return Kept(EventId(mark["last"]), mark["state"])

    def append(self, lines: Sequence[QueueLogLine], kept: Kept) -> None:
        """Write the lines, and then confirm them. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), 0o640)
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
            found = os.fstat(file.fileno())
        mark = {
            "last": kept.last,
            "state": kept.state,
            "size": found.st_size,
            "inode": found.st_ino,
        }
        fresh = self._mark.with_name(f"{self._mark.name}.new")
        fresh.touch(mode=0o640)
        fresh.write_text(json.dumps(mark), "utf-8")
        fresh.replace(self._mark)

    def _read_mark(self) -> dict[str, Any] | None:
        try:
            mark = json.loads(self._mark.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        wanted = {"last": str, "size": int, "inode": int}
        if isinstance(mark, dict) and all(isinstance(mark.get(n), t) for n, t in wanted.items()):
            return {"state": None, **mark}
        return None

    def _take_off(self, mark: dict[str, Any]) -> None:
        if not self._path.exists():
            return
        found = self._path.stat()
        if found.st_ino == mark["inode"] and found.st_size > mark["size"]:
            os.truncate(self._path, mark["size"])
