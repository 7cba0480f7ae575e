"""``cti why CALL_ID``: for each offer of a call, who could have had it and who was excluded by which rule."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from cti import messages
from cti.core.event_wire import to_wire
from cti.named_calls import FOUND, UNKNOWN, NotOne, add_arguments, named_call, refused
from cti.services.why import OneOffer, offers


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("why", help=messages.text("cli.why"))
    add_arguments(command)
    command.add_argument("--offer", type=int, metavar="N", help=messages.text("cli.why_offer"))
    command.add_argument("--json", action="store_true", help=messages.text("cli.why_json"))
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the offers. 1: no such call or offer; 2: several calls; 3: no history to be had."""
    try:
        call = named_call(chosen)
        told = [one for one in offers(call.recorded) if chosen.offer in (None, one.number)]
        if not told:
            raise refused("why.no_offer", UNKNOWN, call.language, call_id=chosen.call_id)
    except NotOne as none:
        print(none, file=sys.stderr)
        return none.code
    lines = [json.dumps(_plain(told), ensure_ascii=False, indent=1)]
    if not chosen.json:
        zone = ZoneInfo(call.settings.time_zone)
        lines = [line for one in told for line in sentences(one, call.language, zone)]
    print(*lines, sep="\n")
    return FOUND


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
