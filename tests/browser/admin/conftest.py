"""The admins' pages on the real web server: real draft, real checks, real tables; versions in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browser.admin_screenshots import sample_world
from tests.web.admin_world import AdminWorld


@pytest.fixture
async def admins(built: Path, tmp_path: Path) -> AsyncIterator[AdminWorld]:
    async with sample_world(tmp_path, built) as found:
        yield found
