"""Recordings after the talk: joined, indexed, sorted into classes, deleted when their time is over.

Asterisk records by itself. What lies in its spool is the truth: whatever is found there and grows no
more is joined and indexed, however long we were away. Order of each step: file, index, then the legs go;
so a crash between any two is made good by doing it again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cti.core.call import Direction
from cti.core.callback_events import CallbackRequested
from cti.core.control_events import Originated, RecordingStarted, RecordingStopped
from cti.core.events import CallCleared, Event, Queued, WrapUpSaved
from cti.core.ids import CallId
from cti.core.recordings import RATE_HZ, SAMPLE_BYTES, KeepRules, Recording, parts_of
from cti.services.history_ports import History
from cti.services.ports import Clock, HistoryDown, TelephonyDown
from cti.services.recording_ports import (
    Joined,
    LineRecordings,
    RawRecording,
    RecordingIndex,
    RecordingShelf,
)

log = logging.getLogger(__name__)

SWEEP_S = 2.0
STILL_S = 2.0
"""A recording whose file grew so recently is left alone."""
UNSEEN_LOOKS = 5
"""A recording of which no file is seen so many times is none."""
LATE_S = 60.0
"""So long the journal's last word about a recording is waited for; the server may have been away."""
KEEP_EVERY = timedelta(minutes=10)
RETENTION = "retention"
"""Who deletes what is over its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPlaces:
    """Where recordings come from and go to."""

    shelf: RecordingShelf
    index: RecordingIndex
    line: LineRecordings
    history: History


@dataclass(slots=True)
class Counted:
    """For /metrics."""

    joined: int = 0
    failed: int = 0
    refused: int = 0
    deleted: int = 0
    kept_bytes: int = 0


class Recordings:
    """``leads`` tells whether this node is the one that does it; ``keep`` are the rules in force;
    ``told`` are the recordings that the floor knows to be made now."""

    def __init__(
        self,
        places: RecordingPlaces,
        keep: KeepRules,
        leads: Callable[[], bool],
        told: Callable[[], frozenset[str]],
        now: Clock,
    ) -> None:
        self._shelf, self._index = places.shelf, places.index
        self._line, self._history = places.line, places.history
        self._keep, self._leads, self._told, self._now = keep, leads, told, now
        self._unseen: dict[str, int] = {}
        self._kept_at: datetime | None = None
        self._failed: set[str] = set()
        self.counted = Counted()

    async def run(self) -> None:
        """Until cancelled. While disk, database or Asterisk are away, what was recorded waits."""
        while True:
            if self._leads():
                await self._sweep()
            await asyncio.sleep(SWEEP_S)

    async def _sweep(self) -> None:
        try:
            await self.collect()
            now = self._now()
            if self._kept_at is None or now - self._kept_at >= KEEP_EVERY:
                await self.keep_rules()
                self._kept_at = now
        except (HistoryDown, TelephonyDown, OSError) as trouble:
            log.warning("recordings wait: %r", trouble, extra={"fact": "recordings_wait"})

    async def collect(self) -> None:
        """Join and index every recording that is over. Raises HistoryDown, TelephonyDown, OSError."""
        still = self._now() - timedelta(seconds=STILL_S)
        found = await self._shelf.raw()
        self._miss({raw.recording_id for raw in found})
        quiet = [raw for raw in found if raw.changed_at <= still]
        if not quiet:
            return
        running = await self._line.running()
        for raw in quiet:
            if raw.recording_id not in running:
                await self._collect(raw)

    def _miss(self, there: set[str]) -> None:
        """Asterisk says nothing when it cannot write: a recording without a file is told here, once."""
        missing = self._told() - there
        self._unseen = {each: self._unseen.get(each, 0) + 1 for each in missing}
        for each, looks in self._unseen.items():
            if looks == UNSEEN_LOOKS:
                self.counted.failed += 1
                told = {"fact": "recording_missing", "recording_id": each}
                log.error("a talk is not recorded: asterisk writes no file", extra=told)

    async def _collect(self, raw: RawRecording) -> None:
        story = [one.event for one in await self._history.story(CallId(raw.call_id))]
        late = self._now() - raw.changed_at >= timedelta(seconds=LATE_S)
        if not late and not _told_over(story, raw.recording_id):
            return
        try:
            if raw.bytes or _started(story, raw.recording_id):
                await self._keep_one(raw, story)
            else:
                # Begun for a talk that never came: the agent's phone rang, and nobody answered.
                await self._shelf.discard(raw.recording_id)
        except OSError:
            if raw.recording_id not in self._failed:
                self._failed.add(raw.recording_id)
                self.counted.failed += 1
                log.exception("a recording cannot be joined", extra=_fact("failed", raw))

    async def _keep_one(self, raw: RawRecording, story: Sequence[Event]) -> None:
        seconds = raw.bytes / SAMPLE_BYTES / RATE_HZ
        started_at = _started_at(story, raw, seconds)
        joined = await self._shelf.join(raw, started_at)
        if await self._index.add(self._recording(raw, story, started_at, joined)):
            self.counted.joined += 1
            self.counted.kept_bytes += joined.bytes
            log.info("recording kept", extra=_fact("kept", raw))
        await self._shelf.discard(raw.recording_id)
        self._failed.discard(raw.recording_id)

    def _recording(
        self, raw: RawRecording, story: Sequence[Event], started_at: datetime, joined: Joined
    ) -> Recording:
        queue, wrap_up, direction = _queue(story, raw.recording_id), _wrap_up(story), _way(story)
        keep = self._keep.class_of(queue, wrap_up, direction)
        return Recording(
            recording_id=raw.recording_id,
            call_id=raw.call_id,
            started_at=started_at,
            seconds=joined.seconds,
            direction=direction,
            queue=queue,
            agents=(),
            keep=keep,
            keep_until=self._keep.until(keep, started_at),
            file=joined.file,
            bytes=joined.bytes,
            sha256=joined.sha256,
            wrap_up=wrap_up,
            parts=parts_of(story, started_at, joined.seconds),
        )

    async def keep_rules(self) -> None:
        """Classes by the wrap-up reasons given since; then what is over its time goes. Raises HistoryDown."""
        for each in await self._index.unsorted():
            keep = self._keep.class_of(each.queue, each.wrap_up, each.direction)
            until = self._keep.until(keep, each.started_at)
            await self._index.sort(each.recording_id, each.wrap_up, keep, until)
        for each in await self._index.deleting():
            await self._finish(each)
        for each in await self._index.due(self._now()):
            await self.delete(each, f"over its time: {each.keep}", RETENTION)
        self.counted.kept_bytes = await self._index.kept_bytes()

    async def delete(self, recording: Recording, rule: str, actor: str) -> bool:
        """Write its tombstone, then delete the file. False where it is on hold or gone."""
        stone = await self._index.bury(recording.recording_id, self._now(), rule, actor)
        if stone is None:
            return False
        await self._finish(recording)
        return True

    async def _finish(self, recording: Recording) -> None:
        await self._shelf.remove(recording.file)
        await self._index.deleted(recording.recording_id)
        self.counted.deleted += 1
        told = {"fact": "recording_deleted", "recording_id": recording.recording_id}
        log.info("recording deleted", extra=told)


def _fact(word: str, raw: RawRecording) -> dict[str, str]:
    return {"fact": f"recording_{word}", "recording_id": raw.recording_id}


def _told_over(story: Sequence[Event], recording_id: str) -> bool:
    """The journal has told of its end, or of its call's."""
    if any(isinstance(event, CallCleared) for event in story):
        return True
    return any(isinstance(e, RecordingStopped) and e.recording_id == recording_id for e in story)


def _started(story: Sequence[Event], recording_id: str) -> RecordingStarted | None:
    begun = (e for e in story if isinstance(e, RecordingStarted) and e.recording_id == recording_id)
    return next(begun, None)


def _started_at(story: Sequence[Event], raw: RawRecording, seconds: float) -> datetime:
    """When the talk began; what we did not see began so long before the last sound."""
    begun = _started(story, raw.recording_id)
    return begun.at if begun else raw.changed_at - timedelta(seconds=seconds)


def _queue(story: Sequence[Event], recording_id: str) -> str:
    if (begun := _started(story, recording_id)) is not None:
        return begun.queue
    queues = [event.queue for event in story if isinstance(event, Queued)]
    return queues[-1] if queues else ""


def _wrap_up(story: Sequence[Event]) -> str:
    reasons = [event.reason for event in story if isinstance(event, WrapUpSaved)]
    return reasons[-1] if reasons else ""


def _way(story: Sequence[Event]) -> str:
    ours = any(isinstance(event, Originated | CallbackRequested) for event in story)
    return (Direction.OUTBOUND if ours else Direction.INBOUND).value
