"""Voice messages on disk: ``YYYY-MM/ID.wav`` with ``ID.json`` beside it until the database has it."""

import asyncio
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cti.core.ids import CallId
from cti.services.errand_ports import VoiceMessage
from cti.services.work_ports import KeptMessage

log = logging.getLogger(__name__)

_UNFILED = "*.json"
_PRIVATE = 0o600


class VoiceFiles:
    """``MessageShelf`` in one folder. Disk work is done in threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, message: VoiceMessage) -> None:
        await asyncio.to_thread(self._keep, message)

    async def unfiled(self) -> Sequence[KeptMessage]:
        return await asyncio.to_thread(self._unfiled)

    async def filed(self, kept: KeptMessage) -> None:
        await asyncio.to_thread(self._note(kept.file).unlink, missing_ok=True)

    def path(self, file: str) -> Path:
        found = (self._folder / file).resolve()
        if not found.is_relative_to(self._folder.resolve()):
            raise ValueError(f"leads out of the folder: {file}")
        return found

    def _note(self, file: str) -> Path:
        return self.path(file).with_suffix(".json")

    def _keep(self, message: VoiceMessage) -> None:
        recording = Path(message.file)
        message_id = recording.stem
        file = f"{message.left_at:%Y-%m}/{message_id}.wav"
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_suffix(".part")
        with recording.open("rb") as source, half.open("wb") as copy:
            half.chmod(_PRIVATE)
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        sha256 = hashlib.sha256(half.read_bytes()).hexdigest()
        half.replace(target)
        self._write_note(target.with_suffix(".json"), message, file, sha256)
        recording.unlink()

    @staticmethod
    def _write_note(path: Path, message: VoiceMessage, file: str, sha256: str) -> None:
        known = {
            "file": file,
            "sha256": sha256,
            "call_id": message.call_id,
            "box": message.box,
            "caller_number": message.caller_number,
            "language": message.language,
            "seconds": message.seconds,
            "left_at": message.left_at.isoformat(),
        }
        half = path.with_suffix(".note")
        half.touch(mode=_PRIVATE)
        with half.open("w", encoding="utf-8") as out:
            json.dump(known, out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _unfiled(self) -> list[KeptMessage]:
        found = [_read(path) for path in self._folder.glob(f"*/{_UNFILED}")]
        return sorted((each for each in found if each), key=lambda kept: kept.message.left_at)


def _read(path: Path) -> KeptMessage | None:
    """One bad note must not hold up the others."""
    try:
        return _kept(path.stem, json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError) as wrong:
        log.error("unreadable note %s: %r", path.name, wrong, extra={"fact": "note_unreadable"})
        return None


def _kept(message_id: str, known: Mapping[str, Any]) -> KeptMessage:
    message = VoiceMessage(
        call_id=CallId(known["call_id"]),
        box=known["box"],
        caller_number=known["caller_number"],
        language=known["language"],
        file=known["file"],
        seconds=known["seconds"],
        left_at=datetime.fromisoformat(known["left_at"]),
    )
    return KeptMessage(
        message_id=message_id, message=message, file=known["file"], sha256=known["sha256"]
    )
