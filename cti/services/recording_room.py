"""Room on the disk: without enough of it nothing new is recorded, and talks go on."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRules:
    """Below ``alarm_bytes`` it is said aloud, below ``refuse_bytes`` no recording begins."""

    alarm_bytes: float
    refuse_bytes: float


class RecordingRoom:
    """``free`` gives the bytes that are left where recordings are written; OSError counts as none."""

    def __init__(self, rules: RoomRules, free: Callable[[], int]) -> None:
        self._rules, self._free = rules, free
        self._said = ""
        self.refused = 0

    def may_record(self) -> bool:
        """Whether a recording may begin; one that may not is counted."""
        free = self.free_bytes()
        self._say(free)
        enough = free >= self._rules.refuse_bytes
        self.refused += not enough
        return enough

    def free_bytes(self) -> int:
        """What is left now."""
        try:
            return self._free()
        except OSError:
            return 0

    def low(self) -> bool:
        """True below the alarm's limit."""
        return self.free_bytes() < self._rules.alarm_bytes

    def _say(self, free: int) -> None:
        word = "refused" if free < self._rules.refuse_bytes else ""
        word = word or ("low" if free < self._rules.alarm_bytes else "")
        if word == self._said:
            return
        self._said = word
        told = {"fact": f"recording_room_{word or 'enough'}", "free_bytes": free}
        if word == "refused":
            log.error("no room: talks are not recorded", extra=told)
        elif word:
            log.warning("little room is left for recordings", extra=told)
        else:
            log.info("room for recordings again", extra=told)
