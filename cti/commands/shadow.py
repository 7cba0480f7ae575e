"""``cti shadow``: who would have gone elsewhere with the version that runs silently beside."""

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from cti import messages
from cti.config_models import Configuration
from cti.core.ivr.shadow_report import Group, grouped
from cti.dialplans import open_desk
from cti.services.version_desk import ShadowResults
from cti.site_files import Unusable, load
from cti.terminal_acts import note_done
from cti.version_words import author_of, told


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("shadow", help=messages.text("cli.shadow"))
    command.add_argument(
        "number", type=int, nargs="?", help=messages.text("versions.help.shadowed")
    )
    command.add_argument("--json", action="store_true", help=messages.text("versions.help.json"))
    command.add_argument("--language", choices=messages.LANGUAGES, default=None)
    command.add_argument("--end", action="store_true", help=messages.text("versions.help.end"))
    command.add_argument("-m", "--message", default="", help=messages.text("versions.help.why"))
    command.add_argument("--author", metavar="NAME", help=messages.text("versions.help.author"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0, or 1 when there is no shadow."""
    try:
        configuration = load()
    except Unusable:
        return 1
    language = chosen.language or configuration.settings.language
    work = _end(configuration, chosen) if chosen.end else _show(configuration, chosen, language)
    return asyncio.run(told(work, language))


async def _end(configuration: Configuration, chosen: argparse.Namespace) -> int:
    async with open_desk(configuration) as desk:
        author = author_of(chosen.author)
        before = await desk.in_force()
        await desk.end_shadow(before, author, chosen.message)
    number = before.shadow.number if before.shadow else 0
    await note_done(configuration, "dialplan.endShadow", f"version {number}", chosen.message)
    print(messages.text("versions.shadow_ended", configuration.settings.language))
    return 0


async def _show(configuration: Configuration, chosen: argparse.Namespace, language: str) -> int:
    async with open_desk(configuration) as desk:
        results = await desk.shadow_results(chosen.number)
    groups = grouped(results.differed)
    if chosen.json:
        print(json.dumps(as_json(results, groups), ensure_ascii=False))
        return 0
    counts = {name: results.counts.get(name, 0) for name in ("same", "differed", "failed")}
    print(messages.text("versions.shadow_counts", language, number=results.number, **counts))
    for group in groups:
        print(group_line(group, language))
    return 0


def group_line(group: Group, language: str) -> str:
    """One group as a sentence with examples."""
    values = {
        "count": group.count,
        "node": group.node,
        "was": end_words(group.was, language),
        "would": end_words(group.would, language),
        "calls": ", ".join(group.examples),
    }
    return messages.text("versions.shadow_group", language, **values)


def end_words(end: str, language: str) -> str:
    """``queue:motor/50`` in words."""
    kind, _, rest = end.partition(":")
    return messages.text(f"versions.end.{kind}", language, rest=rest)


def as_json(results: ShadowResults, groups: Sequence[Group]) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "version": results.number,
        "counts": dict(results.counts),
        "groups": [asdict(group) for group in groups],
    }
