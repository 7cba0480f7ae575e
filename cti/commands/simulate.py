"""``cti simulate``: the live router on a virtual clock, with callers of chance or of a past day."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_files import Unreadable, read_model
from cti.config_models import Configuration
from cti.config_queues import QueuesFile
from cti.core.events import Event
from cti.core.whatif.crew import House, Person
from cti.core.whatif.demand import Surge
from cti.core.whatif.recorded import RecordedCall, recorded
from cti.core.whatif.run import Stuck
from cti.dialplan_files import load_calendar
from cti.site_files import Unusable, load
from cti.store.sql_link import open_engine
from cti.store.sql_recompute import SqlMeasureEvents
from cti.whatif_files import SAMPLE, CrewFile, DayFile, DemandFile, seconds_of, written
from cti.whatif_houses import Builder, other, unreachable
from cti.whatif_report import plain, told
from cti.whatif_runs import Draw, Question, answers, drawn, relived, unknown_queues

DONE, FAILED, WRONG = 0, 1, 2
MOST_SURGE = 1000.0


class Refused(Exception):
    """It cannot be run; the text is for the user."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("simulate", help=messages.text("simulate.help"))
    for name in ("day", "demand", "roster", "queues", "against"):
        option = messages.text(f"simulate.option.{name}")
        command.add_argument(f"--{name}", type=Path, metavar="FILE", help=option)
    for name in ("from-history", "export"):
        option = messages.text(f"simulate.option.{name.replace('-', '_')}")
        command.add_argument(f"--{name}", metavar="DATE", help=option)
    for name, kind, default in (
        ("calls", float, None),
        ("agents", int, None),
        ("runs", int, 20),
        ("seed", int, 1),
    ):
        option = messages.text(f"simulate.option.{name}")
        command.add_argument(f"--{name}", type=kind, metavar="N", default=default, help=option)
    command.add_argument(
        "--surge", action="append", default=[], help=messages.text("simulate.option.surge")
    )
    command.add_argument("--json", action="store_true", help=messages.text("simulate.option.json"))
    command.add_argument("--language", choices=messages.LANGUAGES)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what would be. 1: a fault of the floor was found; 2: a file or a wish cannot be used."""
    try:
        configuration = load()
    except Unusable:
        return WRONG
    language = chosen.language or configuration.settings.language
    try:
        if chosen.export:
            return _export(chosen.export, configuration, language)
        return _simulate(chosen, configuration, language)
    except (Refused, Unreadable) as refused:
        _explain(refused, language)
        return WRONG
    except Stuck as stuck:
        print(messages.text("simulate.stuck", language, why=stuck), file=sys.stderr)
        return FAILED


def _explain(refused: Refused | Unreadable, language: str) -> None:
    if isinstance(refused, Unreadable):
        print(
            *(messages.line(each, language) for each in refused.problems), sep="\n", file=sys.stderr
        )
    else:
        print(refused, file=sys.stderr)


def _export(text: str, configuration: Configuration, language: str) -> int:
    day, zone = _date(text, language), ZoneInfo(configuration.settings.time_zone)
    sys.stdout.write(written(day, _past(day, configuration), zone))
    return DONE


def _simulate(chosen: argparse.Namespace, configuration: Configuration, language: str) -> int:
    demand = read_model(DemandFile, chosen.demand or SAMPLE)
    zone = ZoneInfo(configuration.settings.time_zone)
    day, past = _day(chosen, configuration, language)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    surges = [_surge(text, language) for text in chosen.surge]
    if past is None:
        draw = drawn(demand.demand(chosen.calls, surges), midnight)
    else:
        draw = relived(past, surges, midnight)
    houses = _houses(chosen, configuration, demand, midnight)
    _warn(houses, draw, chosen.seed, language)
    question = Question(draw=draw, houses=houses, runs=max(chosen.runs, 1), seed=chosen.seed)
    outcomes = answers(question, lambda done: _progress(done, question.runs, language))
    if chosen.json:
        print(json.dumps(plain(outcomes), ensure_ascii=False, indent=1))
    else:
        print(*told(outcomes, language), sep="\n")
    return DONE


def _day(
    chosen: argparse.Namespace, configuration: Configuration, language: str
) -> tuple[date, Sequence[RecordedCall] | None]:
    """Which day, and its calls where it is a past one. Raises Refused, Unreadable."""
    if chosen.day:
        file = read_model(DayFile, chosen.day)
        day, calls = file.day, sorted((c.call() for c in file.calls), key=lambda call: call.at)
    elif chosen.from_history:
        day = _date(chosen.from_history, language)
        calls = list(_past(day, configuration))
    else:
        return datetime.now(ZoneInfo(configuration.settings.time_zone)).date(), None
    if not calls:
        raise Refused(messages.text("simulate.nothing", language))
    return day, calls


def _past(day: date, configuration: Configuration) -> Sequence[RecordedCall]:
    settings = configuration.settings
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.time_zone))
    events = asyncio.run(_events(settings.sql_url, midnight))
    calls = recorded(events, configuration.policies())
    return [call for call in calls if midnight <= call.at < midnight + timedelta(days=1)]


async def _events(url: str, midnight: datetime) -> list[Event]:
    """The day's events, and those of the hours after it in which its calls ended."""
    engine, until = open_engine(url), midnight + timedelta(hours=30)
    found: list[Event] = []
    try:
        async for page in SqlMeasureEvents(engine).since(midnight):
            found += (each.event for each in page if each.event.at < until)
            if page and page[-1].event.at >= until:
                break
        return found
    finally:
        await engine.dispose()


def _houses(
    chosen: argparse.Namespace,
    configuration: Configuration,
    demand: DemandFile,
    midnight: datetime,
) -> list[House]:
    """What is asked for, and what it is compared with. Raises Unreadable, Unusable."""
    if chosen.queues:
        configuration = replace(configuration, queues=read_model(QueuesFile, chosen.queues))
    calendar, problems = load_calendar(configuration.settings.folders.dialplan)
    if calendar is None:
        raise Unreadable(problems)
    builder = Builder(
        configuration=configuration,
        calendar=calendar,
        midnight=midnight,
        habits=demand.habits.habits(),
    )
    people = _people(chosen, builder)
    houses = [builder.house(people)]
    if chosen.against:
        houses.append(other(builder, people, chosen.against))
    return houses


def _people(chosen: argparse.Namespace, builder: Builder) -> Sequence[Person]:
    if chosen.roster:
        return read_model(CrewFile, chosen.roster).people(builder.midnight)
    return builder.many(chosen.agents) if chosen.agents else builder.ours()


def _warn(houses: Sequence[House], draw: Draw, seed: int, language: str) -> None:
    day = draw(Random(seed))  # noqa: S311
    for house in houses:
        for key, queues in (
            ("unknown", unknown_queues(day, house)),
            ("unreachable", unreachable(house, sorted({contact.queue for contact in day}))),
        ):
            if queues:
                said = messages.text(f"simulate.{key}", language, queues=", ".join(queues))
                print(said, file=sys.stderr)


def _date(text: str, language: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(messages.text("simulate.bad_day", language, text=text)) from None


def _surge(text: str, language: str) -> Surge:
    factor, _, span = text.partition("@")
    try:
        surge = Surge(float(factor), *seconds_of(span))
    except ValueError:
        surge = Surge(-1.0, 0.0, 0.0)
    if not 0 <= surge.factor <= MOST_SURGE:
        raise Refused(messages.text("simulate.bad_surge", language, text=text))
    return surge


def _progress(done: int, runs: int, language: str) -> None:
    """One line that is written over, where somebody watches."""
    if sys.stderr.isatty():
        end = "\n" if done == runs else ""
        said = messages.text("simulate.progress", language, done=done, runs=runs)
        print(f"\r{said}", end=end, file=sys.stderr, flush=True)
