"""The folder of whole phrases: bounded in number and bytes, the least recently used goes first.

A file's time of change is when it was last used, so that restarts forget nothing.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from cti.core.speech.phrases import Kept, to_remove

log = logging.getLogger(__name__)

ENDING = ".alaw"
UNFINISHED = ".part"


class PhraseFiles:
    """``<name>.alaw`` in one folder that Asterisk reads."""

    def __init__(self, folder: Path, most: int, most_bytes: int) -> None:
        self.folder, self._most, self._most_bytes = folder, most, most_bytes

    def use(self, name: str) -> bool:
        """Whether it is there; it then counts as just used."""
        try:
            os.utime(self.folder / f"{name}{ENDING}")
        except OSError:
            return False
        return True

    async def tidy(self) -> None:
        """Remove what is too much, off the event loop."""
        await asyncio.to_thread(self.tidy_now)

    def tidy_now(self) -> None:
        """Remove what is too much. A folder that cannot be read or changed is only logged."""
        try:
            for name in to_remove(self.kept(), self._most, self._most_bytes):
                (self.folder / f"{name}{ENDING}").unlink(missing_ok=True)
        except OSError as error:
            log.error("phrases not tidied: %s", error, extra={"fact": "phrases_not_tidied"})

    def kept(self) -> Iterator[Kept]:
        """What lies there now; nothing where there is no folder."""
        with contextlib.suppress(FileNotFoundError):
            for path in self.folder.glob(f"*{ENDING}"):
                found = path.stat()
                yield Kept(name=path.stem, size=found.st_size, used=found.st_mtime)


def put(folder: Path, name: str, alaw: bytes) -> None:
    """Write a phrase in one step, so that no caller hears half of it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}{UNFINISHED}"
    unfinished.write_bytes(alaw)
    unfinished.chmod(0o644)
    unfinished.replace(folder / f"{name}{ENDING}")
