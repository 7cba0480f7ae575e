"""``cti why CALL_ID``: for each offer of a call, who could have had it and who was excluded by which rule."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cti import messages
from cti.commands.trace import find_story
from cti.config_files import load_configuration
from cti.core.event_wire import to_wire
from cti.services.ports import HistoryDown
from cti.services.why import OneOffer, offers
from cti.settings import environment
from cti.site_files import config_folder

FOUND, UNKNOWN, SEVERAL, DOWN = range(4)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("why", help=messages.text("cli.why"))
    command.add_argument("call_id", help=messages.text("cli.trace_call"))
    command.add_argument("--offer", type=int, metavar="N", help=messages.text("cli.why_offer"))
    command.add_argument("--json", action="store_true", help=messages.text("cli.why_json"))
    command.add_argument(
        "--language", choices=messages.LANGUAGES, help=messages.text("cli.trace_language")
    )
    command.add_argument("--config", type=Path, default=config_folder(), metavar="FOLDER")
    command.add_argument("--database", metavar="URL", help=messages.text("cli.trace_database"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the offers. 1: no such call or offer; 2: several calls; 3: no history to be had."""
    configuration, problems = load_configuration(chosen.config, environment())
    if configuration is None:
        print(*map(messages.line, problems), sep="\n", file=sys.stderr)
        return DOWN
    settings = configuration.settings
    language = chosen.language or settings.language
    try:
        found, recorded = asyncio.run(
            find_story(chosen.database or settings.sql_url, chosen.call_id)
        )
    except HistoryDown as down:
        return _refused("trace.said.down", DOWN, language, why=down)
    if len(found) > 1:
        refused = _refused("trace.said.several", SEVERAL, language, call_id=chosen.call_id)
        print(*found, sep="\n", file=sys.stderr)
        return refused
    told = [one for one in offers(recorded) if chosen.offer in (None, one.number)]
    if not told:
        key = "why.no_offer" if recorded else "trace.said.unknown"
        return _refused(key, UNKNOWN, language, call_id=chosen.call_id)
    lines = [json.dumps(_plain(told), ensure_ascii=False, indent=1)]
    if not chosen.json:
        zone = ZoneInfo(settings.time_zone)
        lines = [line for one in told for line in sentences(one, language, zone)]
    print(*lines, sep="\n")
    return FOUND


def _refused(key: str, code: int, language: str, **values: object) -> int:
    print(messages.text(key, language, **values), file=sys.stderr)
    return code


def _plain(told: Sequence[OneOffer]) -> list[dict[str, Any]]:
    return [{"offer": o.number, **to_wire(o.fact), "result": o.result or None} for o in told]


def sentences(one: OneOffer, language: str, zone: ZoneInfo) -> Iterator[str]:
    """An offer in lines: the decision, its candidates, everybody who was excluded."""
    fact = one.fact
    at = fact.at.astimezone(zone).time().isoformat("milliseconds")
    yield messages.text(
        "why.offer",
        language,
        number=one.number,
        at=at,
        queue=fact.queue,
        agent=fact.agent_id,
        waited_s=fact.waited_s,
        points=fact.points,
        step=fact.step,
    )
    if one.place_at is not None:
        place = one.place_at.astimezone(zone).time().isoformat("seconds")
        yield "  " + messages.text("why.place", language, at=place)
    if fact.wish:
        yield "  " + messages.text("why.wish", language, agent=fact.wish)
    if fact.candidates:
        names = ", ".join(fact.candidates)
        yield "  " + messages.text("why.candidates", language, agents=names)
    for agent, rule in fact.excluded.items():
        yield f"  {agent}: {_rule(rule, language)}"
    if fact.unlisted:
        yield "  " + messages.text("why.unlisted", language, count=fact.unlisted)
    if one.result:
        yield "  " + messages.text(f"why.result.{one.result}", language)


def _rule(text: str, language: str) -> str:
    rule, *about = text.split(" ")
    need, wanted, has = (*about, "", "", "")[:3]
    need = need.removeprefix("lang:").removeprefix("agent:")
    return messages.text(f"why.rule.{rule}", language, need=need, wanted=wanted, has=has)
