"""Recordings as this installation has them: where they lie, by which rules, and their figures."""

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from cti.asterisk.ami import AmiClient
from cti.asterisk.recordings import AmiRecordings
from cti.config_models import Configuration
from cti.config_recording import GIGABYTE
from cti.core.call import Call
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Clock
from cti.services.recording_desk import RecordingDesk
from cti.services.recording_room import RecordingRoom, RoomRules
from cti.services.recordings import RecordingPlaces, Recordings
from cti.store.recording_files import RecordingFiles
from cti.store.sql_audit import SqlAudit
from cti.store.sql_history import SqlHistory
from cti.store.sql_recordings import SqlRecordings

FOLDER = "recordings"


def recording_files(configuration: Configuration) -> RecordingFiles:
    """Asterisk's spool, and the shelf in the instance folder."""
    folders = configuration.settings.folders
    return RecordingFiles(folders.of_asterisk / "spool" / "monitor", folders.instance / FOLDER)


def recording_room(configuration: Configuration) -> RecordingRoom:
    """The limits of config/recording.yaml."""
    room = configuration.recording.room
    rules = RoomRules(alarm_bytes=room.alarm_gb * GIGABYTE, refuse_bytes=room.refuse_gb * GIGABYTE)
    return RecordingRoom(rules, recording_files(configuration).free_bytes)


def recordings(
    configuration: Configuration,
    engine: AsyncEngine,
    ami: AmiClient,
    dispatcher: Dispatcher,
    now: Clock,
) -> Recordings:
    """What joins, indexes and deletes; it must be run."""
    places = RecordingPlaces(
        shelf=recording_files(configuration),
        index=SqlRecordings(engine),
        line=AmiRecordings(ami),
        history=SqlHistory(engine),
    )

    def told() -> frozenset[str]:
        calls = dispatcher.floor.calls.values()
        return frozenset(call.recording for call in calls if call.recording)

    return Recordings(places, configuration.recording.kept(), lambda: dispatcher.live, told, now)


def recording_desk(configuration: Configuration, engine: AsyncEngine, now: Clock) -> RecordingDesk:
    """What people do with them."""
    shelf = recording_files(configuration)
    return RecordingDesk(SqlRecordings(engine), shelf, SqlAudit(engine), now)


def recording_gauges(
    calls: Iterable[Call], made: Recordings, room: RecordingRoom
) -> Mapping[str, float]:
    """Figures for /metrics."""
    return {
        "recordings_now": sum(bool(call.recording) for call in calls),
        "recordings_joined": made.counted.joined,
        "recordings_failed": made.counted.failed,
        "recordings_deleted": made.counted.deleted,
        "recordings_refused": room.refused,
        "recordings_bytes": made.counted.kept_bytes,
        "recordings_disk_free_bytes": room.free_bytes(),
        "recordings_disk_low": room.low(),
    }
