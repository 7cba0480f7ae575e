"""``cti check``: every problem of config/ and dialplan/ at once, each with place and cure."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from cti import messages
from cti.checking import all_problems
from cti.config_files import load_configuration
from cti.core.problems import Problem, Severity
from cti.dialplan_files import HOURS_FILE
from cti.distances import distance_table, distances, plain_rows, plain_rules, rule_table
from cti.house_files import load_rules
from cti.language_option import add_language
from cti.settings import environment
from cti.site_files import config_folder


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("check", help=messages.text("cli.check"))
    command.add_argument("paths", nargs="*", type=Path, help=messages.text("cli.check_paths"))
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--json", action="store_true", help=messages.text("cli.check_json"))
    shown = command.add_mutually_exclusive_group()
    shown.add_argument(
        "--paths", action="store_true", dest="ways", help=messages.text("cli.check_ways")
    )
    shown.add_argument("--rules", action="store_true", help=messages.text("cli.check_rules"))
    add_language(command)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what is wrong; 1 when anything is an error."""
    if chosen.rules:
        return _show_rules(chosen.config, chosen.language, as_json=chosen.json)
    today = datetime.now(UTC).date()
    problems = find_problems(chosen.config, chosen.paths, today)
    plain = [_plain(each, chosen.language) for each in problems]
    rows = distances(chosen.config) if chosen.ways else []
    if chosen.json:
        shown = {"problems": plain, "paths": plain_rows(rows)} if chosen.ways else plain
        print(json.dumps(shown, ensure_ascii=False))
    else:
        lines = [messages.line(each, chosen.language) for each in problems]
        table = distance_table(rows, chosen.language)
        print(*lines, *table, _summary(problems, chosen.language), sep="\n")
    return int(any(each.severity is Severity.ERROR for each in problems))


def _show_rules(config: Path, language: str, *, as_json: bool) -> int:
    """Print how strict each rule is here; 1 when a pack is wrong."""
    rules, problems = load_rules(config)
    shown = json.dumps(plain_rules(rules), ensure_ascii=False)
    lines = [shown] if as_json else rule_table(rules, language)
    print(*lines, sep="\n")
    for each in problems:
        print(messages.line(each, language), file=sys.stderr)
    return int(bool(problems))


def find_problems(
    config: Path, paths: Sequence[Path] = (), today: date | None = None
) -> list[Problem]:
    """Return what is wrong with ``config`` and its dialplan, sorted by place.

    ``paths`` narrows the answer to those files and folders; a folder of trees from elsewhere (it has
    an hours.yaml) is checked instead of the configured one. ``today`` asks whether the days to come
    are known.
    """
    elsewhere = [path for path in paths if (path / HOURS_FILE).is_file()]
    problems = all_problems(config, elsewhere, today)
    wanted = [path.resolve() for path in paths]
    folders = (config, *(elsewhere or [_dialplan(config)])) if wanted else ()
    roots = [each.resolve().parent for each in folders]
    return sorted(
        (each for each in problems if not wanted or _lies_in(each, roots, wanted)),
        key=lambda problem: (problem.mark, problem.code),
    )


def _dialplan(config: Path) -> Path:
    configuration, _ = load_configuration(config, environment())
    return configuration.settings.folders.dialplan if configuration else config.parent / "dialplan"


def _lies_in(problem: Problem, roots: Sequence[Path], wanted: Sequence[Path]) -> bool:
    return any((root / problem.mark.file).is_relative_to(path) for root in roots for path in wanted)


def _plain(problem: Problem, language: str) -> dict[str, object]:
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "what": messages.what(problem, language),
        "cure": messages.cure(problem, language),
    }


def _summary(problems: Sequence[Problem], language: str) -> str:
    errors = sum(each.severity is Severity.ERROR for each in problems)
    if not problems:
        return messages.text("check.ok", language)
    warnings = len(problems) - errors
    return messages.text("check.summary", language, errors=errors, warnings=warnings)
