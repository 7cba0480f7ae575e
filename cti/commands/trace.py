"""``cti trace CALL_ID``: the story of one call in words, with times."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from cti import messages
from cti.core.event_wire import to_wire
from cti.core.events import Event, Offered
from cti.core.ids import CallId
from cti.named_calls import FOUND, NotOne, add_arguments, named_call
from cti.services.ports import Recorded
from cti.services.story import Sentence, tell
from cti.settings import Settings
from cti.web.masking import masked_number


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("trace", help=messages.text("cli.trace"))
    add_arguments(command)
    command.add_argument("--json", action="store_true", help=messages.text("cli.trace_json"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the story. 1: no such call; 2: several; 3: no history to be had."""
    try:
        call = named_call(chosen)
    except NotOne as none:
        print(none, file=sys.stderr)
        return none.code
    sentences = tell(call.recorded, call.language, masked=masked_number)
    if chosen.json:
        plain = _plain(call.call_id, sentences, call.recorded)
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print(*_lines(call.call_id, sentences, call.settings), sep="\n")
    return FOUND


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
