"""Recordings on disk and in SQL: joined after any crash, kept by class, deleted with proof."""

import asyncio
import os
import wave
from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.control_events import RecordingStarted, RecordingStopped
from cti.core.events import ConnectionCleared, Established, Event, Offered, WrapUpSaved
from cti.core.ids import AgentId, CallId, ChannelName, EventId
from cti.core.recordings import KeepRule, KeepRules, RecordingState
from cti.services.ports import Recorded, Refused
from cti.services.recording_desk import RecordingDesk
from cti.services.recording_ports import RecordingQuery
from cti.services.recordings import RecordingPlaces, Recordings
from cti.store.recording_files import RecordingFiles
from cti.store.sql_audit import SqlAudit
from cti.store.sql_history import SqlHistory
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import transaction
from cti.store.sql_recordings import SqlRecordings
from cti.store.tables_recordings import recording, recording_tombstone

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CALL, TAPE, NUMBER = CallId("1763.1"), "1763.1-1763870400", "13997000001"
A = AgentId("1001")
KEEP = KeepRules(
    days={"service": 366, "claims": 1827},
    keep="service",
    rules=(KeepRule(wrap_up="accident", keep="claims"),),
)


class Line:
    """What Asterisk says it is recording."""

    def __init__(self) -> None:
        self.now: frozenset[str] = frozenset()

    async def running(self) -> frozenset[str]:
        return self.now


class Shop:
    """Everything of one centre's recordings."""

    def __init__(self, folder: Path, engine: AsyncEngine) -> None:
        self.spool, self.folder, self.engine = folder / "monitor", folder / "recordings", engine
        self.spool.mkdir()
        self.files = RecordingFiles(self.spool, self.folder)
        self.index, self.line = SqlRecordings(engine), Line()
        self.now = NOW + timedelta(seconds=100)
        places = RecordingPlaces(
            shelf=self.files, index=self.index, line=self.line, history=SqlHistory(engine)
        )
        self.floor: frozenset[str] = frozenset()
        self.made = Recordings(places, KEEP, lambda: True, lambda: self.floor, lambda: self.now)
        self.desk = RecordingDesk(self.index, self.files, SqlAudit(engine), lambda: self.now)
        self.told = 0

    def record(self, tape: str = TAPE, samples: int = 16_000, right: int | None = None) -> None:
        """Legs as Asterisk leaves them: 1000 on the caller's, 2000 on the agent's."""
        for leg, value, count in (("in", 1000, samples), ("out", 2000, right)):
            path = self.spool / f"{tape}-{leg}.sln"
            path.write_bytes(array("h", [value] * (samples if count is None else count)).tobytes())
            os.utime(path, (NOW.timestamp() + 10, NOW.timestamp() + 10))

    async def tell(self, *events: Event) -> None:
        recorded = []
        for event in events:
            self.told += 1
            recorded.append(Recorded(EventId(f"{self.told}-0"), event))
        await SqlJournal(self.engine).save(recorded)

    async def talk(self, tape: str = TAPE, call_id: CallId = CALL) -> None:
        await self.tell(*story(tape, call_id))
        self.record(tape)
        await self.made.collect()

    async def found(self) -> list[str]:
        return [finding.what for finding in await self.desk.verify()]


def story(tape: str, call_id: CallId) -> Sequence[Event]:
    at = NOW
    return (
        Offered(
            at=at,
            call_id=call_id,
            caller_number=NUMBER,
            dialed_number="95518",
            channel=ChannelName("x"),
        ),
        Established(at=at, call_id=call_id, agent_id=A, agent_channel=ChannelName("y"), waited_s=1),
        RecordingStarted(at=at, call_id=call_id, recording_id=tape, agent_id=A, queue="motor"),
        ConnectionCleared(at=at + timedelta(seconds=2), call_id=call_id, agent_id=A, talked_s=2),
        RecordingStopped(at=at + timedelta(seconds=2), call_id=call_id, recording_id=tape),
    )


@pytest.fixture
def shop(tmp_path: Path, engine: AsyncEngine) -> Shop:
    return Shop(tmp_path, engine)


async def test_both_legs_become_one_stereo_file_and_a_line_of_the_index(shop: Shop) -> None:
    await shop.talk()
    (kept,) = await shop.index.find(RecordingQuery())
    assert (kept.recording_id, kept.call_id, kept.queue) == (TAPE, CALL, "motor")
    assert (kept.started_at, kept.seconds, kept.agents) == (NOW, 2.0, (A,))
    assert (kept.caller_number, kept.keep) == (NUMBER, "service")
    assert kept.keep_until == NOW + timedelta(days=366)
    path = shop.files.path(kept.file)
    assert path.stat().st_mode & 0o777 == 0o600
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getnframes()) == (2, 8000, 16_000)
        assert set(zip(*[iter(array("h", sound.readframes(16_000)))] * 2, strict=True)) == {
            (1000, 2000)
        }
    assert list(shop.spool.iterdir()) == []
    assert await shop.found() == []


async def test_a_leg_that_ended_early_ends_in_silence(shop: Shop) -> None:
    await shop.tell(*story(TAPE, CALL))
    shop.record(samples=100, right=40)
    await shop.made.collect()
    (kept,) = await shop.index.find(RecordingQuery())
    with wave.open(str(shop.files.path(kept.file))) as sound:
        samples = array("h", sound.readframes(100))
    assert list(samples[0::2]) == [1000] * 100
    assert list(samples[1::2]) == [2000] * 40 + [0] * 60


async def test_what_asterisk_still_records_is_left_alone(shop: Shop) -> None:
    shop.line.now = frozenset({TAPE})
    await shop.talk()
    assert await shop.index.find(RecordingQuery()) == []
    assert len(list(shop.spool.iterdir())) == 2


async def test_what_was_begun_for_a_phone_that_nobody_answered_is_no_recording(shop: Shop) -> None:
    shop.record(samples=0)
    await shop.made.collect()
    assert await shop.index.find(RecordingQuery()) == []
    assert list(shop.spool.iterdir()) == []


async def test_a_talk_without_a_sound_is_kept_all_the_same(shop: Shop) -> None:
    await shop.tell(*story(TAPE, CALL))
    shop.record(samples=0)
    await shop.made.collect()
    assert [kept.seconds for kept in await shop.index.find(RecordingQuery())] == [0.0]


async def test_the_journals_last_word_is_waited_for_but_not_for_ever(shop: Shop) -> None:
    shop.record()
    shop.now = NOW + timedelta(seconds=20)
    await shop.made.collect()
    assert await shop.index.find(RecordingQuery()) == []
    shop.now = NOW + timedelta(seconds=71)
    await shop.made.collect()
    (kept,) = await shop.index.find(RecordingQuery())
    assert kept.started_at == NOW + timedelta(seconds=8)


@pytest.mark.parametrize("crash", ["half a file", "a file without a line", "a line with legs"])
async def test_a_crash_at_any_step_is_made_good(shop: Shop, crash: str) -> None:
    await shop.talk()
    (before,) = await shop.index.find(RecordingQuery())
    shop.record()
    if crash == "half a file":
        path = shop.files.path(before.file)
        path.with_suffix(".part").write_bytes(b"RIFF")
        path.unlink()
    if crash != "a line with legs":
        async with transaction(shop.engine) as connection:
            await connection.execute(delete(recording))
            await connection.exec_driver_sql("DELETE FROM recording_part")
    await shop.made.collect()
    assert await shop.index.find(RecordingQuery()) == [before]
    assert await shop.found() == []


async def test_a_talk_of_which_asterisk_writes_no_file_is_told_once(shop: Shop) -> None:
    shop.floor = frozenset({TAPE})
    for _ in range(20):
        await shop.made.collect()
    assert shop.made.counted.failed == 1


async def test_searches_find_by_what_they_name(shop: Shop) -> None:
    await shop.talk()
    other = CallId("1764.2")
    await shop.talk("1764.2-1763870500", other)
    await shop.tell(
        WrapUpSaved(at=NOW, call_id=other, agent_id=A, reason="accident"),
    )

    async def ids(**asked: object) -> set[str]:
        query = replace(RecordingQuery(), **asked)  # type: ignore[arg-type]
        return {each.call_id for each in await shop.index.find(query)}

    assert await ids(agent_id=A) == {CALL, other}
    assert await ids(agent_id="1002") == set()
    assert await ids(caller_number=NUMBER) == {CALL, other}
    assert await ids(caller_number="139") == set()
    assert await ids(call_id=CALL, queue="motor") == {CALL}
    assert await ids(wrap_up="accident") == {other}
    assert await ids(least_s=2.1) == set()
    assert await ids(since=NOW, until=NOW + timedelta(seconds=1)) == {CALL, other}
    assert await ids(until=NOW) == set()
    assert await ids(held=True) == set()


async def test_a_wrap_up_reason_given_later_decides_the_class(shop: Shop) -> None:
    await shop.talk()
    await shop.tell(WrapUpSaved(at=NOW, call_id=CALL, agent_id=A, reason="accident"))
    await shop.made.keep_rules()
    kept = await shop.index.get(TAPE)
    assert kept
    assert (kept.keep, kept.wrap_up) == ("claims", "accident")
    assert kept.keep_until == NOW + timedelta(days=1827)
    assert await shop.index.unsorted() == []


async def test_what_is_over_its_time_goes_and_leaves_its_proof(shop: Shop) -> None:
    await shop.talk()
    shop.now = NOW + timedelta(days=365)
    await shop.made.keep_rules()
    assert shop.made.counted.deleted == 0
    shop.now = NOW + timedelta(days=367)
    await shop.made.keep_rules()
    gone = await shop.index.get(TAPE)
    assert gone
    assert gone.state is RecordingState.DELETED
    assert shop.desk.path(gone) is None
    assert not shop.files.path(gone.file).exists()
    (stone,) = await shop.index.tombstones()
    assert (stone.recording_id, stone.sha256, stone.actor) == (TAPE, gone.sha256, "retention")
    assert (stone.keep, stone.deleted_at) == ("service", shop.now)
    assert await shop.found() == []


async def test_what_is_on_hold_stays_until_it_is_released(shop: Shop) -> None:
    await shop.talk()
    await shop.desk.hold(TAPE, "2001", "诉讼")
    with pytest.raises(Refused, match="recording_not_free"):
        await shop.desk.hold(TAPE, "2001", "again")
    with pytest.raises(Refused, match="recording_not_free"):
        await shop.desk.delete(TAPE, "2001", "now")
    shop.now = NOW + timedelta(days=4000)
    await shop.made.keep_rules()
    assert await shop.index.tombstones() == []
    await shop.desk.release(TAPE, "2001", "结案")
    await shop.made.keep_rules()
    assert len(await shop.index.tombstones()) == 1
    audited = [line.action for line in await SqlAudit(shop.engine).newest()]
    assert audited == ["recording.delete", "recording.release", "recording.hold"]


async def test_a_deletion_that_was_cut_short_is_finished(shop: Shop) -> None:
    await shop.talk()
    assert await shop.index.bury(TAPE, NOW, "asked", "2001")
    assert await shop.found() == ["not_deleted"]
    await shop.made.keep_rules()
    assert await shop.found() == []


async def three_deleted(shop: Shop) -> None:
    for number in range(3):
        await shop.talk(f"1{number}.1-1763870400", CallId(f"1{number}.1"))
    shop.now = NOW + timedelta(days=367)
    await shop.made.keep_rules()


@pytest.mark.parametrize(
    ("number", "seen"), [(1, "chain_broken"), (2, "chain_broken"), (3, "chain_cut")]
)
async def test_a_removed_tombstone_shows(shop: Shop, number: int, seen: str) -> None:
    await three_deleted(shop)
    assert await shop.found() == []
    async with transaction(shop.engine) as connection:
        gone = recording_tombstone.c.number == number
        await connection.execute(delete(recording_tombstone).where(gone))
    assert set(await shop.found()) == {seen, "no_tombstone"}


async def test_a_changed_tombstone_shows(shop: Shop) -> None:
    await three_deleted(shop)
    async with transaction(shop.engine) as connection:
        await connection.execute(update(recording_tombstone).values(actor="nobody"))
    assert "chain_broken" in await shop.found()


async def test_a_file_that_was_changed_removed_or_brought_in_shows(shop: Shop) -> None:
    await shop.talk()
    (kept,) = await shop.index.find(RecordingQuery())
    path = shop.files.path(kept.file)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"!")
    assert await shop.found() == ["file_changed"]
    path.rename(path.with_name("other.wav"))
    assert await shop.found() == ["file_missing", "unknown_file"]


async def test_deletions_at_the_same_moment_make_one_chain(shop: Shop) -> None:
    for number in range(4):
        await shop.talk(f"1{number}.1-1763870400", CallId(f"1{number}.1"))
    deletions = (shop.desk.delete(f"1{n}.1-1763870400", "2001", "asked") for n in range(4))
    await asyncio.gather(*deletions)
    assert len(await shop.index.tombstones()) == 4
    assert await shop.found() == []


async def test_a_name_that_leads_elsewhere_is_no_recording(shop: Shop) -> None:
    (shop.spool / "..-1763870400-in.sln").write_bytes(b"\0\0")
    (shop.spool / "x y-1763870400-in.sln").write_bytes(b"\0\0")
    assert [raw.recording_id for raw in await shop.files.raw()] == ["..-1763870400"]
    with pytest.raises(ValueError, match="out of the folder"):
        shop.files.path("../history.sqlite")
