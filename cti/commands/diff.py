"""``cti diff A B``: what callers would notice between two dialplans, in words."""

import argparse
import json
import sys

from cti import messages
from cti.core.ivr.diff import differences
from cti.editions import Loader, load_edition

SAME, DIFFERENT, UNREADABLE = range(3)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("diff", help=messages.text("cli.diff"))
    command.add_argument("before", metavar="A", help=messages.text("cli.diff_side"))
    command.add_argument("after", metavar="B", help=messages.text("cli.diff_side"))
    command.add_argument("--json", action="store_true", help=messages.text("cli.diff_json"))
    command.add_argument("--language", choices=messages.LANGUAGES, default="zh")
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace, load: Loader = load_edition) -> int:
    """0: no difference; 1: some, printed; 2: a side cannot be read. ``load`` reads a side by name."""
    sides = [load(chosen.before), load(chosen.after)]
    editions = [edition for edition, _ in sides if edition is not None]
    if len(editions) < len(sides):
        for problem in (each for edition, found in sides if edition is None for each in found):
            print(messages.line(problem, chosen.language), file=sys.stderr)
        return UNREADABLE
    changes = differences(*editions)
    said = [messages.text(each.code, chosen.language, **each.values) for each in changes]
    if chosen.json:
        rows = [
            {"code": each.code, "text": text, **each.values}
            for each, text in zip(changes, said, strict=True)
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print(*(said or [messages.text("diff.same", chosen.language)]), sep="\n")
    return DIFFERENT if changes else SAME
