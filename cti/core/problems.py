"""How every finding about a file that people edit looks: where, what, and the cure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses the file; a warning lets it pass."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``code`` names two texts in the message files: ``CODE.what``, ``CODE.cure``."""

    mark: Mark
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
