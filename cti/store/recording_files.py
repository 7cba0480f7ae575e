"""Recordings on disk: Asterisk's legs in its spool, and ``YYYY-MM/DD/ID.wav`` on the shelf.

A leg is raw: 16-bit little-endian samples, 8000 a second, no header that a crash could leave wrong.
"""

import asyncio
import hashlib
import os
import re
import shutil
import struct
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from cti.core.recordings import RATE_HZ, SAMPLE_BYTES
from cti.services.recording_ports import Joined, RawRecording

_LEG = re.compile(r"(?P<id>(?P<call>[A-Za-z0-9._-]+)-[0-9]{9,12})-(?:in|out)\.sln", re.ASCII)
_CHUNK_BYTES = 64 * 1024
_CHANNELS = 2
_PRIVATE = 0o600


class RecordingFiles:
    """``RecordingShelf``: ``spool`` is Asterisk's, ``folder`` ours. Disk work is done in threads."""

    def __init__(self, spool: Path, folder: Path) -> None:
        self._spool, self._folder = spool, folder

    async def raw(self) -> Sequence[RawRecording]:
        return await asyncio.to_thread(self._raw)

    async def join(self, raw: RawRecording, started_at: datetime) -> Joined:
        return await asyncio.to_thread(self._join, raw, started_at)

    async def discard(self, recording_id: str) -> None:
        for leg in self._legs(recording_id):
            await asyncio.to_thread(leg.unlink, missing_ok=True)

    async def sha256(self, file: str) -> str | None:
        return await asyncio.to_thread(_hash, self.path(file))

    async def remove(self, file: str) -> None:
        await asyncio.to_thread(self.path(file).unlink, missing_ok=True)

    async def files(self) -> Sequence[str]:
        return await asyncio.to_thread(self._files)

    def path(self, file: str) -> Path:
        found = (self._folder / file).resolve()
        if not found.is_relative_to(self._folder.resolve()):
            raise ValueError(f"leads out of the folder: {file}")
        return found

    def free_bytes(self) -> int:
        there = (each for each in (self._spool, *self._spool.parents) if each.is_dir())
        return shutil.disk_usage(next(there)).free

    def _legs(self, recording_id: str) -> tuple[Path, Path]:
        return self._spool / f"{recording_id}-in.sln", self._spool / f"{recording_id}-out.sln"

    def _raw(self) -> list[RawRecording]:
        if not self._spool.is_dir():
            return []
        names = (_LEG.fullmatch(path.name) for path in self._spool.iterdir())
        found = {name["id"]: name["call"] for name in names if name}
        legs = (self._one(recording_id, call_id) for recording_id, call_id in found.items())
        return sorted(legs, key=lambda each: each.changed_at)

    def _one(self, recording_id: str, call_id: str) -> RawRecording:
        told = [leg.stat() for leg in self._legs(recording_id) if leg.exists()]
        return RawRecording(
            recording_id=recording_id,
            call_id=call_id,
            changed_at=datetime.fromtimestamp(max(each.st_mtime for each in told), UTC),
            bytes=max(each.st_size for each in told),
        )

    def _join(self, raw: RawRecording, started_at: datetime) -> Joined:
        file = f"{started_at.astimezone(UTC):%Y-%m/%d}/{raw.recording_id}.wav"
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_suffix(".part")
        left, right = self._legs(raw.recording_id)
        samples = raw.bytes // SAMPLE_BYTES
        with half.open("wb") as out:
            half.chmod(_PRIVATE)
            sha256 = _write(out, _header(samples), _stereo(left, right, samples))
            out.flush()
            os.fsync(out.fileno())
        half.replace(target)
        _sync(target.parent)
        size = target.stat().st_size
        return Joined(file=file, seconds=samples / RATE_HZ, bytes=size, sha256=sha256)

    def _files(self) -> list[str]:
        found = (path for path in self._folder.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self._folder)) for path in found)


def _header(samples: int) -> bytes:
    """RIFF/WAVE, PCM of 16 bits, two channels."""
    frame = SAMPLE_BYTES * _CHANNELS
    size = samples * frame
    form = struct.pack("<IHHIIHH", 16, 1, _CHANNELS, RATE_HZ, RATE_HZ * frame, frame, 16)
    return b"".join(
        (b"RIFF", struct.pack("<I", 36 + size), b"WAVEfmt ", form, b"data", struct.pack("<I", size))
    )


def _stereo(left: Path, right: Path, samples: int) -> Iterator[bytes]:
    """Both legs side by side; the shorter one ends in silence."""
    missing = samples * SAMPLE_BYTES
    for one, other in zip(_chunks(left, missing), _chunks(right, missing), strict=True):
        both = array("h", bytes(2 * len(one)))
        both[0::2], both[1::2] = array("h", one), array("h", other)
        yield both.tobytes()


def _chunks(leg: Path, size: int) -> Iterator[bytes]:
    """``size`` bytes in pieces, silence where the file has no more."""
    with (leg if leg.exists() else Path(os.devnull)).open("rb") as source:
        for start in range(0, size, _CHUNK_BYTES):
            wanted = min(_CHUNK_BYTES, size - start)
            yield source.read(wanted).ljust(wanted, b"\0")


def _write(out: BinaryIO, header: bytes, pieces: Iterator[bytes]) -> str:
    told = hashlib.sha256()
    for piece in chain((header,), pieces):
        out.write(piece)
        told.update(piece)
    return told.hexdigest()


def _hash(path: Path) -> str | None:
    try:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
