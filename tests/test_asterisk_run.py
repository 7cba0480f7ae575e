"""tools/asterisk-run.sh: it becomes Asterisk, apart from others, and leaves nothing behind."""

import asyncio
import os
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "tools" / "asterisk-run.sh"
LIMIT_S = 15.0

ASTERISK_CONF = """[directories]
astetcdir => {instance}/etc
astmoddir => /usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => {instance}/var
astdbdir => {instance}/var
astkeydir => {instance}/var
astdatadir => /usr/share/asterisk
astspooldir => {instance}/spool
astrundir => {instance}/run
astlogdir => {instance}/log
"""


def write_instance(instance: Path) -> None:
    etc = instance / "etc"
    etc.mkdir(parents=True)
    (etc / "asterisk.conf").write_text(ASTERISK_CONF.format(instance=instance), encoding="utf-8")
    (etc / "modules.conf").write_text("[modules]\nautoload=no\n", encoding="utf-8")
    (etc / "logger.conf").write_text("[logfiles]\nconsole => error\n", encoding="utf-8")


def mounts() -> str:
    return Path("/proc/self/mounts").read_text(encoding="utf-8")


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


async def ask(instance: Path, command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        RUN, instance, "-rx", command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
    )
    output, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    return output.decode()


async def until_ready(process: Process) -> None:
    assert process.stdout is not None
    while line := await asyncio.wait_for(process.stdout.readline(), LIMIT_S):
        if b"Asterisk Ready" in line:
            return
    pytest.fail(f"Asterisk ended with {await process.wait()} before it was ready")


@asynccontextmanager
async def running(instance: Path) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        RUN, instance, stdin=DEVNULL, stdout=PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        await until_ready(process)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Reads the rest as well, or a full pipe would keep the process alive.
        await asyncio.wait_for(process.communicate(), LIMIT_S)


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: the control socket's path may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="cti-ast-") as name:
        # Where nothing can be mounted, Asterisk's own user has to pass through here.
        Path(name).chmod(0o711)
        yield Path(name)


async def test_the_started_process_is_asterisk_and_a_signal_ends_it(folder: Path) -> None:
    write_instance(folder / "one")
    async with running(folder / "one") as process:
        pid_file = folder / "one" / "run" / "asterisk.pid"
        assert int(pid_file.read_text(encoding="utf-8")) == process.pid
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), LIMIT_S)


async def test_two_instances_run_side_by_side(folder: Path) -> None:
    for name in ("one", "two"):
        write_instance(folder / name)
    async with running(folder / "one"), running(folder / "two"):
        for name in ("one", "two"):
            settings = await ask(folder / name, "core show settings")
            assert f"{folder / name}/etc" in settings


async def test_nothing_stays_mounted_after_a_kill(folder: Path) -> None:
    write_instance(folder / "one")
    async with running(folder / "one") as process:
        process.kill()
        await asyncio.wait_for(process.wait(), LIMIT_S)
    assert str(folder) not in mounts()


@pytest.mark.skipif(os.getuid() != 0, reason="only root changes the user Asterisk runs as")
async def test_asterisk_does_not_run_as_root(folder: Path) -> None:
    write_instance(folder / "one")
    async with running(folder / "one") as process:
        assert owner(process.pid) == 19518


async def test_a_folder_without_configuration_is_refused_with_the_cure(folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(RUN, folder, stdin=DEVNULL, stderr=PIPE)
    _, said = await asyncio.wait_for(process.communicate(), LIMIT_S)
    assert process.returncode == 1
    assert "asterisk.conf is missing" in said.decode()
    assert "cti render" in said.decode()
