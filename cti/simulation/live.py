"""``cti test --live``: the flow tests on a hotline of their own, with real SIP phones and real keys."""

import asyncio
import importlib.util
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cti.core.ivr import session as ivr
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Difference, Does, Flow, Kind, Walked
from cti.core.problems import Mark, Problem
from cti.flow_tests.run import Report, Result, Tell, report_of, run_one
from cti.settings import environment
from cti.simulation.scratch import scratch_environment

CALLERS = 8
LOG_LINES = 5
LEAVES_S = 60.0
NOT_SERVABLE = 3
"""The stage's exit code when `cti check` has errors to tell."""


class LiveFailed(Exception):
    """The scratch hotline could not be started, or broke; the message says why, ``said`` in full."""

    def __init__(self, why: str = "", said: str = "") -> None:
        super().__init__(why)
        self.said = said


class NotServable(LiveFailed):
    """`cti check` has errors to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlan:
    """``folder`` takes everything the run makes, also what the phones recorded."""

    config: Path
    dialplan: Path
    folder: Path
    callers: int = CALLERS


def has_phones() -> bool:
    """The library of the SIP phones is installed."""
    return importlib.util.find_spec("pjsua2") is not None


def playable(flow: Flow) -> bool:
    """False for a flow in which somebody else moves the call."""
    return not any(isinstance(s, Does) and isinstance(s.heard, ivr.Moved) for s in flow.steps)


async def run_live(site: Site, flows: Sequence[Flow], plan: LivePlan) -> AsyncIterator[Result]:
    """Yield each flow's result when its call is over. A flow that fails on the virtual clock is not
    called. Raises LiveFailed."""
    virtual = [run_one(site, flow) for flow in flows]
    for result in virtual:
        if result.problem:
            yield result
    waiting = {str(each.flow.mark): each for each in virtual if not each.problem}
    if not waiting:
        return
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti.simulation.live_stage", _stage_plan(plan, list(waiting))),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(site, plan),
    )
    try:
        async for result in _results(process, waiting):
            yield result
    finally:
        if process.returncode is None:
            process.terminate()
            # It ends Asterisk, Redis and the phones before itself.
            await asyncio.wait_for(process.wait(), LEAVES_S)


def live_report(
    site: Site, flows: Sequence[Flow], plan: LivePlan, tell: Tell = lambda _done: None
) -> Report:
    """Run flows live, and report as if they had run on the virtual clock. Raises LiveFailed."""

    async def collect() -> list[Result]:
        found: list[Result] = []
        async for result in run_live(site, flows, plan):
            found.append(result)
            tell(len(found))
        return found

    found = {str(each.flow.mark): each for each in asyncio.run(collect())}
    return report_of(site, [found[str(flow.mark)] for flow in flows])


async def _results(
    process: asyncio.subprocess.Process, waiting: dict[str, Result]
) -> AsyncIterator[Result]:
    assert process.stdout is not None  # noqa: S101 (we asked for the pipes)
    assert process.stderr is not None  # noqa: S101
    errors = asyncio.create_task(process.stderr.read())
    async for line in process.stdout:
        told = json.loads(line)
        yield _result(waiting.pop(told["flow"]), told)
    said = (await errors).decode("utf-8", "replace").strip()
    code = await process.wait()
    if code == NOT_SERVABLE:
        raise NotServable
    if code or waiting:
        last = said.splitlines()[-LOG_LINES:]
        raise LiveFailed("\n".join((*last, f"exit {code}")), said)


def _stage_plan(plan: LivePlan, flows: Sequence[str]) -> str:
    told = {"dialplan": str(plan.dialplan), "flows": flows, "callers": plan.callers}
    return json.dumps(told)


def _environment(site: Site, plan: LivePlan) -> Mapping[str, str]:
    numbers = sorted({number for tree in site.trees.values() for number in tree.numbers})
    return {
        **environment(),
        **scratch_environment(plan.folder),
        "CTI_CONFIG": str(plan.config.resolve()),
        "CTI_FOLDERS_DIALPLAN": str(plan.dialplan.resolve()),
        "CTI_SIP_NUMBERS": ",".join(numbers),
    }


def _result(virtual: Result, told: Mapping[str, Any]) -> Result:
    if told["wrong"]:
        problem = Problem(virtual.flow.mark, "check.flow_not_called", {"why": told["wrong"]})
        return Result(flow=virtual.flow, problem=problem, walked=None)
    if told["difference"] is None:
        return virtual
    plain = told["difference"]
    found = Difference(**{**plain, "kind": Kind(plain["kind"]), "mark": Mark(**plain["mark"])})
    assert virtual.walked is not None  # noqa: S101 (it has passed)
    walked = Walked(difference=found, nodes=virtual.walked.nodes, ways=virtual.walked.ways)
    return Result(flow=virtual.flow, problem=found.problem, walked=walked)
