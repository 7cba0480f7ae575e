"""Every act of supervisors and admins leaves a line in the audit: a walk over all routes and commands.

Whoever adds one finds it here: it has a sample request below, or a word on why it needs no line.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cti.core.ids import AgentId
from cti.services.dispatcher import Dispatcher
from cti.services.notices import Notices
from cti.services.people import People
from cti.services.ports import Account, Role
from cti.services.routing import FloorRouting
from cti.services.supervision import CallSupervision
from cti.web import line_supervision, supervision_commands
from cti.web.admin_routes import ADMIN_ROUTES
from cti.web.auth import SAFE_METHODS
from cti.web.command_fields import Field
from cti.web.server import ROUTES
from tests.web.memory import Clock, MemoryAudit
from tests.web.memory_people import MemoryNoticeBoard
from tests.web.parts import World
from tests.web.samples import POLICIES

ROOT = Path(__file__).resolve().parents[2]
WHO = Account(login="2001", name="班长", role=Role.SUPERVISOR, agent_id=AgentId("2001"))

AUDITED = {
    "POST /api/v1/session/password": "tests/web/test_users.py",
    "POST /api/v1/calls/{call_id}/reveal": "tests/web/test_api.py",
    "POST /api/v1/calls/{call_id}/acknowledge": "tests/web/test_callbacks.py",
    "PUT /api/v1/calls/{call_id}/wrap-up": "tests/web/test_wrap_ups.py",
    "DELETE /api/v1/callbacks/{call_id}": "tests/web/test_callbacks.py",
    "PUT /api/v1/modes/{mode}": "tests/web/test_modes.py",
    "POST /api/v1/blocked": "tests/web/test_blocking.py",
    "POST /api/v1/blocked/{block_id}/lift": "tests/web/test_blocking.py",
    "POST /api/v1/versions": "tests/web/test_versions.py",
    "POST /api/v1/versions/rollback": "tests/web/test_versions.py",
    "POST /api/v1/versions/promote": "tests/web/test_versions.py",
    "DELETE /api/v1/versions/shadow": "tests/web/test_versions.py",
    "POST /api/v1/versions/{number}/rollback": "tests/web/test_versions.py",
    "POST /api/v1/work-items/{item_id}/take": "tests/web/test_work.py",
    "POST /api/v1/work-items/{item_id}/close": "tests/web/test_work.py",
    "POST /api/v1/work-items/{item_id}/reveal": "tests/web/test_work.py",
    "POST /api/v1/recordings/{recording_id}/hold": "tests/web/test_recordings.py",
    "POST /api/v1/recordings/{recording_id}/release": "tests/web/test_recordings.py",
    "POST /api/v1/admin/users": "tests/web/test_users.py",
    "PUT /api/v1/admin/users/{login}": "tests/web/test_users.py",
    "POST /api/v1/admin/users/{login}/password": "tests/web/test_users.py",
    "POST /api/v1/admin/users/{login}/sign-out": "tests/web/test_users.py",
    "POST /api/v1/admin/draft/publish": "tests/web/test_drafts.py",
    "POST /api/v1/admin/draft/apply": "tests/web/test_drafts.py",
    "PUT /api/v1/admin/forms/{area}": "tests/web/test_forms.py",
}
"""Routes that change or reveal something, and where a test sees their lines."""
NO_LINE = {
    "DELETE /api/v1/session": "one's own session",
    "PUT /api/v1/wrap-up-drafts/{call_id}": "one's own form, not saved yet",
    "DELETE /api/v1/wrap-up-drafts/{call_id}": "one's own form, not saved yet",
    "POST /api/v1/commands": "each command by itself, below",
    "POST /api/v1/admin/draft": "one's own draft, which nobody meets before it is published",
    "DELETE /api/v1/admin/draft": "one's own draft",
    "PUT /api/v1/admin/draft/file": "one's own draft",
    "DELETE /api/v1/admin/draft/file": "one's own draft",
    "POST /api/v1/admin/draft/speech": "one's own draft, which nobody hears before it is published",
    "DELETE /api/v1/admin/draft/speech": "one's own draft",
    "POST /api/v1/admin/draft/check": "changes nothing",
    "POST /api/v1/admin/draft/test": "changes nothing",
    "DELETE /api/v1/admin/draft/test": "changes nothing",
}
REVEALING = {
    "GET /api/v1/work-items/{item_id}/audio": "tests/web/test_work.py",
    "GET /api/v1/recordings/{recording_id}/audio": "tests/web/test_recordings.py",
    "GET /api/v1/reports/{name}": "tests/web/test_reports.py",
    "GET /api/v1/admin/audit/export": "tests/web/test_audit.py",
}
"""Routes that only read, but give what is personal out of the house."""


def changing() -> set[str]:
    """Method and path of every route that people call to change something."""
    return {
        f"{route.method} {route.path}"
        for route in ROUTES
        if route.roles is not None and not route.machine and route.method not in SAFE_METHODS
    }


def test_every_route_that_changes_something_is_in_the_audit_or_says_why_not() -> None:
    assert changing() == AUDITED.keys() | NO_LINE.keys()


def test_every_route_that_gives_out_personal_things_exists() -> None:
    there = {f"{route.method} {route.path}" for route in ROUTES}
    assert there >= REVEALING.keys()


@pytest.mark.parametrize("file", sorted({*AUDITED.values(), *REVEALING.values()}))
def test_the_test_that_is_named_looks_at_the_audit(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert "audit" in text or "acts()" in text


def test_all_routes_of_the_admins_page_are_walked() -> None:
    assert {f"{each.method} {each.path}" for each in ADMIN_ROUTES} <= {
        f"{each.method} {each.path}" for each in ROUTES
    }


SAMPLES: Mapping[str, object] = {
    "agentId": "1023",
    "callId": "c-1",
    "to": None,
    "status": "ready",
    "mode": "listen",
    "skills": {"motor": 2},
    "languages": None,
    "granted": True,
    "text": "午饭改到一点",
    "queues": None,
    "queue": None,
    "priority": 3,
    "reason": "回访",
}


def sample(name: str, field: Field) -> object:
    """A value for a field of a command."""
    value = SAMPLES[name]
    assert field.accepts(value), (name, value)
    return value


COMMANDS = {**line_supervision.SHAPES, **supervision_commands.SHAPES}
ACTIONS = {**line_supervision.ACTIONS, **supervision_commands.ACTIONS}


@pytest.mark.parametrize("cmd", sorted(COMMANDS))
async def test_every_command_of_a_supervisor_leaves_one_line_with_who_and_why(
    world: World, cmd: str
) -> None:
    audit, asked = MemoryAudit(), []

    async def ask(wish: Any) -> None:
        asked.append(wish)

    floor = cast(Dispatcher, SimpleNamespace(ask=ask))
    clock = Clock()
    notices = Notices(MemoryNoticeBoard(), POLICIES, clock)
    parts = replace(
        world.parts,
        people=People(floor, notices, audit, clock, (("motor",), ("zh",))),
        routing=FloorRouting(floor, audit, clock),
        supervision=CallSupervision(floor, audit, clock),
    )
    fields = {name: sample(name, field) for name, field in COMMANDS[cmd].items()}
    await ACTIONS[cmd](parts, WHO, fields)
    [(actor, action, _, reason)] = audit.lines
    assert (actor, bool(action), bool(reason)) == ("2001", True, True)
