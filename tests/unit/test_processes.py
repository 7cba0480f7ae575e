"""Programs are started, watched, killed where they hang, started again, and ended in order."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from cti import processes
from cti.processes import NotStarted, Program, Programs, end_run

LIMIT_S = 20.0
STARTS = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).open('a').write('x'); "


@pytest_asyncio.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Programs]:
    found = Programs(tmp_path / "pids.json")
    yield found
    await found.stop()


@pytest.fixture(autouse=True)
def _short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "RESTART_PAUSES_S", (0.01, 0.02))
    monkeypatch.setattr(processes, "PROBE_EVERY_S", 0.02)
    monkeypatch.setattr(processes, "STOP_S", 1.0)


def program(
    tmp_path: Path,
    then: str = "time.sleep(60)",
    *,
    ready_s: float = LIMIT_S,
    alive: Callable[[], Awaitable[bool]] | None = None,
) -> Program:
    """A child that leaves a mark in ``starts`` and goes on as told."""
    marks = tmp_path / "starts"

    async def ready() -> bool:
        return marks.exists()

    return Program(
        name="child",
        command=[sys.executable, "-c", STARTS + then, str(marks)],
        environment=os.environ,
        log=tmp_path / "log" / "child.log",
        ready=ready,
        ready_s=ready_s,
        alive=alive,
    )


async def until(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not told():  # noqa: ASYNC110 (another process's doing cannot be awaited)
            await asyncio.sleep(0.01)


def starts(tmp_path: Path) -> int:
    marks = tmp_path / "starts"
    return len(marks.read_text()) if marks.exists() else 0


def pid(tmp_path: Path) -> int:
    return int(json.loads((tmp_path / "pids.json").read_text())["child"])


@contextlib.asynccontextmanager
async def watched(programs: Programs, each: Program) -> AsyncIterator[None]:
    await programs.start(each)
    task = asyncio.create_task(programs.watch(each))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_program_that_is_killed_is_started_again(
    programs: Programs, tmp_path: Path
) -> None:
    async with watched(programs, program(tmp_path)):
        first = pid(tmp_path)
        os.kill(first, signal.SIGKILL)
        await until(lambda: starts(tmp_path) == 2)
        assert pid(tmp_path) != first


async def test_a_program_that_no_longer_answers_is_killed_and_started_again(
    programs: Programs, tmp_path: Path
) -> None:
    stopped, asked = set[int](), 0

    async def alive() -> bool:
        nonlocal asked
        asked += 1
        return pid(tmp_path) not in stopped

    async with watched(programs, program(tmp_path, alive=alive)):
        hanging = pid(tmp_path)
        await until(lambda: asked > 1)
        os.kill(hanging, signal.SIGSTOP)
        stopped.add(hanging)
        await until(lambda: starts(tmp_path) == 2)
        assert pid(tmp_path) != hanging
        with pytest.raises(ProcessLookupError):
            os.kill(hanging, 0)


async def test_a_single_missed_answer_kills_nothing(programs: Programs, tmp_path: Path) -> None:
    answers = [True, False, False, True, False, True]

    async def alive() -> bool:
        return answers.pop(0) if answers else True

    async with watched(programs, program(tmp_path, alive=alive)):
        await until(lambda: not answers)
        assert starts(tmp_path) == 1


async def test_a_program_that_takes_long_to_its_first_answer_is_left_alone(
    programs: Programs, tmp_path: Path
) -> None:
    asked = 0

    async def alive() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    async with watched(programs, program(tmp_path, alive=alive)):
        await until(lambda: asked > 15)
        assert starts(tmp_path) == 1


async def test_a_program_that_ends_at_once_is_not_started(
    programs: Programs, tmp_path: Path
) -> None:
    ends = Program(
        name="child",
        command=[sys.executable, "-c", "raise SystemExit(3)"],
        environment=os.environ,
        log=tmp_path / "child.log",
        ready=program(tmp_path).ready,
    )
    with pytest.raises(NotStarted, match=r"child: exit 3, .*child\.log"):
        await programs.start(ends)


async def test_a_program_that_stays_silent_is_not_started(
    programs: Programs, tmp_path: Path
) -> None:
    silent = program(tmp_path, ready_s=0.05)
    never = Program(
        name="child",
        command=[sys.executable, "-c", "import time; time.sleep(60)"],
        environment=os.environ,
        log=silent.log,
        ready=silent.ready,
        ready_s=0.05,
    )
    with pytest.raises(NotStarted, match=r"not ready in 0\.05 s"):
        await programs.start(never)


async def test_a_program_deaf_to_the_polite_signal_is_killed_at_the_end(
    programs: Programs, tmp_path: Path
) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    await programs.start(program(tmp_path, deaf + "time.sleep(60)"))
    child = pid(tmp_path)
    await programs.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert not (tmp_path / "pids.json").exists()


async def test_ending_a_run_whose_parent_is_gone_ends_its_children(
    programs: Programs, tmp_path: Path
) -> None:
    await programs.start(program(tmp_path))
    pids = tmp_path / "pids.json"
    found = json.loads(pids.read_text())
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    pids.write_text(json.dumps({**found, "self": gone.pid}))
    assert end_run(pids)
    assert not pids.exists()
    assert await asyncio.wait_for(programs._running["child"].wait(), LIMIT_S) == -signal.SIGTERM


def test_ending_a_run_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert not end_run(tmp_path / "pids.json")
