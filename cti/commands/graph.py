"""``cti graph [TREE]``: a picture of a menu tree, with what tests or callers walked on it."""

import argparse
import asyncio
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_files import load_configuration
from cti.core.ivr.graph.mermaid import mermaid
from cti.core.ivr.graph.picture import Counts, pictured
from cti.core.ivr.graph.svg import Wish, svg
from cti.draft_pictures import first_tree, picture_words
from cti.editions import load_edition
from cti.language_option import add_language
from cti.settings import Settings, environment
from cti.site_files import config_folder
from cti.store.sql_link import open_engine
from cti.store.sql_traffic import walked_steps

FORMATS = ("svg", "mermaid")
DRAWN, UNREADABLE = 0, 2
_BACK = re.compile(r"([0-9]{1,3})d")


class Refused(Exception):
    """The picture cannot be drawn; the text is for the user."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("graph", help=messages.text("cli.graph"))
    command.add_argument("tree", nargs="?", metavar="TREE", help=messages.text("cli.graph_tree"))
    command.add_argument(
        "--format", choices=FORMATS, default="svg", help=messages.text("cli.graph_format")
    )
    walked = command.add_mutually_exclusive_group()
    walked.add_argument(
        "--coverage", type=Path, metavar="FILE", help=messages.text("cli.graph_coverage")
    )
    walked.add_argument("--traffic", metavar="SINCE", help=messages.text("cli.graph_traffic"))
    add_language(command)
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=messages.text("cli.graph_output")
    )
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the picture. 2: a file cannot be read, or there is no such tree."""
    try:
        drawn = _drawn(chosen)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return UNREADABLE
    if chosen.output:
        chosen.output.write_text(drawn, "utf-8")
    else:
        sys.stdout.write(drawn)
    return DRAWN


def _drawn(chosen: argparse.Namespace) -> str:
    configuration, problems = load_configuration(chosen.config, environment())
    if configuration is None:
        raise Refused("\n".join(messages.line(each, chosen.language) for each in problems))
    settings = configuration.settings
    edition, problems = load_edition(str(settings.folders.dialplan))
    if edition is None or not edition.trees:
        raise Refused("\n".join(messages.line(each, chosen.language) for each in problems))
    name = chosen.tree or first_tree(edition.trees)
    if name not in edition.trees:
        known = ", ".join(edition.trees)
        raise Refused(messages.text("cli.graph_unknown", chosen.language, name=name, known=known))
    picture = pictured(edition.trees[name], edition.texts.get(chosen.language, {}))
    counts = _counts(chosen, name, settings)
    if chosen.format == "mermaid":
        return mermaid(picture, counts)
    words = picture_words(picture, chosen.language)
    return svg(picture, Wish(words=words, counts=counts, widths=bool(chosen.traffic)))


def _counts(chosen: argparse.Namespace, tree: str, settings: Settings) -> Counts | None:
    if chosen.coverage:
        return _covered(chosen.coverage, tree, chosen.language)
    if chosen.traffic:
        since = _since(chosen.traffic, settings.time_zone, chosen.language)
        return asyncio.run(_traffic(settings.sql_url, since))
    return None


def _covered(file: Path, tree: str, language: str) -> Counts:
    """What ``cti test --coverage-out`` wrote. Raises Refused."""
    try:
        found = json.loads(file.read_text("utf-8"))["trees"][tree]
        taken = {
            (node, way): int(times)
            for node, ways in found["taken"].items()
            for way, times in ways.items()
        }
        return Counts(nodes={k: int(v) for k, v in found["entered"].items()}, ways=taken)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = messages.text("cli.graph_unreadable", language, file=file, reason=repr(error))
        raise Refused(said) from error


def _since(text: str, zone: str, language: str) -> datetime:
    """``2026-10-01``, a date with time, or ``7d``; local time unless it says another."""
    if back := _BACK.fullmatch(text):
        return datetime.now(UTC) - timedelta(days=int(back[1]))
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(messages.text("cli.graph_since", language, text=text)) from error
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


async def _traffic(url: str, since: datetime) -> Counts:
    """The calls' steps. Raises HistoryDown."""
    engine = open_engine(url)
    try:
        steps = await walked_steps(engine, since)
    finally:
        await engine.dispose()
    nodes: dict[str, int] = {}
    for (node, _), times in steps.items():
        nodes[node] = nodes.get(node, 0) + times
    return Counts(nodes=nodes, steps=steps)
