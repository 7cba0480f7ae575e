"""What takes long with a draft (its flow tests, its prompts spoken): one run for each admin at a time, to be
looked at while it runs."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from cti.core.problems import Problem
from cti.services.admin_ports import Impossible
from cti.services.ports import Clock

Json = dict[str, Any]
MOST = 100
"""Admins whose last results are kept."""


class RunState(StrEnum):
    """How far a run is."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """``revision`` of the draft that is tested; ``problems`` where it cannot be loaded; ``failure`` is what
    ended the run before its end."""

    state: RunState = RunState.NONE
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    revision: int = 0
    failure: Impossible | None = None
    problems: list[Problem] = field(default_factory=list)
    result: Json | None = None


class Work(Protocol):
    """What is run."""

    async def __call__(
        self, files: Mapping[str, str], only: str, tell: Callable[[int, int], None], /
    ) -> tuple[list[Problem], Json | None]:
        """What came out; None where the files cannot be used. Raises Impossible."""
        ...


class DraftRuns:
    """Kept in memory: a server that was restarted has no runs. ``close`` ends them all; ``busy`` is the code
    of the refusal where one runs already."""

    def __init__(self, work: Work, now: Clock, busy: str = "test_running") -> None:
        self._do, self._now, self._busy = work, now, busy
        self._runs: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def state(self, login: str) -> Run:
        """His last run."""
        return self._runs.get(login, Run())

    def start(self, login: str, files: Mapping[str, str], revision: int, only: str = "") -> Run:
        """Begin with the files of his draft. Raises Impossible: it runs already."""
        if self.state(login).state is RunState.RUNNING:
            raise Impossible(self._busy)
        self._forget_oldest()
        self._runs[login] = Run(state=RunState.RUNNING, started_at=self._now(), revision=revision)
        self._tasks[login] = asyncio.create_task(self._work(login, files, only))
        return self._runs[login]

    async def stop(self, login: str) -> None:
        """End his run, if one is under way."""
        if task := self._tasks.pop(login, None):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self.state(login).state is RunState.RUNNING:
            self._change(login, state=RunState.STOPPED)

    async def close(self) -> None:
        """End every run."""
        for login in list(self._tasks):
            await self.stop(login)

    async def _work(self, login: str, files: Mapping[str, str], only: str) -> None:
        def tell(done: int, total: int) -> None:
            self._change(login, done=done, total=total)

        try:
            problems, result = await self._do(files, only, tell)
        except Impossible as failure:
            self._change(login, state=RunState.FAILED, failure=failure)
            return
        state = RunState.FAILED if result is None else RunState.DONE
        self._change(login, state=state, problems=problems, result=result)

    def _change(self, login: str, **values: Any) -> None:
        self._runs[login] = replace(self.state(login), **values)

    def _forget_oldest(self) -> None:
        ended = [each for each, run in self._runs.items() if run.state is not RunState.RUNNING]
        for login in ended[: max(0, len(self._runs) - MOST)]:
            del self._runs[login]
