"""The health page: what is well, what is not, and never a wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.services.health import Part, State
from cti.services.ports import Role
from tests.web.admin_world import ADMIN, AdminWorld, admin_world
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser

HEALTH = f"{ADMIN}/health"
SAID = {"zh": "看到", "en": "seen"}


@pytest.fixture
async def admins(static: Path) -> AsyncIterator[AdminWorld]:
    async with admin_world(static) as found:
        yield found


@pytest.fixture
async def browser(admins: AdminWorld, open_browser: OpenBrowser) -> Browser:
    return await open_browser(admins.world, "admin")


def part(name: str, state: State) -> Part:
    return Part(part=name, state=state, code=f"doctor.{name}", what=SAID, cure=SAID)


async def test_parts_come_with_state_words_and_what_to_do(
    admins: AdminWorld, browser: Browser
) -> None:
    async def well() -> AsyncIterator[Part]:
        yield part("redis", State.OK)

    async def ill() -> AsyncIterator[Part]:
        yield part("sql", State.WARNING)
        yield part("sql", State.ERROR)

    admins.probes |= {"redis": well, "sql": ill}
    status, body, _ = await browser.request("GET", HEALTH)
    assert (status, body["worst"]) == (200, "error")
    assert [(each["part"], each["state"]) for each in body["parts"]] == [
        ("redis", "ok"),
        ("sql", "warning"),
        ("sql", "error"),
    ]
    assert body["parts"][0]["cure"] == {"zh": "", "en": ""}
    assert body["parts"][1]["cure"] == SAID


async def test_a_part_that_hangs_or_breaks_is_told_and_keeps_nobody_waiting(
    admins: AdminWorld, browser: Browser
) -> None:
    async def hangs() -> AsyncIterator[Part]:
        yield part("sql", State.OK)
        await asyncio.Event().wait()

    async def breaks() -> AsyncIterator[Part]:
        for wrong in ("gone",):
            raise OSError(wrong)
        yield part("redis", State.OK)

    admins.probes |= {"sql": hangs, "redis": breaks}
    began = time.monotonic()
    _, body, _ = await browser.request("GET", HEALTH)
    assert time.monotonic() - began < 3
    found = {(each["part"], each["state"]): each for each in body["parts"]}
    assert set(found) == {("sql", "ok"), ("sql", "unknown"), ("redis", "warning")}
    assert "sql" in found["sql", "unknown"]["what"]["zh"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
async def test_only_admins_look(admins: AdminWorld, open_browser: OpenBrowser, role: Role) -> None:
    browser = await open_browser(admins.world, role)
    assert (await browser.request("GET", HEALTH))[0] == 403
