"""What people do with recordings: find, hear, hold, release; and the proof that none was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cti.core.recordings import Recording, RecordingState, Tombstone, broken_at
from cti.services.ports import Audit, Clock, Refused
from cti.services.recording_ports import RecordingIndex, RecordingQuery, RecordingShelf

RAW_LATE = timedelta(hours=1)
"""Legs that lie so long in Asterisk's spool should have been joined."""
EVERY = 10_000_000


class RecordingDesk:
    """Every act of a person leaves its line in the audit."""

    def __init__(
        self, index: RecordingIndex, shelf: RecordingShelf, audit: Audit, now: Clock
    ) -> None:
        self._index, self._shelf, self._audit, self._now = index, shelf, audit, now

    async def find(self, query: RecordingQuery) -> Sequence[Recording]:
        """Newest first. Raises HistoryDown."""
        return await self._index.find(query)

    async def get(self, recording_id: str) -> Recording | None:
        """One with its parts. Raises HistoryDown."""
        return await self._index.get(recording_id)

    def path(self, recording: Recording) -> Path | None:
        """Its file; None where it was deleted."""
        kept = recording.state is RecordingState.KEPT
        path = self._shelf.path(recording.file)
        return path if kept and path.is_file() else None

    async def note(self, login: str, action: str, subject: str, reason: str) -> None:
        """One line of the audit. Raises HistoryDown."""
        await self._audit.note(login, action, subject, reason=reason, at=self._now())

    async def hold(self, recording_id: str, login: str, reason: str) -> None:
        """Keep it whatever its class says. Raises Refused, HistoryDown."""
        if not await self._index.hold(recording_id, login, reason):
            raise Refused("recording_not_free")
        await self.note(login, "recording.hold", recording_id, reason)

    async def release(self, recording_id: str, login: str, reason: str) -> None:
        """End the hold. Raises Refused, HistoryDown."""
        if not await self._index.release(recording_id):
            raise Refused("recording_not_held")
        await self.note(login, "recording.release", recording_id, reason)

    async def delete(self, recording_id: str, login: str, reason: str) -> None:
        """Before its time, with its tombstone. Raises Refused, HistoryDown, OSError."""
        found = await self._index.get(recording_id)
        stone = await self._index.bury(recording_id, self._now(), reason, login)
        if stone is None or found is None:
            raise Refused("recording_not_free")
        await self._shelf.remove(found.file)
        await self._index.deleted(recording_id)

    async def verify(self) -> Sequence["Finding"]:
        """All that is not as it must be; nothing where every recording is accounted for."""
        stones = await self._index.tombstones()
        found = [*self._chain(stones, await self._index.last_audited())]
        buried = {stone.recording_id for stone in stones}
        every = await self._index.find(RecordingQuery(limit=EVERY))
        for recording in every:
            found += await self._one(recording, buried)
        known = {recording.recording_id for recording in every}
        found += [Finding("no_index", each) for each in sorted(buried - known)]
        return [*found, *await self._strangers({recording.file for recording in every})]

    @staticmethod
    def _chain(stones: Sequence[Tombstone], audited: str) -> list["Finding"]:
        if (number := broken_at(stones)) is not None:
            return [Finding("chain_broken", str(number))]
        # A chain whose end was cut off is whole in itself; the audit knows how it ended.
        if audited != (stones[-1].line if stones else ""):
            return [Finding("chain_cut", audited or str(len(stones)))]
        return []

    async def _one(self, recording: Recording, buried: set[str]) -> list["Finding"]:
        found = await self._shelf.sha256(recording.file)
        name = recording.recording_id
        if recording.state is RecordingState.KEPT:
            if found is None:
                return [Finding("file_missing", name)]
            return [] if found == recording.sha256 else [Finding("file_changed", name)]
        if name not in buried:
            return [Finding("no_tombstone", name)]
        return [Finding("not_deleted", name)] if found else []

    async def _strangers(self, names: set[str]) -> list["Finding"]:
        strange = [each for each in await self._shelf.files() if each not in names]
        late = self._now() - RAW_LATE
        raw = [r.recording_id for r in await self._shelf.raw() if r.changed_at < late]
        return [
            *(Finding("unknown_file", each) for each in strange),
            *(Finding("not_joined", each) for each in raw),
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be: ``what`` (messages ``recordings.found.WHAT``) of which file
    or recording."""

    what: str
    subject: str
