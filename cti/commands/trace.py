"""``cti trace CALL_ID``: the story of one call in words, with times."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_files import load_configuration
from cti.core.event_wire import to_wire
from cti.core.events import Event, Offered
from cti.core.ids import CallId
from cti.services.ports import HistoryDown, Recorded
from cti.services.story import Sentence, tell
from cti.settings import Settings, environment
from cti.site_files import config_folder
from cti.store.sql_history import SqlHistory
from cti.store.sql_link import open_engine
from cti.web.masking import masked_number

FOUND, UNKNOWN, SEVERAL, DOWN = range(4)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("trace", help=messages.text("cli.trace"))
    command.add_argument("call_id", help=messages.text("cli.trace_call"))
    command.add_argument("--json", action="store_true", help=messages.text("cli.trace_json"))
    command.add_argument(
        "--language", choices=messages.LANGUAGES, help=messages.text("cli.trace_language")
    )
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--database", metavar="URL", help=messages.text("cli.trace_database"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the story. 1: no such call; 2: several; 3: no history to be had."""
    configuration, problems = load_configuration(chosen.config, environment())
    if configuration is None:
        print(*map(messages.line, problems), sep="\n", file=sys.stderr)
        return DOWN
    settings = configuration.settings
    language = chosen.language or settings.language
    try:
        found, recorded = asyncio.run(find_story(chosen.database or settings.sql_url, chosen.call_id))
    except HistoryDown as down:
        return _refused("down", DOWN, language, why=down)
    if len(found) > 1:
        refused = _refused("several", SEVERAL, language, call_id=chosen.call_id)
        print(*found, sep="\n", file=sys.stderr)
        return refused
    if not recorded:
        return _refused("unknown", UNKNOWN, language, call_id=chosen.call_id)
    sentences = tell(recorded, language, masked=masked_number)
    if chosen.json:
        print(json.dumps(_plain(found[0], sentences, recorded), ensure_ascii=False, indent=1))
    else:
        print(*_lines(found[0], sentences, settings), sep="\n")
    return FOUND


def _refused(key: str, code: int, language: str, **values: object) -> int:
    print(messages.text(f"trace.said.{key}", language, **values), file=sys.stderr)
    return code


async def find_story(url: str, beginning: str) -> tuple[Sequence[CallId], Sequence[Recorded]]:
    """Calls whose id begins so, and the events of the only one. Raises HistoryDown."""
    engine = open_engine(url)
    try:
        history = SqlHistory(engine)
        found = await history.named(beginning)
        return found, await history.story(found[0]) if len(found) == 1 else []
    finally:
        await engine.dispose()


def _lines(call_id: CallId, sentences: Sequence[Sentence], settings: Settings) -> list[str]:
    zone = ZoneInfo(settings.time_zone)
    heading = f"{call_id}  {sentences[0].at.astimezone(zone):%Y-%m-%d} {settings.time_zone}"
    return [heading] + [
        f"{one.at.astimezone(zone).time().isoformat('milliseconds')}"
        f" {one.after_s:+9.3f} s  {one.text}"
        for one in sentences
    ]


def _plain(
    call_id: CallId, sentences: Sequence[Sentence], recorded: Sequence[Recorded]
) -> dict[str, Any]:
    lines = [
        {"at": one.at.isoformat(), "afterS": one.after_s, "type": one.type, "text": one.text}
        for one in sentences
    ]
    events = [{"id": one.event_id, **to_wire(_masked(one.event))} for one in recorded]
    return {"callId": call_id, "lines": lines, "events": events}


def _masked(event: Event) -> Event:
    if not isinstance(event, Offered):
        return event
    return replace(event, caller_number=masked_number(event.caller_number), caller_name="")
