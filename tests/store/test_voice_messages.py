"""Voice messages, from Asterisk's folder into the shelf and the list of work, on both databases."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.services.errand_ports import VoiceMessage
from cti.services.mailbox import VoiceMailbox
from cti.services.work_ports import WorkQuery
from cti.store.sql_voicemail import SqlVoicemail
from cti.store.sql_work import SqlWork
from cti.store.voice_files import VoiceFiles
from tests.store.work_samples import CALL, NOON, NUMBER, kinds


@pytest.fixture
def said(tmp_path: Path) -> VoiceMessage:
    recording = tmp_path / "spool" / "1-1-abc.wav"
    recording.parent.mkdir()
    recording.write_bytes(b"RIFF sound")
    return VoiceMessage(
        call_id=CALL,
        box="consult",
        caller_number=NUMBER,
        language="zh",
        file=str(recording),
        seconds=3.0,
        left_at=NOON,
    )


async def test_a_message_survives_the_server_before_the_database_has_it(
    engine: AsyncEngine, tmp_path: Path, said: VoiceMessage
) -> None:
    shelf = VoiceFiles(tmp_path / "messages")
    due = NOON + timedelta(hours=3)
    book = SqlVoicemail(engine, lambda: None)
    await VoiceMailbox(shelf, book, lambda _box, _at: due, lambda: NOON).keep(said)
    assert not Path(said.file).exists()  # noqa: ASYNC240
    again = VoiceMailbox(shelf, book, lambda _box, _at: due, lambda: NOON)
    (kept,) = await shelf.unfiled()
    assert kept.sha256 == hashlib.sha256(b"RIFF sound").hexdigest()
    await book.file(kept, again._work(kept), NOON)  # and the server died before it was noted
    running = asyncio.create_task(again.run())
    async with asyncio.timeout(5):
        while await shelf.unfiled():  # noqa: ASYNC110 (SQL tells nobody)
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (item,) = await SqlWork(engine, lambda: NOON).find(WorkQuery())
    assert (item.kind, item.due_at, item.number) == ("voicemail", due, NUMBER)
    assert await again.audio_of(item.details["message_id"]) == "2026-11/1-1-abc.wav"
    assert shelf.path("2026-11/1-1-abc.wav").read_bytes() == b"RIFF sound"
    assert await kinds(engine) == ["voicemailLeft", "workItemOpened"]


async def test_an_unreadable_note_holds_up_nothing(
    engine: AsyncEngine, tmp_path: Path, said: VoiceMessage
) -> None:
    shelf = VoiceFiles(tmp_path / "messages")
    await shelf.keep(said)
    (tmp_path / "messages" / "2026-11" / "bad.json").write_text("{", "utf-8")
    assert len(await shelf.unfiled()) == 1


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        VoiceFiles(tmp_path / "messages").path("../secrets/ami")
