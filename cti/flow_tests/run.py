"""Runs many flow tests, in several processes where that is faster, and adds up what they walked."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from cti.core.ivr.check import Site
from cti.core.ivr.coverage import Count, Coverage, Step, coverage_of, in_all
from cti.core.ivr.flows import Flow, Walked, run_flow
from cti.core.ivr.reading import Problems, complain_unknown
from cti.core.problems import Problem

PAYS_FROM = 4000
"""So many flows take about half a second, from where on a second process is worth its start."""
MOST_JOBS = 4
CHUNK = 250

Tell = Callable[[int], None]
"""Is told how many flows have been run so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one flow: no problem, or the first one."""

    flow: Flow
    problem: Problem | None = None
    walked: Walked | None = None


@dataclass(slots=True)
class Walks:
    """How often the nodes of one tree were entered, and its ways taken, in how many flows."""

    nodes: Counter[str] = field(default_factory=Counter)
    ways: Counter[Step] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All results, and per tree what they walked."""

    results: Sequence[Result]
    walks: Mapping[str, Walks]
    coverage: Sequence[Coverage]

    @property
    def failures(self) -> Sequence[Result]:
        return [each for each in self.results if each.problem]

    @property
    def passed(self) -> int:
        return len(self.results) - len(self.failures)

    @property
    def in_all(self) -> tuple[Count, Count, Count]:
        """Nodes, edges, branches of all trees together."""
        return in_all(self.coverage)


def run_flows(
    site: Site, flows: Sequence[Flow], jobs: int = 0, tell: Tell = lambda _done: None
) -> Report:
    """Run the flows, in their order; ``jobs`` 0 chooses how many processes by itself."""
    wanted = jobs or (min(MOST_JOBS, os.cpu_count() or 1) if len(flows) >= PAYS_FROM else 1)
    results: list[Result] = []
    for result in _one_by_one(site, flows) if wanted == 1 else _side_by_side(site, flows, wanted):
        results.append(result)
        tell(len(results))
    return report_of(site, results)


def report_of(site: Site, results: Sequence[Result]) -> Report:
    """Add up what results walked."""
    walks = {name: Walks() for name in site.trees}
    for result in results:
        if result.walked:
            walks[result.flow.tree].nodes.update(result.walked.nodes)
            walks[result.flow.tree].ways.update(result.walked.ways)
    coverage = [
        coverage_of(tree, walks[name].nodes, walks[name].ways) for name, tree in site.trees.items()
    ]
    return Report(results=results, walks=walks, coverage=coverage)


def run_one(site: Site, flow: Flow) -> Result:
    """Run one flow on its tree; a flow for a tree that does not exist has failed."""
    tree = site.trees.get(flow.tree)
    if tree is None:
        problems: Problems = []
        complain_unknown(problems, flow.mark, "unknown_tree", flow.tree, site.trees)
        return Result(flow=flow, problem=problems[0])
    walked = run_flow(tree, flow)
    problem = walked.difference.problem if walked.difference else None
    return Result(flow=flow, problem=problem, walked=walked)


def _one_by_one(site: Site, flows: Sequence[Flow]) -> Iterator[Result]:
    return (run_one(site, flow) for flow in flows)


_work: tuple[Site, Sequence[Flow]] = (Site(), ())
"""What the processes work on: inherited when they begin, so that nothing large is sent."""


def _side_by_side(site: Site, flows: Sequence[Flow], jobs: int) -> Iterator[Result]:
    global _work
    _work = (site, flows)
    starts = range(0, len(flows), CHUNK)
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=forked) as pool:
        for begin, found in zip(starts, pool.map(_chunk, starts), strict=True):
            for flow, (problem, walked) in zip(flows[begin:], found, strict=False):
                yield Result(flow=flow, problem=problem, walked=walked)


def _chunk(begin: int) -> list[tuple[Problem | None, Walked | None]]:
    site, flows = _work
    results = [run_one(site, flow) for flow in flows[begin : begin + CHUNK]]
    return [(result.problem, result.walked) for result in results]
