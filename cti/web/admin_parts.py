"""What the admin's page is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cti.services.admin_ports import AuditLog, SessionBook
from cti.services.draft_runs import DraftRuns
from cti.services.drafts import Drafts
from cti.services.forms import Forms
from cti.services.health import Health
from cti.services.menu_pictures import MenuPictures
from cti.services.users import Users


class SoundShelf(Protocol):
    """What is known of the voice, and what it said."""

    @property
    def has_voice(self) -> bool:
        """Is a voice installed?"""
        ...

    async def unspoken(self, published: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        """(language, prompt) of what nobody has spoken yet."""
        ...

    async def wav(self, sound: str) -> bytes | None:
        """The sound of a sentence; None where there is none of that name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How the words of drafts are spoken."""

    runs: DraftRuns
    booth: SoundShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    """``schemas`` makes the JSON Schema of each kind of file, by name."""

    users: Users
    sessions: SessionBook
    audit: AuditLog
    drafts: Drafts
    tests: DraftRuns
    speech: Speech
    pictures: MenuPictures
    forms: Forms
    health: Health
    schemas: Callable[[], Mapping[str, dict[str, Any]]]
