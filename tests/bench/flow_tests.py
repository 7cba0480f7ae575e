"""How fast flow tests run: from the YAML files to the report, on one core."""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow
from cti.dialplan_files import load_dialplan, load_flows
from cti.flow_tests.run import run_flows
from tests.bench.line import ROOT, ROUNDS, Line, Row, ask, less_is_better, more_is_better

FLOWS = 1000
LIMIT_S = 10.0
"""What 1,000 flow tests may take at most."""


def run() -> Sequence[Row]:
    """The whole command, and the walking alone."""
    with tempfile.TemporaryDirectory() as folder:
        config, flows = _many_flows(Path(folder))
        whole_s = median(_whole_s(config) for _ in range(ROUNDS))
        walked_s = median(_walked_s(config.parent / "dialplan") for _ in range(ROUNDS))
    per_s = FLOWS / LIMIT_S
    name = f"{FLOWS:,} flow tests, `cti test` from start to end"
    return [
        less_is_better(name, "s", whole_s * FLOWS / flows, ("the limit", LIMIT_S), 1.0),
        more_is_better("flow tests walked", "/s", flows / walked_s, ("the limit", per_s), 1.0),
    ]


def _many_flows(folder: Path) -> tuple[Path, int]:
    """The shipped dialplan with its flows as often as it takes; and how many there are."""
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "dialplan", folder / "dialplan")
    tests = folder / "dialplan" / "tests"
    shipped = sorted(tests.glob("*.yaml"))
    count = len(load_flows(folder / "dialplan")[0])
    copies = -(-FLOWS // count)
    for number in range(1, copies):
        for path in shipped:
            shutil.copy(path, tests / f"{path.stem}_{number}.yaml")
    return folder / "config", count * copies


def _whole_s(config: Path) -> float:
    begun = perf_counter()
    command = (
        sys.executable,
        "-m",
        "cti",
        "test",
        "--config",
        str(config),
        "--jobs",
        "1",
        "--json",
    )
    told = ask(command, limit_s=60.0)
    if told["failed"]:
        raise RuntimeError(f"{told['failed']} flows of the shipped menu fail")
    return perf_counter() - begun


def _walked_s(dialplan: Path) -> float:
    site, flows = _loaded(dialplan)
    begun = perf_counter()
    run_flows(site, flows, jobs=1)
    return perf_counter() - begun


def _loaded(dialplan: Path) -> tuple[Site, Sequence[Flow]]:
    site = load_dialplan(dialplan).site
    if site is None:
        raise RuntimeError("the shipped dialplan has errors")
    return site, load_flows(dialplan)[0]


LINE = Line(
    "Flow tests",
    "The shipped menu with its flow tests, as many copies of them as make 1,000. The first row is the "
    "command on one process, with start, reading and checking of all YAML, and coverage, brought to "
    "1,000 flows; the second the walking alone.",
    run,
)
