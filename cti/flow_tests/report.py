"""Reports of flow tests: for people, side by side; for machines, JSON."""

import difflib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cti import messages
from cti.core.ivr.check import Site
from cti.core.ivr.coverage import Count, Coverage
from cti.core.ivr.flow_words import Plain, shown
from cti.core.ivr.flows import Difference, Kind
from cti.core.problems import Mark
from cti.flow_tests.mutate import Mutation
from cti.flow_tests.run import Report, Result
from cti.flow_tests.texts import fitted, utterance_text
from cti.prompts.catalogue import Catalogue

WIDEST, NARROWEST = 160, 60
MOST_UNTAKEN = 20
"""Places without a walk that are listed per tree; ``--json`` has all of them."""


class Writer:
    """Tells in one language what became of flows."""

    def __init__(self, site: Site, catalogue: Catalogue, language: str) -> None:
        self._site, self._catalogue, self._language = site, catalogue, language

    def failure(self, result: Result) -> Iterator[str]:
        """The lines on one flow that failed."""
        assert result.problem is not None  # noqa: S101 (the caller looked)
        yield f"✗ {result.flow.name}  ({result.flow.mark})"
        found = result.walked.difference if result.walked else None
        if found is None:
            yield f"  {messages.line(result.problem, self._language)}"
            return
        node = self._site.trees[result.flow.tree].nodes[found.node]
        yield self._say("at", step=found.step, mark=found.mark, node=node.id, place=node.mark)
        if found.kind is Kind.ENDED_BEFORE:
            yield f"  {messages.what(result.problem, self._language)}"
            return
        yield from self._side_by_side(found)

    def coverage(self, report: Report, *, places: bool) -> Iterator[str]:
        """Per tree what was walked, on wish the places nobody walked, then all together."""
        for each in report.coverage:
            yield self._say("coverage", tree=each.tree, **_shares(each))
            if places:
                yield from self._untaken(each)
        names = ("nodes", "edges", "branches")
        counts = {name: _share(one) for name, one in zip(names, report.in_all, strict=True)}
        yield self._say(
            "summary", passed=report.passed, failed=len(report.failures), **counts
        )  # fmt: skip

    def mutation(self, mutation: Mutation) -> Iterator[str]:
        """The mistakes that no flow would notice, then the score."""
        for each in mutation.unnoticed:
            place = {"mark": each.mark, "node": each.node, "was": each.was, "now": each.now}
            yield self._say(f"mutant.{each.code}", **place)
        untried = self._say("untried", count=mutation.untried) if mutation.untried else ""
        yield self._say("mutation", score=_share(mutation.score)) + untried

    def _untaken(self, coverage: Coverage) -> Iterator[str]:
        unseen = {node.id for node in coverage.unseen}
        for node in coverage.unseen[:MOST_UNTAKEN]:
            yield self._say("unseen", mark=node.mark, node=node.id)
        ways = [way for way in coverage.untaken if way.node not in unseen]
        for way in sorted(ways, key=lambda each: not each.written)[:MOST_UNTAKEN]:
            key = "untaken" if way.written else "untaken_implied"
            yield self._say(key, mark=way.mark, node=way.node, way=way.name, to=way.target)
        if left := max(0, len(unseen) - MOST_UNTAKEN) + max(0, len(ways) - MOST_UNTAKEN):
            yield self._say("more", count=left)

    def _side_by_side(self, found: Difference) -> Iterator[str]:
        columns = min(WIDEST, max(NARROWEST, shutil.get_terminal_size().columns))
        half = (columns - 7) // 2
        yield f"    {fitted(self._say('wanted'), half)}| {self._say('got')}"
        wanted, got = self._items(found.wanted, found), self._items(found.got, found)
        for sign, left, right in _rows(wanted, got):
            yield f"  {sign} {fitted(left, half)}| {fitted(right, half)}".rstrip()

    def _items(self, plain: Plain, found: Difference) -> list[str]:
        if isinstance(plain, Mapping):
            return list(_flat(plain))
        heard = plain if isinstance(plain, list) else [plain]
        return [utterance_text(self._catalogue, each, found.language) for each in heard]

    def _say(self, key: str, /, **values: object) -> str:
        return messages.text(f"test.{key}", self._language, **values)


def _rows(wanted: Sequence[str], got: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    matcher = difflib.SequenceMatcher(None, wanted, got, autojunk=False)
    for _, a, a_end, b, b_end in matcher.get_opcodes():
        for index in range(max(a_end - a, b_end - b)):
            left = wanted[a + index] if a + index < a_end else ""
            right = got[b + index] if b + index < b_end else ""
            sign = " " if left == right else "~" if left and right else "-" if left else "+"
            yield sign, left, right


def _flat(plain: Mapping[Any, Any], above: str = "") -> Iterator[str]:
    for name, value in plain.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}: ")
        else:
            yield f"{above}{name}: {shown(value)}"


def _shares(each: Coverage) -> dict[str, str]:
    return {name: _share(getattr(each, name)) for name in ("nodes", "edges", "branches")}


def _share(count: Count) -> str:
    return f"{count.per_cent:g} % ({count.walked}/{count.total})"


def as_json(report: Report, language: str) -> dict[str, Any]:
    """``{"passed", "failed", "coverage", "trees", "failures"}``; coverage in per cent."""
    nodes, edges, branches = report.in_all
    return {
        "passed": report.passed,
        "failed": len(report.failures),
        "coverage": _per_cent(nodes, edges, branches),
        "trees": {each.tree: _tree(each) for each in report.coverage},
        "failures": [failure_as_json(each, language) for each in report.failures],
    }


def walks_as_json(report: Report) -> dict[str, Any]:
    """How many flows entered each node and took each way, for pictures of a tree."""
    trees = {}
    for each in report.coverage:
        walks, ways = report.walks[each.tree], dict[str, dict[str, int]]()
        for (node, way), count in sorted(walks.ways.items()):
            ways.setdefault(node, {})[way] = count
        trees[each.tree] = {**_tree(each), "entered": dict(walks.nodes), "taken": ways}
    return {"flows": len(report.results), "trees": trees}


def _per_cent(nodes: Count, edges: Count, branches: Count) -> dict[str, float]:
    return {"nodes": nodes.per_cent, "edges": edges.per_cent, "branches": branches.per_cent}


def _tree(each: Coverage) -> dict[str, Any]:
    return {
        **_per_cent(each.nodes, each.edges, each.branches),
        "unseen": [{"node": node.id, **_place(node.mark)} for node in each.unseen],
        "untaken": [
            {"node": way.node, "way": way.name, "written": way.written, **_place(way.mark)}
            for way in each.untaken
        ],
    }


def _place(mark: Mark) -> dict[str, Any]:
    return {"file": mark.file, "line": mark.line, "column": mark.column}


def failure_as_json(result: Result, language: str) -> dict[str, Any]:
    """Where a flow failed, and what was wanted and got there."""
    assert result.problem is not None  # noqa: S101 (only failures come here)
    told = {"name": result.flow.name, "tree": result.flow.tree, **_place(result.problem.mark)}
    found = result.walked.difference if result.walked else None
    if found:
        told |= {"step": found.step, "kind": found.kind.value.removeprefix("flow_")}
        told |= {"node": found.node, "wanted": found.wanted, "got": found.got}
    return {**told, "what": messages.what(result.problem, language)}
