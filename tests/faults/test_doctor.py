"""The doctor looks at a hotline that runs."""

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.faults.hotline import Hotline
from tests.faults.relay import Way

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(90)]


async def doctor(hotline: Hotline, **changed: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and what was found: code to finding."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti", "doctor", "--json", "--language", "en"),
        env={**hotline.site.environment, **changed},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    found = {each["code"].removeprefix("doctor."): each for each in json.loads(out)}
    return process.returncode or 0, found


async def test_a_running_hotline_is_well(hotline: Hotline) -> None:
    code, found = await doctor(hotline)
    assert {"ports_ok", "redis_ok", "sql_ok", "rights_ok", "secrets_ok"} <= set(found)
    assert [each for each in found.values() if each["level"] == "error"] == []
    assert code == 0


async def test_a_wrong_secret_and_a_lost_database_are_told_with_their_cures(
    hotline: Hotline,
) -> None:
    hotline.sql.put(Way.CUT)
    code, found = await doctor(hotline, CTI_SECRET_AMI="wrong")
    assert code == 1
    assert "cti render" in found["ami_login"]["cure"]
    assert "sql_away" in found
