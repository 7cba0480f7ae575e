"""``cti test --mutate``: which small mistakes in the trees no flow test would notice."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cti.core.ivr.check import Site
from cti.core.ivr.coverage import Count
from cti.core.ivr.flows import Flow, run_flow
from cti.core.ivr.mutants import Mutant, mutants_of
from cti.core.ivr.tree import Tree
from cti.flow_tests.run import Report, Result

LIMIT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """``untried``: mutants for which there was no time."""

    noticed: int
    unnoticed: Sequence[Mutant]
    untried: int = 0

    @property
    def score(self) -> Count:
        """Of the mutants that were tried, those that a flow noticed."""
        return Count(walked=self.noticed, total=self.noticed + len(self.unnoticed))


def mutate(site: Site, report: Report, limit_s: float = LIMIT_S) -> Mutation:
    """Try every mutant of every tree on the flows of ``report`` that passed and came to its node."""
    until = time.monotonic() + limit_s
    noticed, untried = 0, 0
    unnoticed: list[Mutant] = []
    for name, tree in site.trees.items():
        visits = _visits(tree, [each for each in report.results if each.flow.tree == name])
        for mutant in mutants_of(tree):
            if time.monotonic() > until:
                untried += 1
            elif any(run_flow(mutant.tree, flow).difference for flow in visits[mutant.node]):
                noticed += 1
            else:
                unnoticed.append(mutant)
    return Mutation(noticed=noticed, unnoticed=unnoticed, untried=untried)


def _visits(tree: Tree, results: Sequence[Result]) -> Mapping[str, Sequence[Flow]]:
    """Node → the flows that passed and came to it; the others cannot notice its mutants."""
    found: dict[str, list[Flow]] = {name: [] for name in tree.nodes}
    for result in results:
        if result.walked and not result.problem:
            for node in result.walked.nodes:
                found[node].append(result.flow)
    # Short flows first: most mutants are noticed by any of them.
    return {node: sorted(flows, key=lambda each: len(each.steps)) for node, flows in found.items()}


def mutation_as_json(mutation: Mutation) -> dict[str, Any]:
    """``{"score", "noticed", "untried", "unnoticed": [...]}``; the score in per cent."""
    return {
        "score": mutation.score.per_cent,
        "noticed": mutation.noticed,
        "untried": mutation.untried,
        "unnoticed": [
            {
                **{"node": each.node, "code": each.code, "was": each.was, "now": each.now},
                **{"file": each.mark.file, "line": each.mark.line, "column": each.mark.column},
            }
            for each in mutation.unnoticed
        ],
    }
