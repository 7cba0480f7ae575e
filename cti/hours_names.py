"""Queues and agents name the hours of dialplan/hours.yaml: are they there?"""

from collections.abc import Collection, Iterator
from pathlib import Path

from cti.config_models import Configuration
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem
from cti.store.yaml_files import read_yaml

Way = tuple[str | int, ...]


def unknown_hours(configuration: Configuration, known: Collection[str]) -> list[Problem]:
    """Each name in queues.yaml and agents.yaml that hours.yaml does not have."""
    folder = configuration.settings.folders.config
    wanted = {"queues": _of_queues(configuration), "agents": _of_agents(configuration)}
    return [
        _problem(folder, file, path, name, known)
        for file, names in wanted.items()
        for path, name in names
        if name not in known
    ]


def _of_queues(configuration: Configuration) -> Iterator[tuple[Way, str]]:
    for name, queue in configuration.queues.queues.items():
        if queue.hours is not None:
            yield ("queues", name, "hours"), queue.hours


def _of_agents(configuration: Configuration) -> Iterator[tuple[Way, str]]:
    for index, agent in enumerate(configuration.agents.agents):
        for place, name in enumerate(agent.hours):
            yield ("agents", index, "hours", place), name


def _problem(folder: Path, file: str, path: Way, name: str, known: Collection[str]) -> Problem:
    shown = f"{folder.name}/{file}.yaml"
    data: Marked | None = read_yaml(folder / f"{file}.yaml", shown)[0]
    mark = data.mark_at(path) if data else Mark(shown)
    values = {"name": name, "known": ", ".join(sorted(known))}
    return Problem(mark, "config.unknown_hours", values)
