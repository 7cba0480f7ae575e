"""``cti up`` as `make run` calls it: everything starts, the card says how to use it, Ctrl-C ends all."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.processes import port_answers
from cti.staff_pins import PinResult, StaffPins
from tests.asterisk.site import site_environment

START_S = 90.0
STOP_S = 45.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return site_environment(tmp_path / "run", {"CTI_LANGUAGE": "en", "CTI_LOG_FORM": "json"})


@pytest.fixture
async def up(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti", "up"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_line(process: asyncio.subprocess.Process, wanted: str) -> list[str]:
    """Everything printed up to and with the line that holds ``wanted``."""
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(START_S):
        while not lines or wanted not in lines[-1]:
            line = await process.stdout.readline()
            assert line, "".join(lines)
            lines.append(line.decode())
    return lines


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.timeout(180)
async def test_everything_starts_and_ctrl_c_leaves_nothing_running(
    up: asyncio.subprocess.Process, environment: dict[str, str], tmp_path: Path
) -> None:
    card = "".join(await until_line(up, "Logs:"))
    assert f"http://127.0.0.1:{environment['CTI_HTTP_PORT']}/" in card
    assert f"sip:95518@127.0.0.1:{environment['CTI_SIP_PORT']}" in card
    assert "1001" in card and "2001" in card
    pin = (tmp_path / "run" / "secrets" / "staff_6001").read_text("utf-8")
    assert f"staff number 6001  PIN {pin}" in card
    pins = StaffPins(tmp_path / "run" / "secrets")
    assert pins.check("6001", pin, datetime.now(UTC)) is PinResult.OK
    pids: dict[str, int] = json.loads((tmp_path / "run" / "pids.json").read_text("utf-8"))
    assert set(pids) == {"self", "redis", "asterisk", "server"}
    up.send_signal(signal.SIGINT)
    async with asyncio.timeout(STOP_S):
        assert await up.wait() == 0
    for name in ("HTTP", "FASTAGI", "AMI", "SIP", "REDIS"):
        assert not await port_answers("127.0.0.1", int(environment[f"CTI_{name}_PORT"])), name
    assert not [pid for pid in pids.values() if is_alive(pid)]


@pytest.mark.timeout(180)
async def test_down_stops_it_in_order(
    up: asyncio.subprocess.Process, environment: dict[str, str]
) -> None:
    await until_line(up, "Logs:")
    down = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti", "down"), env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(STOP_S):
        assert await down.wait() == 0
        assert await up.wait() == 0


@pytest.mark.timeout(60)
async def test_a_taken_port_is_named_with_the_cure(
    environment: dict[str, str], tmp_path: Path
) -> None:
    listener = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cti", "up"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **environment, "CTI_HTTP_PORT": str(port)},
        )
        async with asyncio.timeout(START_S):
            printed, _ = await process.communicate()
    assert process.returncode == 1
    assert f"http 127.0.0.1:{port}" in printed.decode()
    assert not (tmp_path / "run" / "pids.json").exists()
