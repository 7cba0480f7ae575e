"""What only the whole of config/queues.yaml can show: ways out to nowhere, and round in a circle."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from cti.config_queues import QueuesFile
from cti.config_routing import OverflowFile
from cti.core.acd.overflow import cycle
from cti.core.marked import Marked
from cti.core.problems import Problem

Path = tuple[str | int, ...]


def check_routing(file: QueuesFile, data: Marked, skills: Collection[str]) -> list[Problem]:
    """Names that nobody defined, and queues that send their calls round and round."""
    found: list[Problem] = []
    for path, steps in _ways(file):
        for index, step in enumerate(steps):
            where = (*path, index)
            found += _unknown(data, (*where, "queue"), step.queue, file.queues)
            found += _unknown(data, (*where, "number"), step.number, file.numbers)
    for name, mode in file.modes.items():
        for index, each in enumerate(mode.count_as):
            for group, named in (("skills", each.skills), ("gained", each.gained)):
                where = ("modes", name, "count_as", index, group)
                for skill in named:
                    found += _unknown(data, (*where, skill), skill, skills)
    return found + _circle(file, data)


def _ways(file: QueuesFile) -> Iterator[tuple[Path, Sequence[OverflowFile]]]:
    for name, queue in file.queues.items():
        yield ("queues", name, "overflow"), queue.overflow
    for name, mode in file.modes.items():
        yield ("modes", name, "overflow"), mode.overflow


def _unknown(
    data: Marked, path: Path, name: str | None, known: Collection[str] | Mapping[str, object]
) -> list[Problem]:
    if name is None or name in known:
        return []
    values = {"name": name, "known": ", ".join(sorted(known))}
    return [Problem(data.mark_at(path), "config.unknown_name", values)]


def _circle(file: QueuesFile, data: Marked) -> list[Problem]:
    found = cycle({name: policy.overflow for name, policy in file.policies().items()})
    if not found:
        return []
    place = data.mark_at(("queues", cast(str, found[0]), "overflow"))
    return [Problem(place, "config.overflow_circle", {"queues": " → ".join(found)})]
