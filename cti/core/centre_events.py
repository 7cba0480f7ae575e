"""Facts of the whole centre. All are ours, without a counterpart in CSTA."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cti.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSwitched(Event):
    """A mode of the centre began, was prolonged, or ended; ``by`` is a login, or ``timer``.

    ``until`` is when it ends by itself, None for one that has ended.
    """

    TYPE: ClassVar[str] = "modeSwitched"
    mode: str
    on: bool
    by: str
    until: datetime | None = None
    reason: str = ""
