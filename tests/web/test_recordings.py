"""Recordings in the browser: who may find and hear which, ranges, and the audit before the first byte."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.core.ids import AgentId
from cti.core.recordings import Part, PartKind, Recording
from cti.services.recording_desk import RecordingDesk
from cti.store.recording_files import RecordingFiles
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_recordings import SqlRecordings
from cti.web.parts import RecordingParts
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.parts import World
from tests.web.samples import NOW

PATH = "/api/v1/recordings"
TAPE = "1763.1-1763870400"
SOUND = b"RIFF0123456789"
MINE, OTHERS = "1023", "1002"
"""ma's staff number, and somebody else's."""


@dataclass
class Room:
    """The index with one recording, and what the audit said when a file was asked for."""

    index: SqlRecordings
    files: RecordingFiles
    paused: list[tuple[str, bool]] = field(default_factory=list)

    async def add(self, *agents: str, tape: str = TAPE) -> None:
        parts = (Part(kind=PartKind.TALK, agent_id=a, from_s=0, to_s=2) for a in agents)
        new = Recording(
            recording_id=tape,
            call_id="1763.1",
            started_at=NOW,
            seconds=2,
            direction="inbound",
            queue="motor",
            agents=(),
            keep="service",
            keep_until=NOW + timedelta(days=366),
            file=f"2026-11/23/{tape}.wav",
            bytes=len(SOUND),
            sha256="0" * 64,
            parts=tuple(parts),
        )
        path = self.files.path(new.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOUND)
        assert await self.index.add(new)

    async def pause(self, agent_id: AgentId, on: bool) -> None:
        self.paused.append((agent_id, on))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    url = f"sqlite:///{tmp_path / 'recordings.db'}"
    await migrate(url)
    engine = open_engine(url)
    yield Room(SqlRecordings(engine), RecordingFiles(tmp_path / "spool", tmp_path / "shelf"))
    await engine.dispose()


@dataclass
class Noted:
    """The world's audit, once there is a world."""

    world: World | None = None

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        assert self.world
        await self.world.audit.note(actor, action, subject, reason=reason, at=at)


async def opened(open_world: OpenWorld, room: Room, *, agents_hear_own: bool = False) -> World:
    audit = Noted()
    desk = RecordingDesk(room.index, room.files, audit, lambda: NOW)
    parts = RecordingParts(desk=desk, pause=room.pause, agents_hear_own=agents_hear_own)
    audit.world = await open_world(recordings=parts)
    return audit.world


@pytest.fixture
async def hotline(open_world: OpenWorld, room: Room) -> World:
    await room.add(MINE)
    return await opened(open_world, room)


async def test_a_search_finds_recordings_and_shows_no_path(
    hotline: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(hotline, "supervisor")
    status, found, _ = await browser.request("GET", f"{PATH}?agent={MINE}&queue=motor&leastS=2")
    assert status == 200
    (one,) = found
    assert (one["recordingId"], one["agents"], one["state"]) == (TAPE, [MINE], "kept")
    assert one["parts"] == [{"kind": "talk", "agentId": MINE, "fromS": 0.0, "toS": 2.0}]
    assert "file" not in one
    assert (await browser.request("GET", f"{PATH}?agent={OTHERS}"))[1] == []
    assert hotline.audit.lines == []


@pytest.mark.parametrize(
    "query", ["since=x", "leastS=-1", "limit=x", "agent=%27%3B--", "number=12", "callId=%00"]
)
async def test_a_search_that_makes_no_sense_is_refused(
    hotline: World, open_browser: OpenBrowser, query: str
) -> None:
    browser = await open_browser(hotline, "supervisor")
    assert (await browser.request("GET", f"{PATH}?{query}"))[0] == 400


async def test_a_search_by_number_is_for_some_and_is_audited(
    hotline: World, open_browser: OpenBrowser
) -> None:
    path = f"{PATH}?number=13812341234&reason=投诉"
    auditor = await open_browser(hotline, "auditor")
    assert (await auditor.request("GET", path))[0] == 403
    assert hotline.audit.lines == []
    supervisor = await open_browser(hotline, "supervisor")
    assert (await supervisor.request("GET", path))[0] == 200
    ((_, action, subject, reason),) = hotline.audit.lines
    assert (action, subject, reason) == ("recording.search", "138****1234", "投诉")


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("", 200, SOUND, None),
        ("bytes=4-6", 206, b"012", "bytes 4-6/14"),
        ("bytes=-2", 206, b"89", "bytes 12-13/14"),
        ("bytes=90-", 416, b"", "bytes */14"),
    ],
)
async def test_ranges_are_served(
    hotline: World,
    open_browser: OpenBrowser,
    asked: str,
    status: int,
    body: bytes,
    told: str | None,
) -> None:
    browser = await open_browser(hotline, "supervisor")
    options: Mapping[str, Any] = {"headers": {"Range": asked}} if asked else {}
    found, content, headers = await browser.request("GET", f"{PATH}/{TAPE}/audio", **options)
    assert found == status
    assert headers.get("Content-Range") == told
    if status < 400:
        assert content == body.decode()
        assert (headers["Content-Type"], headers["Cache-Control"]) == ("audio/wav", "no-store")


async def test_every_request_for_sound_is_audited_whatever_its_range(
    hotline: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(hotline, "supervisor")
    path = f"{PATH}/{TAPE}/audio"
    await browser.request("GET", f"{path}?reason=质检")
    await browser.request("GET", path, headers={"Range": "bytes=1-"})
    _, _, headers = await browser.request("GET", f"{path}?download=1")
    assert headers["Content-Disposition"] == f'attachment; filename="{TAPE}.wav"'
    noted = [(action, subject, reason) for _, action, subject, reason in hotline.audit.lines]
    assert noted == [
        ("recording.play", TAPE, "质检"),
        ("recording.play", TAPE, ""),
        ("recording.download", TAPE, ""),
    ]


async def test_without_the_audit_nothing_is_heard(
    hotline: World, open_browser: OpenBrowser
) -> None:
    hotline.audit.broken = True
    browser = await open_browser(hotline, "supervisor")
    status, body, _ = await browser.request("GET", f"{PATH}/{TAPE}/audio")
    assert status == 503
    assert "RIFF" not in str(body)


@pytest.mark.parametrize("login", ["supervisor", "auditor"])
async def test_those_who_supervise_hear_recordings(
    hotline: World, open_browser: OpenBrowser, login: str
) -> None:
    browser = await open_browser(hotline, login)
    assert (await browser.request("GET", f"{PATH}/{TAPE}/audio"))[0] == 200


async def test_an_agent_hears_nothing_unless_the_setting_says_so(
    hotline: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(hotline, "ma")
    for path in (PATH, f"{PATH}/{TAPE}", f"{PATH}/{TAPE}/audio"):
        assert (await browser.request("GET", path))[0] == 403
    assert hotline.audit.lines == []


async def test_an_agent_hears_only_what_is_all_his(
    open_world: OpenWorld, room: Room, open_browser: OpenBrowser
) -> None:
    await room.add(MINE)
    await room.add(MINE, OTHERS, tape="1763.2-1763870400")
    world = await opened(open_world, room, agents_hear_own=True)
    browser = await open_browser(world, "ma")
    assert (await browser.request("GET", f"{PATH}/{TAPE}/audio"))[0] == 200
    assert (await browser.request("GET", f"{PATH}/1763.2-1763870400/audio"))[0] == 404
    found = (await browser.request("GET", f"{PATH}?agent={OTHERS}"))[1]
    assert [one["recordingId"] for one in found] == [TAPE]


async def test_a_hold_needs_a_reason_and_is_audited(
    hotline: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(hotline, "supervisor")
    path = f"{PATH}/{TAPE}"
    assert (await browser.request("POST", f"{path}/hold", json={}))[0] == 400
    asked: Mapping[str, Any] = {"json": {"reason": "诉讼"}}
    status, held, _ = await browser.request("POST", f"{path}/hold", **asked)
    assert (status, held["onHold"], held["heldWhy"]) == (200, True, "诉讼")
    assert (await browser.request("POST", f"{path}/hold", **asked))[0] == 409
    assert (await browser.request("GET", f"{PATH}?held=1"))[1][0]["recordingId"] == TAPE
    status, free, _ = await browser.request("POST", f"{path}/release", **asked)
    assert (status, free["onHold"]) == (200, False)
    actions = [action for _, action, _, _ in hotline.audit.lines]
    assert actions == ["recording.hold", "recording.release"]
    agent = await open_browser(hotline, "ma")
    assert (await agent.request("POST", f"{path}/hold", **asked))[0] == 403


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc", "a%00b", "x" * 200])
async def test_what_is_no_recording_is_not_found(
    hotline: World, open_browser: OpenBrowser, name: str
) -> None:
    browser = await open_browser(hotline, "supervisor")
    for path in (f"{PATH}/{name}", f"{PATH}/{name}/audio"):
        assert (await browser.request("GET", path))[0] == 404
    assert hotline.audit.lines == []
