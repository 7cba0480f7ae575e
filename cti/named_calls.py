"""The call that somebody names at the keyboard: by its id, by how that begins, or ``last``."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cti import messages
from cti.config_files import load_configuration
from cti.core.ids import CallId
from cti.services.ports import HistoryDown, Recorded
from cti.settings import Settings, environment
from cti.site_files import config_folder
from cti.store.sql_history import SqlHistory
from cti.store.sql_link import open_engine

FOUND, UNKNOWN, SEVERAL, DOWN = range(4)
"""Exit codes."""


class NotOne(Exception):
    """There is not exactly one such call, and why, in words; ``code`` is the exit code."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCall:
    """The call, its events, and in which language and zone to speak of them."""

    call_id: CallId
    recorded: Sequence[Recorded]
    settings: Settings
    language: str


def add_arguments(command: argparse.ArgumentParser) -> None:
    """What every command about one call takes."""
    command.add_argument("call_id", help=messages.text("cli.trace_call"))
    command.add_argument(
        "--language", choices=messages.LANGUAGES, help=messages.text("cli.trace_language")
    )
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--database", metavar="URL", help=messages.text("cli.trace_database"))


def named_call(chosen: argparse.Namespace) -> NamedCall:
    """The one call meant. Raises NotOne."""
    configuration, problems = load_configuration(chosen.config, environment())
    if configuration is None:
        raise NotOne(DOWN, *map(messages.line, problems))
    settings = configuration.settings
    language = chosen.language or settings.language
    try:
        found, recorded = asyncio.run(_find(chosen.database or settings.sql_url, chosen.call_id))
    except HistoryDown as down:
        raise refused("trace.said.down", DOWN, language, why=down) from None
    if len(found) > 1:
        several = messages.text("trace.said.several", language, call_id=chosen.call_id)
        raise NotOne(SEVERAL, several, *found)
    if not recorded:
        raise refused("trace.said.unknown", UNKNOWN, language, call_id=chosen.call_id)
    return NamedCall(call_id=found[0], recorded=recorded, settings=settings, language=language)


def refused(key: str, code: int, language: str, **values: object) -> NotOne:
    """Why not, by its message."""
    return NotOne(code, messages.text(key, language, **values))


async def _find(url: str, beginning: str) -> tuple[Sequence[CallId], Sequence[Recorded]]:
    """Calls whose id begins so, and the events of the only one. Raises HistoryDown."""
    engine = open_engine(url)
    try:
        history = SqlHistory(engine)
        found = await history.named(beginning)
        return found, await history.story(found[0]) if len(found) == 1 else []
    finally:
        await engine.dispose()
