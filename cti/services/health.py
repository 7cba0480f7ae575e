"""Looks at every part of the installation at once, and never for long."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

log = logging.getLogger(__name__)

LIMIT_S = 2.5
"""A page asks; what has not answered by then is not known."""


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was seen of a part, and what to do; words by language."""

    part: str
    state: State
    code: str
    what: Mapping[str, str]
    cure: Mapping[str, str]


Probe = Callable[[], AsyncIterator[Part]]
"""Looks at something; may be ended at any moment."""
Silent = Callable[[str, bool], Part]
"""What is said of a probe (by name) that did not answer in time, or (true) broke."""


@dataclass(frozen=True, slots=True)
class Looked:
    """All parts, in the order of the probes; how long it took."""

    parts: Sequence[Part]
    took_s: float


class Health:
    """``probes`` by name, in the order in which one would mend what they find."""

    def __init__(
        self, probes: Mapping[str, Probe], silent: Silent, limit_s: float = LIMIT_S
    ) -> None:
        self._probes, self._silent, self._limit_s = probes, silent, limit_s

    async def look(self) -> Looked:
        """Every probe at once."""
        began = monotonic()
        found: dict[str, list[Part]] = {name: [] for name in self._probes}
        tasks = {
            asyncio.create_task(_run(probe, found[name]), name=name): name
            for name, probe in self._probes.items()
        }
        _, late = await asyncio.wait(tasks, timeout=self._limit_s)
        for task in late:
            task.cancel()
        for task, name in tasks.items():
            if task in late:
                found[name].append(self._silent(name, False))
            elif (wrong := task.exception()) is not None:
                log.error(
                    "probe broke", extra={"fact": "probe_broke", "part": name}, exc_info=wrong
                )
                found[name].append(self._silent(name, True))
        parts = [part for each in found.values() for part in each]
        return Looked(parts, monotonic() - began)


async def _run(probe: Probe, found: list[Part]) -> None:
    async for part in probe():
        found.append(part)


def worst(parts: Iterable[Part]) -> State:
    """The state of the whole."""
    order = list(State)
    return max((each.state for each in parts), key=order.index, default=State.OK)
