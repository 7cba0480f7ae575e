"""``cti test``: run the flow tests of dialplan/tests on a virtual clock, or on real telephones.

Exit codes: 0 all passed; 1 a flow failed; 2 a file is wrong, so that nothing was run; 3 all passed
but fewer edges were walked than ``--fail-under-edges`` asks for.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cti import messages
from cti.config_files import load_configuration
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow
from cti.core.problems import Severity
from cti.dialplan_files import load_dialplan, load_flows
from cti.flow_tests.mutate import Mutation, mutate, mutation_as_json
from cti.flow_tests.report import Writer, as_json, walks_as_json
from cti.flow_tests.run import Report, Tell, run_flows
from cti.flow_tests.update import rewrites
from cti.language_option import add_language
from cti.prompts.catalogue import Catalogue, CatalogueError, load_catalogue
from cti.settings import environment
from cti.simulation.live import (
    CALLERS,
    LiveFailed,
    LivePlan,
    NotServable,
    has_phones,
    live_report,
    playable,
)
from cti.site_files import config_folder

PASSED, FAILED, WRONG_FILE, TOO_LITTLE = range(4)
TELL_EVERY = 50


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("test", help=messages.text("cli.test"))
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--only", default="", metavar="TEXT", help=messages.text("cli.test_only"))
    command.add_argument("--tree", metavar="NAME", help=messages.text("cli.test_tree"))
    command.add_argument(
        "--jobs", type=int, default=0, metavar="N", help=messages.text("cli.test_jobs")
    )
    command.add_argument("--json", action="store_true", help=messages.text("cli.test_json"))
    kind = command.add_mutually_exclusive_group()
    kind.add_argument("--update", action="store_true", help=messages.text("cli.test_update"))
    kind.add_argument("--live", action="store_true", help=messages.text("cli.test_live"))
    command.add_argument(
        "--fail-under-edges",
        type=float,
        default=0.0,
        metavar="PERCENT",
        help=messages.text("cli.test_edges"),
    )
    command.add_argument(
        "--coverage-out", type=Path, metavar="FILE", help=messages.text("cli.test_coverage")
    )
    command.add_argument("--mutate", action="store_true", help=messages.text("cli.test_mutate"))
    command.add_argument("--keep", type=Path, metavar="FOLDER", help=messages.text("cli.test_keep"))
    add_language(command)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Run the flows and report; see the exit codes above."""
    folder = dialplan_folder(chosen.config)
    loaded = load_site(folder, chosen.tree, chosen.language)
    if loaded is None:
        return WRONG_FILE
    site, flows = loaded
    wanted = [flow for flow in flows if chosen.only in flow.name]
    writer = Writer(site, prompt_texts(chosen.config), chosen.language)
    try:
        report = _live(site, wanted, chosen) if chosen.live else _virtual(site, wanted, chosen)
    except NotServable:
        print(messages.text("test.check_first", chosen.language), file=sys.stderr)
        return WRONG_FILE
    except LiveFailed as failed:
        print(messages.text("test.not_live", chosen.language, why=failed), file=sys.stderr)
        return WRONG_FILE
    if chosen.update and report.failures:
        report = _update(report, site, folder, chosen.language)
    mutation = mutate(site, report) if chosen.mutate else None
    _print(report, mutation, writer, chosen)
    if report.failures:
        return FAILED
    return TOO_LITTLE if report.in_all[1].per_cent < chosen.fail_under_edges else PASSED


def _virtual(site: Site, flows: Sequence[Flow], chosen: argparse.Namespace) -> Report:
    return run_flows(site, flows, max(0, chosen.jobs), _progress(len(flows), TELL_EVERY))


def _live(site: Site, flows: Sequence[Flow], chosen: argparse.Namespace) -> Report:
    """On a hotline of its own; what it made is kept in ``--keep``. Raises LiveFailed."""
    if not has_phones():
        raise LiveFailed(messages.text("demo.no_phones", chosen.language))
    for flow in flows:
        if not playable(flow):
            left = messages.text("test.not_playable", chosen.language, name=flow.name)
            print(f"{flow.mark}: {left}", file=sys.stderr)
    wanted = [flow for flow in flows if playable(flow)]
    with tempfile.TemporaryDirectory(prefix="cti-live-") as scratch:
        plan = LivePlan(
            config=chosen.config,
            dialplan=dialplan_folder(chosen.config),
            folder=(chosen.keep or Path(scratch)).resolve(),
            callers=chosen.jobs or CALLERS,
        )
        return live_report(site, wanted, plan, _progress(len(wanted), 1))


def load_site(folder: Path, tree: str | None, language: str) -> tuple[Site, list[Flow]] | None:
    """The trees and flows, narrowed to one tree if named; None after telling what is wrong."""
    dialplan = load_dialplan(folder)
    flows, problems = load_flows(folder)
    found = [*dialplan.problems, *problems]
    errors = [each for each in found if each.severity is Severity.ERROR]
    for each in errors:
        print(messages.line(each, language), file=sys.stderr)
    if dialplan.site is None or errors:
        return None
    if tree is None:
        return dialplan.site, flows
    if tree not in dialplan.site.trees:
        print(messages.text("call.no_tree", language, name=tree), file=sys.stderr)
        return None
    site = Site(trees={tree: dialplan.site.trees[tree]})
    return site, [flow for flow in flows if flow.tree == tree]


def dialplan_folder(config: Path) -> Path:
    """Return the configured folder of trees, or the usual one where config/ has errors."""
    configuration, _ = load_configuration(config, environment())
    if configuration is None:
        return config.resolve().parent / "dialplan"
    return configuration.settings.folders.dialplan


def prompt_texts(config: Path) -> Catalogue:
    """Return the catalogue; an empty one where it cannot be read, so that ids are shown."""
    configuration, _ = load_configuration(config, environment())
    folder = config.resolve().parent / "prompts"
    try:
        return load_catalogue(configuration.settings.folders.prompts if configuration else folder)
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return Catalogue({}, {})


def _progress(total: int, every: int) -> Tell:
    """On a terminal, a line that counts."""
    if not sys.stderr.isatty():
        return lambda _done: None

    def tell(done: int) -> None:
        if done % every == 0 or done == total:
            end = "\r\033[K" if done == total else ""
            sys.stderr.write(f"\r{done}/{total}{end}")
            sys.stderr.flush()

    return tell


def _update(report: Report, site: Site, folder: Path, language: str) -> Report:
    """Write the new expectations, show what changed, and run the same flows again."""
    found, left = rewrites(site, folder.parent, report.failures)
    for each in found:
        each.write()
        print("\n".join(each.diff()), file=sys.stderr)
    for result in left:
        text = messages.text("test.not_updated", language, name=result.flow.name)
        print(f"{result.flow.mark}: {text}", file=sys.stderr)
    names = {result.flow.name for result in report.results}
    return run_flows(site, [flow for flow in load_flows(folder)[0] if flow.name in names])


def _print(
    report: Report, mutation: Mutation | None, writer: Writer, chosen: argparse.Namespace
) -> None:
    if chosen.coverage_out:
        written = json.dumps(walks_as_json(report), ensure_ascii=False, indent=2) + "\n"
        chosen.coverage_out.write_text(written, "utf-8")
    if chosen.json:
        mutants = {"mutation": mutation_as_json(mutation)} if mutation else {}
        told = {**as_json(report, chosen.language), **mutants}
        print(json.dumps(told, ensure_ascii=False))
        return
    for result in report.failures:
        print("\n".join(writer.failure(result)) + "\n")
    if mutation:
        print("\n".join(writer.mutation(mutation)))
    # A selection of flows leaves most of a tree out, on purpose.
    print("\n".join(writer.coverage(report, places=not chosen.only)))
