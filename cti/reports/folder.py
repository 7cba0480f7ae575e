"""Reports into a folder."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from cti.core.report_document import File
from cti.services.report_ports import NotDelivered


class ReportFolder:
    """``Shelf``; a folder that is not absolute lies under ``root``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, folder: str, files: Sequence[File]) -> None:
        try:
            await asyncio.to_thread(_put, self._root / folder, files)
        except OSError as wrong:
            raise NotDelivered(f"{type(wrong).__name__}: {wrong.strerror}") from wrong


def _put(folder: Path, files: Sequence[File]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        begun = folder / f".{file.name}.{os.getpid()}"
        try:
            with begun.open("wb") as out:
                out.write(file.body)
                out.flush()
                os.fsync(out.fileno())
            begun.replace(folder / file.name)
        finally:
            begun.unlink(missing_ok=True)
