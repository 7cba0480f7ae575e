"""dialplan/*.yaml and its flow tests → checked trees; all problems of all files at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path

from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.clock.public_days import LOOK_AHEAD_DAYS, unknown_from
from cti.core.clock.read_hours import read_calendar
from cti.core.ivr.check import Site, check_site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.flows import Flow
from cti.core.ivr.parse import Draft, parse_tree
from cti.core.ivr.read_flows import names_twice, read_flows
from cti.core.ivr.rules.house import NO_HOUSE, House
from cti.core.problems import Mark, Problem, Severity
from cti.hours_names import unknown_hours
from cti.prompts.catalogue import LANGUAGES, CatalogueError, load_catalogue
from cti.public_days import CALENDARS
from cti.services.caller_classes import CLASSES
from cti.services.sources import SOURCES
from cti.store.yaml_files import read_yaml

HOURS_FILE = "hours.yaml"
TESTS_FOLDER = "tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialplan:
    """What was read: ``site`` is None when any file has an error."""

    site: Site | None
    problems: Sequence[Problem] = field(default_factory=tuple)


def load_dialplan(folder: Path, known: Known | None = None, house: House = NO_HOUSE) -> Dialplan:
    """Read and check every tree of the folder. The files' names in marks begin with the folder's."""
    calendar, problems = load_calendar(folder)
    drafts: list[Draft] = []
    for path in tree_files(folder):
        data, found = read_yaml(path, f"{folder.name}/{path.name}")
        problems += found
        if data is not None:
            draft, found = parse_tree(data, calendar or Calendar(zone=UTC))
            problems += found
            drafts += [draft] if draft else []
    if calendar is None:
        return Dialplan(site=None, problems=problems)
    site, found = check_site(drafts, known or Known(), house)
    problems += found
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return Dialplan(site=None if broken else site, problems=problems)


def known_names(configuration: Configuration) -> tuple[Known, list[Problem]]:
    """Return what trees may name: queues, skills, scripts, and prompts that have their audio."""
    folders = configuration.settings.folders
    skills = configuration.skills
    problems: list[Problem] = []
    try:
        catalogue = frozenset(load_catalogue(folders.prompts).prompts)
    except CatalogueError as error:
        catalogue = frozenset()
        mark = Mark(f"{folders.prompts.name}/catalogue.yaml")
        problems.append(Problem(mark, "check.bad_catalogue", {"detail": str(error)}))
    calendar, _ = load_calendar(folders.dialplan)
    if calendar is not None:
        problems += unknown_hours(configuration, frozenset(calendar.hours))
    known = Known(
        prompts={each: playable(folders.prompts, each) & catalogue for each in LANGUAGES},
        catalogue=catalogue,
        queues=frozenset(configuration.queues.queues),
        skills=frozenset(skills.skills) | {f"lang:{each}" for each in skills.languages},
        sources=SOURCES,
        callers=frozenset(CLASSES),
        scripts=frozenset(path.stem for path in folders.scripts.glob("*.py")),
        sms={name: tuple(each.variables) for name, each in configuration.sms.templates.items()},
    )
    return known, problems


def playable(prompts: Path, language: str) -> frozenset[str]:
    """Return the ids of the prompts that have audio in a language."""
    return frozenset(path.stem for path in (prompts / language).glob("*.alaw"))


def load_calendar(folder: Path) -> tuple[Calendar | None, list[Problem]]:
    """Read the folder's opening hours."""
    data, problems = read_yaml(folder / HOURS_FILE, f"{folder.name}/{HOURS_FILE}")
    if data is None:
        return None, problems
    calendar, found = read_calendar(data, CALENDARS)
    return calendar, [*problems, *found]


def unknown_days(folder: Path, today: date) -> list[Problem]:
    """A warning where nobody knows yet whether the days to come are worked."""
    calendar, _ = load_calendar(folder)
    first = unknown_from(calendar.known_until, today) if calendar else None
    if first is None:
        return []
    mark = Mark(f"{folder.name}/{HOURS_FILE}")
    values = {"first": str(first), "days": str(LOOK_AHEAD_DAYS)}
    return [Problem(mark, "check.days_unknown", values, Severity.WARNING)]


def tree_files(folder: Path) -> list[Path]:
    """Return the tree files of the folder, sorted."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != HOURS_FILE)


def load_flows(folder: Path) -> tuple[list[Flow], list[Problem]]:
    """Read every flow test in ``folder/tests``."""
    flows: list[Flow] = []
    problems: list[Problem] = []
    for path in sorted((folder / TESTS_FOLDER).glob("*.yaml")):
        data, found = read_yaml(path, f"{folder.name}/{TESTS_FOLDER}/{path.name}")
        problems += found
        if data is not None:
            read, found = read_flows(data)
            flows += read
            problems += found
    return flows, [*problems, *names_twice(flows)]
