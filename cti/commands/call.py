"""``cti call TREE``: walk a tree by keyboard; ``--save`` keeps the walk as a flow test."""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cti import messages
from cti.commands.test import dialplan_folder, prompt_texts
from cti.core.ivr.session import Facts
from cti.core.ivr.tree import Tree
from cti.core.problems import Severity
from cti.dialplan_files import load_dialplan
from cti.flow_tests.keyboard import Keyboard
from cti.flow_tests.save import NotAFlowFile, NothingToKeep, SavedWalk, append, default_name
from cti.language_option import add_language
from cti.site_files import config_folder


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("call", help=messages.text("cli.call"))
    command.add_argument("tree")
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--at", type=_moment, metavar="TIME", help="2026-11-22T23:00+08:00")
    command.add_argument("--from", dest="caller_number", default="13897000001", metavar="NUMBER")
    command.add_argument("--to", default="", metavar="NUMBER", help=messages.text("cli.call_to"))
    add_language(command)
    for option, help_key in (("--caller", "cli.call_caller"), ("--mode", "cli.call_mode")):
        command.add_argument(
            option, action="append", default=[], metavar="NAME", help=messages.text(help_key)
        )
    command.add_argument(
        "--knows",
        action="append",
        default=[],
        type=_variable,
        metavar="NAME=VALUE",
        help=messages.text("cli.call_knows"),
    )
    command.add_argument("--save", type=Path, metavar="FILE", help=messages.text("cli.call_save"))
    command.add_argument("--name", default="", help=messages.text("cli.call_name"))
    command.set_defaults(run=run)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(text)
    return name, value


def run(chosen: argparse.Namespace) -> int:
    """Walk until the visit ends; 1 when there is no such tree, or the dialplan has errors."""
    tree = _tree(chosen)
    if tree is None:
        return 1
    walk = Keyboard(tree, _facts(tree, chosen), prompt_texts(chosen.config), chosen.language)
    walk.go(input, print)
    return _save(walk, tree, chosen) if chosen.save else 0


def _tree(chosen: argparse.Namespace) -> Tree | None:
    dialplan = load_dialplan(dialplan_folder(chosen.config))
    tree = dialplan.site.trees.get(chosen.tree) if dialplan.site else None
    if tree is None:
        for each in dialplan.problems:
            if each.severity is Severity.ERROR:
                print(messages.line(each, chosen.language), file=sys.stderr)
        print(messages.text("call.no_tree", chosen.language, name=chosen.tree), file=sys.stderr)
    return tree


def _facts(tree: Tree, chosen: argparse.Namespace) -> Facts:
    knows: Mapping[str, str] = dict(chosen.knows)
    return Facts(
        caller_number=chosen.caller_number,
        dialed_number=chosen.to or next(iter(tree.numbers), tree.name),
        # A flow test has no parts of seconds.
        now=(chosen.at or datetime.now().astimezone()).replace(microsecond=0),
        language=chosen.language,
        caller=dict.fromkeys(chosen.caller, True),
        modes=tuple(chosen.mode),
        variables=knows,
    )


def _save(walk: Keyboard, tree: Tree, chosen: argparse.Namespace) -> int:
    saved = SavedWalk(tree=tree.name, facts=walk.facts, steps=walk.steps, ends=walk.ends)
    try:
        name = append(chosen.save, saved, chosen.name or default_name(saved))
    except NothingToKeep:
        print(messages.text("call.nothing_to_keep", chosen.language), file=sys.stderr)
        return 1
    except (NotAFlowFile, OSError) as wrong:
        told = messages.text("call.not_saved", chosen.language, file=chosen.save, why=wrong)
        print(told, file=sys.stderr)
        return 1
    print(messages.text("call.saved", chosen.language, file=chosen.save, name=name))
    return 0
