"""``cti diff A B``: what callers would notice between two dialplans, in words.

A side is a folder, a tree file, or the number of a published version.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cti import messages
from cti.core.ivr.diff import differences
from cti.core.ivr.versions import NotPossible
from cti.dialplans import open_desk
from cti.editions import Found, Loader, load_edition
from cti.language_option import add_language
from cti.publishing import unpacked
from cti.services.ports import HistoryDown
from cti.site_files import Unusable, load

SAME, DIFFERENT, UNREADABLE = range(3)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("diff", help=messages.text("cli.diff"))
    command.add_argument("before", metavar="A", help=messages.text("cli.diff_side"))
    command.add_argument("after", metavar="B", help=messages.text("cli.diff_side"))
    command.add_argument("--json", action="store_true", help=messages.text("cli.diff_json"))
    add_language(command)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0: no difference; 1: some, printed; 2: a side cannot be read."""
    names = [chosen.before, chosen.after]
    numbers = [int(name) for name in names if _is_version(name)]
    if not numbers:
        return compare(chosen, load_edition)
    try:
        files = asyncio.run(_published(numbers))
    except Unusable:
        return UNREADABLE
    except NotPossible as no:
        words = messages.text(f"versions.not_possible.{no.code}", chosen.language, **no.values)
        return _unreadable(words)
    except HistoryDown as down:
        return _unreadable(messages.text("cli.database_down", chosen.language, why=down))
    return compare(chosen, lambda name: _edition(name, files))


def _is_version(name: str) -> bool:
    return name.isascii() and name.isdecimal() and not Path(name).exists()


async def _published(numbers: list[int]) -> Mapping[int, Mapping[str, str]]:
    """The files of versions. Raises Unusable, NotPossible, HistoryDown."""
    async with open_desk(load()) as desk:
        return {number: (await desk.version(number)).files for number in numbers}


def _edition(name: str, files: Mapping[int, Mapping[str, str]]) -> Found:
    """A side beside a published one: versions hold no prompts' texts, so none are compared."""
    if _is_version(name):
        with unpacked(files[int(name)]) as folder:
            edition, problems = load_edition(str(folder))
    else:
        edition, problems = load_edition(name)
    return (edition and replace(edition, texts={})), problems


def _unreadable(words: str) -> int:
    sys.stderr.write(words + "\n")
    return UNREADABLE


def compare(chosen: argparse.Namespace, read: Loader) -> int:
    """Print what differs between two sides that ``read`` finds by name; the exit code."""
    sides = [read(chosen.before), read(chosen.after)]
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
