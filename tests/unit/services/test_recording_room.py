"""Without room nothing new is recorded, and it is said aloud once."""

import logging

import pytest

from cti.services.recording_room import RecordingRoom, RoomRules

RULES = RoomRules(alarm_bytes=100, refuse_bytes=10)


class Disk:
    """So much is free."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self) -> int:
        if self.free < 0:
            raise OSError("gone")
        return self.free


@pytest.mark.parametrize(
    ("free", "may", "low"), [(100, True, False), (10, True, True), (9, False, True)]
)
def test_recording_stops_before_the_disk_is_full(free: int, may: bool, low: bool) -> None:
    room = RecordingRoom(RULES, Disk(free))
    assert (room.may_record(), room.low()) == (may, low)
    assert room.refused == (not may)


def test_a_disk_that_is_gone_has_no_room() -> None:
    assert not RecordingRoom(RULES, Disk(-1)).may_record()


def test_each_change_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk(200)
    room = RecordingRoom(RULES, disk)
    with caplog.at_level(logging.INFO):
        for disk.free in (200, 50, 50, 5, 5, 5, 200):
            room.may_record()
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR", "INFO"]
    assert room.refused == 3
