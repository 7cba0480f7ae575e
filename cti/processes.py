"""The programs that one run stands on: started, watched, restarted, stopped in reverse order."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

STOP_S = 10.0
RESTART_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_S = 30.0
PROBE_EVERY_S = 1.0
SILENT_AFTER = 3
"""So many probes in a row without an answer: the program hangs, and is killed."""
FIRST_ANSWER_S = 120.0
"""How long a program that was started again may take to its first answer."""


class NotStarted(Exception):
    """A program ended or stayed silent while it was waited for; the message says where its log is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, where its output goes, how to see that it is ready, and that it still answers.

    ``alive`` must end by itself within a few seconds; None: only its end is watched.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], Awaitable[bool]]
    ready_s: float = 30.0
    alive: Callable[[], Awaitable[bool]] | None = None


class Programs:
    """Children of this process. ``pids`` is a file by which ``cti down`` finds them."""

    def __init__(self, pids: Path) -> None:
        self._pids = pids
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = False

    async def start(self, program: Program) -> None:
        """Start and wait until ready. Raises NotStarted."""
        await self._spawn(program)
        await self._until_ready(program)

    async def watch(self, program: Program) -> None:
        """Start the program again whenever it ends or hangs, with growing pauses; until
        cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            code = await _end_of(program, self._running[program.name])
            if self._stopping:
                return
            failures = 0 if loop.time() - began > STEADY_S else failures + 1
            pause_s = RESTART_PAUSES_S[min(failures, len(RESTART_PAUSES_S) - 1)]
            log.error(
                "%s ended with %s, starting it again",
                program.name,
                code,
                extra={"fact": "program_ended", "pause_s": pause_s, "log": program.log},
            )
            await asyncio.sleep(pause_s)
            await self._spawn(program)

    async def stop(self) -> None:
        """End all, last started first: a polite signal, then a hard one after STOP_S."""
        self._stopping = True
        for process in reversed(self._running.values()):
            await _end(process)
        self._running.clear()
        self._pids.unlink(missing_ok=True)

    async def _spawn(self, program: Program) -> None:
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as output:
            self._running[program.name] = await asyncio.create_subprocess_exec(
                *program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(program.environment),
                # Ctrl-C must reach only us: we end the children in the right order.
                start_new_session=True,
            )
        found = {name: process.pid for name, process in self._running.items()}
        self._pids.write_text(json.dumps({"self": os.getpid(), **found}), "utf-8")

    async def _until_ready(self, program: Program) -> None:
        process = self._running[program.name]
        try:
            async with asyncio.timeout(program.ready_s):
                while not await program.ready():
                    if process.returncode is not None:
                        raise NotStarted(
                            f"{program.name}: exit {process.returncode}, {program.log}"
                        )
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise NotStarted(
                f"{program.name}: not ready in {program.ready_s:g} s, {program.log}"
            ) from None


async def _end_of(program: Program, process: asyncio.subprocess.Process) -> int:
    """The exit code, once the program ended or was killed because it hung."""
    if program.alive is None:
        return await process.wait()
    guard = asyncio.create_task(_kill_when_silent(program, process), name=f"guard {program.name}")
    try:
        return await process.wait()
    finally:
        guard.cancel()
        await asyncio.gather(guard, return_exceptions=True)


async def _kill_when_silent(program: Program, process: asyncio.subprocess.Process) -> None:
    assert program.alive is not None  # noqa: S101 (its caller looked)
    loop = asyncio.get_running_loop()
    first_until, answered, missed = loop.time() + FIRST_ANSWER_S, False, 0
    while missed < SILENT_AFTER:
        asked_at = loop.time()
        there = await program.alive()
        await asyncio.sleep(max(0.0, asked_at + PROBE_EVERY_S - loop.time()))
        if there:
            answered, missed = True, 0
        elif answered or loop.time() > first_until:
            missed += 1
    log.error("%s does not answer, killing it", program.name, extra={"fact": "program_hangs"})
    # What hangs, or is stopped, may not hear a polite signal.
    process.kill()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def end_run(pids: Path) -> bool:
    """Ask the run behind a pids file to stop, and see to its children where it is gone itself.

    False when nothing was running.
    """
    try:
        found: dict[str, int] = json.loads(pids.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    parent = found.pop("self", 0)
    if _signalled(parent):
        return True
    ended = [_signalled(pid) for pid in reversed(found.values())]
    pids.unlink(missing_ok=True)
    return any(ended)


def _signalled(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return False
    return True


async def port_answers(host: str, port: int) -> bool:
    """Somebody listens there."""
    try:
        async with asyncio.timeout(1):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
