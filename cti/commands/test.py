"""``cti test``: run the flow tests of dialplan/tests on a virtual clock."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from cti import messages
from cti.config_files import load_configuration
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow, run_flow, ways_covered
from cti.core.ivr.reading import complain_unknown
from cti.core.problems import Problem, Severity
from cti.dialplan_files import load_dialplan, load_flows
from cti.settings import environment
from cti.site_files import config_folder


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("test", help=messages.text("cli.test"))
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--only", default="", metavar="TEXT", help=messages.text("cli.test_only"))
    command.add_argument("--language", choices=messages.LANGUAGES, default="zh")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Run the flows; 1 when one fails or a file is wrong."""
    folder = dialplan_folder(chosen.config)
    dialplan = load_dialplan(folder)
    flows, problems = load_flows(folder)
    wrong = [*dialplan.problems, *problems]
    for each in wrong:
        print(messages.line(each, chosen.language))
    if dialplan.site is None or any(each.severity is Severity.ERROR for each in wrong):
        return 1
    wanted = [flow for flow in flows if chosen.only in flow.name]
    return _run_flows(dialplan.site, wanted, chosen.language)


def dialplan_folder(config: Path) -> Path:
    """Return the configured folder of trees, or the usual one where config/ has errors."""
    configuration, _ = load_configuration(config, environment())
    if configuration is None:
        return config.resolve().parent / "dialplan"
    return configuration.settings.folders.dialplan


def _run_flows(site: Site, flows: Sequence[Flow], language: str) -> int:
    visited: dict[str, list[Sequence[str]]] = {name: [] for name in site.trees}
    failed = 0
    for flow in flows:
        problems, walk = run_one(site, flow)
        visited.setdefault(flow.tree, []).append(walk)
        failed += bool(problems)
        for each in problems:
            print(messages.text("check.flow_failed", language, name=flow.name))
            print(f"  {messages.line(each, language)}")
    for name, tree in site.trees.items():
        reached, never = ways_covered(tree, visited[name])
        counts = {"passed": len(flows) - failed, "all": len(flows), "nodes": reached}
        total = len(tree.nodes)
        print(messages.text("check.flows_passed", language, total=total, tree=name, **counts))
        if never:
            print(messages.text("check.never_visited", language, names=", ".join(never)))
    return int(failed > 0)


def run_one(site: Site, flow: Flow) -> tuple[list[Problem], tuple[str, ...]]:
    """Run one flow on its tree; a flow for a tree that does not exist has failed."""
    tree = site.trees.get(flow.tree)
    if tree is None:
        problems: list[Problem] = []
        complain_unknown(problems, flow.mark, "unknown_tree", flow.tree, site.trees)
        return problems, ()
    return run_flow(tree, flow)
