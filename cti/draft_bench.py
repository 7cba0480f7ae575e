"""Tries drafts in processes beside the server, so that calls do not wait for them: each with a limit."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from cti.config_models import Configuration
from cti.core.problems import Problem
from cti.draft_worker import problem_of
from cti.services.admin_ports import Impossible
from cti.services.menu_pictures import Unreadable

log = logging.getLogger(__name__)

Json = dict[str, Any]
Tell = Callable[[int, int], None]
LIMIT_S = 20.0
TEST_LIMIT_S = 180.0
AT_ONCE = 2
LINE_BYTES = 32 * 1024 * 1024


class DraftBench:
    """``Bench``. At most ``AT_ONCE`` processes; others wait for their turn, within their limit."""

    def __init__(self, configuration: Configuration) -> None:
        folders = configuration.settings.folders
        self._places = {
            name: str(getattr(folders, name))
            for name in ("config", "prompts", "scripts", "instance")
        }
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def check(self, files: Mapping[str, str]) -> list[Problem]:
        """Every finding of ``cti check``."""
        found = await self._run({"kind": "check", "files": files})
        return [problem_of(each) for each in found["problems"]]

    async def diff(self, before: Mapping[str, str], after: Mapping[str, str]) -> Json:
        """What is not the same, and what callers notice."""
        return await self._run({"kind": "diff", "before": before, "files": after})

    async def test(
        self, files: Mapping[str, str], only: str, tell: Tell
    ) -> tuple[list[Problem], Json | None]:
        """What came out, None where the trees cannot be used; ``tell`` hears how far it is."""
        job = {"kind": "test", "files": files, "only": only}
        found = await self._run(job, TEST_LIMIT_S, tell)
        return [problem_of(each) for each in found["problems"]], found["result"]

    async def picture(self, files: Mapping[str, str], wish: Mapping[str, object]) -> Json:
        """``{picture}`` or ``{svg}``; ``wish``: tree, language, counts. Raises Unreadable."""
        found = await self._run({"kind": "picture", "files": files, **wish})
        if "problems" in found:
            raise Unreadable([problem_of(each) for each in found["problems"]])
        return found

    async def _run(
        self, job: Json, limit_s: float | None = None, tell: Tell = lambda _done, _total: None
    ) -> Json:
        """The job's result. Raises Impossible: too long, or its process broke."""
        try:
            async with asyncio.timeout(limit_s or LIMIT_S), self._turns:
                return await self._in_process({**self._places, **job}, tell)
        except TimeoutError:
            log.warning("draft took too long", extra={"fact": "draft_too_long", "job": job["kind"]})
            raise Impossible("too_long", limit=round(limit_s or LIMIT_S)) from None

    async def _in_process(self, job: Json, tell: Tell) -> Json:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cti.draft_worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            limit=LINE_BYTES,
        )
        try:
            return await _talk(process, json.dumps(job).encode(), tell)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _talk(process: asyncio.subprocess.Process, job: bytes, tell: Tell) -> Json:
    if process.stdin is None or process.stdout is None:
        raise Impossible("bench_broken")
    with contextlib.suppress(ConnectionError):
        process.stdin.write(job)
        await process.stdin.drain()
        process.stdin.close()
    while line := await process.stdout.readline():
        said = json.loads(line)
        if "result" in said:
            found: Json = said["result"]
            return found
        tell(said["done"], said["total"])
    log.error("draft's process ended", extra={"fact": "draft_broken", "job": len(job)})
    raise Impossible("bench_broken")
