"""One thing the doctor saw, in words that ``cti/messages/*/doctor.yaml`` keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cti import messages


class Level(StrEnum):
    """``error``: the service would not start, or not do its job."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """``part`` is what was looked at; ``code`` the key of its sentences (``.what``, ``.cure``)."""

    level: Level
    part: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What was seen."""
        return messages.text(f"{self.code}.what", language, **self.values)

    def cure(self, language: str) -> str:
        """What to do; empty where all is well."""
        if self.level is Level.OK:
            return ""
        return messages.text(f"{self.code}.cure", language, **self.values)


def ok(part: str, **values: object) -> Finding:
    """All is well with a part."""
    return Finding(Level.OK, part, f"doctor.{part}_ok", values)


def warning(part: str, code: str, **values: object) -> Finding:
    """The service runs, but not as it should."""
    return Finding(Level.WARNING, part, f"doctor.{code}", values)


def error(part: str, code: str, **values: object) -> Finding:
    """The service does not run so."""
    return Finding(Level.ERROR, part, f"doctor.{code}", values)
