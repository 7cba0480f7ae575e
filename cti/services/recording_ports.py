"""What recordings need from the world. The edges implement these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cti.core.recordings import Recording, Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecording:
    """Both legs as Asterisk wrote them. ``changed_at``: a leg last grew; ``bytes``: the longer one's."""

    recording_id: str
    call_id: str
    changed_at: datetime
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """One stereo WAV, whole: caller left, agent right. ``file`` is below the shelf's folder."""

    file: str
    seconds: float
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingQuery:
    """What to look for; None fits everything. ``caller_number`` is whole, in clear."""

    since: datetime | None = None
    until: datetime | None = None
    agent_id: str | None = None
    queue: str | None = None
    call_id: str | None = None
    wrap_up: str | None = None
    caller_number: str | None = None
    keep: str | None = None
    held: bool | None = None
    least_s: float = 0.0
    limit: int = 100


class RecordingShelf(Protocol):
    """Recordings on disk. Every method raises OSError."""

    async def raw(self) -> Sequence[RawRecording]:
        """What Asterisk made, or is making, oldest first."""
        ...

    async def join(self, raw: RawRecording, started_at: datetime) -> Joined:
        """Make the stereo file; the same again from the same legs, whatever an earlier try left."""
        ...

    async def discard(self, recording_id: str) -> None:
        """Remove the legs: the index has the joined file."""
        ...

    async def sha256(self, file: str) -> str | None:
        """The hash of a joined file as it is now; None where there is none."""
        ...

    async def remove(self, file: str) -> None:
        """Delete a joined file; one that is gone already is no error."""
        ...

    async def files(self) -> Sequence[str]:
        """All joined files, and whatever else lies in the folder."""
        ...

    def path(self, file: str) -> Path:
        """Where a joined file is. Raises ValueError for one that leads out of the folder."""
        ...

    def free_bytes(self) -> int:
        """The room that is left where Asterisk writes."""
        ...


class RecordingIndex(Protocol):
    """Recordings in SQL. Every method raises HistoryDown."""

    async def add(self, recording: Recording) -> bool:
        """Write it down; False where it was there already."""
        ...

    async def find(self, query: RecordingQuery) -> Sequence[Recording]:
        """Newest first; deleted ones as well."""
        ...

    async def get(self, recording_id: str) -> Recording | None:
        """One recording with its parts."""
        ...

    async def hold(self, recording_id: str, by: str, why: str) -> bool:
        """Nobody and nothing may delete it. False where it is gone, or on hold already."""
        ...

    async def release(self, recording_id: str) -> bool:
        """End the hold. False where there was none."""
        ...

    async def unsorted(self, limit: int = 200) -> Sequence[Recording]:
        """Recordings whose call got its wrap-up reason after they were sorted into a class."""
        ...

    async def sort(self, recording_id: str, wrap_up: str, keep: str, until: datetime) -> None:
        """Put it into a class."""
        ...

    async def due(self, now: datetime, limit: int = 200) -> Sequence[Recording]:
        """What is over its time and not on hold."""
        ...

    async def bury(
        self, recording_id: str, at: datetime, rule: str, actor: str
    ) -> Tombstone | None:
        """Write the tombstone and its audit line; the file is to be removed. None: not allowed now."""
        ...

    async def deleting(self) -> Sequence[Recording]:
        """Recordings with a tombstone whose file may still be there."""
        ...

    async def deleted(self, recording_id: str) -> None:
        """The file is gone."""
        ...

    async def tombstones(self) -> Sequence[Tombstone]:
        """The whole chain, oldest first."""
        ...

    async def last_audited(self) -> str:
        """The hash that the audit has of the newest tombstone; empty for none."""
        ...

    async def kept_bytes(self) -> int:
        """What all kept files take."""
        ...


class LineRecordings(Protocol):
    """What Asterisk is recording."""

    async def running(self) -> frozenset[str]:
        """The ids of recordings that may still grow. Raises TelephonyDown."""
        ...
