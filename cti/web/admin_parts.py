"""What the admin's page is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cti.services.admin_ports import AuditLog, SessionBook
from cti.services.draft_tests import DraftTests
from cti.services.drafts import Drafts
from cti.services.forms import Forms
from cti.services.health import Health
from cti.services.menu_pictures import MenuPictures
from cti.services.users import Users


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    """``schemas`` makes the JSON Schema of each kind of file, by name."""

    users: Users
    sessions: SessionBook
    audit: AuditLog
    drafts: Drafts
    tests: DraftTests
    pictures: MenuPictures
    forms: Forms
    health: Health
    schemas: Callable[[], Mapping[str, dict[str, Any]]]
