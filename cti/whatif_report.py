"""What ``cti simulate`` prints: tables for people, JSON for machines."""

from collections.abc import Callable, Mapping, Sequence
from math import isinf
from typing import Any

from cti import messages
from cti.columns import aligned
from cti.core.ids import QueueName
from cti.core.whatif.count import Outcomes
from cti.core.whatif.estimate import Estimate, difference, figure

QUEUE_FIGURES = (
    "requests",
    "service_level_5",
    "abandon_rate",
    "answer_speed",
    "longest_wait",
)
WHOLE_FIGURES = (
    *(f"service_level_{n}" for n in range(1, 6)),
    "answer_rate",
    "abandon_rate",
    "answer_speed",
    "occupancy",
    "unserved",
)
_SECONDS = ("answer_speed", "longest_wait")
_COUNTS = ("requests", "unserved")
Runs = Sequence[Outcomes]
Ask = Callable[[str, QueueName | None], Estimate | None]


def told(houses: Sequence[Runs], language: str) -> list[str]:
    """A table a house, and one of the differences where there are two."""
    lines: list[str] = []
    for number, runs in enumerate(houses):
        title = messages.text(f"simulate.house.{_role(number, houses)}", language, runs=len(runs))
        lines += [title, *_tables(_of(runs), _queues(runs), language), ""]
    if len(houses) > 1:
        lines.append(messages.text("simulate.house.difference", language, runs=len(houses[0])))
        lines += _tables(_between(*houses), _queues(houses[0]), language, signed=True)
        lines += ["", messages.text("simulate.marked", language)]
    return lines


def plain(houses: Sequence[Runs]) -> dict[str, Any]:
    """The same for machines."""
    names = [_role(number, houses) for number in range(len(houses))]
    found: dict[str, Any] = {
        name: _plain(_of(runs), _queues(runs)) for name, runs in zip(names, houses, strict=True)
    }
    if len(houses) > 1:
        found["difference"] = _plain(_between(*houses), _queues(houses[0]))
    return {"runs": len(houses[0]), **found}


def _role(number: int, houses: Sequence[Runs]) -> str:
    return ("this", "other")[number] if len(houses) > 1 else "only"


def _of(runs: Runs) -> Ask:
    return lambda name, queue: figure(runs, name, queue)


def _between(runs: Runs, others: Runs) -> Ask:
    return lambda name, queue: difference(runs, others, name, queue)


def _queues(runs: Runs) -> list[QueueName]:
    """Those that had any call in any run."""
    return [q for q in runs[0].queues if any(run.value("requests", q) for run in runs)]


def _tables(
    ask: Ask, queues: Sequence[QueueName], language: str, *, signed: bool = False
) -> list[str]:
    heads = [messages.text(f"simulate.figure.{name}", language) for name in QUEUE_FIGURES]
    rows = [[messages.text("simulate.queue", language), *heads]]
    for queue in (*queues, None):
        title = queue or messages.text("simulate.all", language)
        rows.append([title, *(_cell(name, ask(name, queue), signed) for name in QUEUE_FIGURES)])
    whole = [
        [messages.text(f"simulate.figure.{name}", language), _cell(name, ask(name, None), signed)]
        for name in WHOLE_FIGURES
    ]
    return [*aligned(rows, figures=True), "", *aligned(whole, figures=True)]


def _cell(name: str, found: Estimate | None, signed: bool) -> str:
    if found is None:
        return "–"
    scale, unit, digits = 1.0, "", 1
    if name in _SECONDS:
        unit = " s"
    elif name not in _COUNTS:
        scale, unit = 100.0, " %"
    sign = "+" if signed else ""
    half = "" if isinf(found.half) else f" ±{found.half * scale:.{digits}f}"
    mark = "*" if signed and found.sure and not isinf(found.half) else ""
    return f"{found.mean * scale:{sign}.{digits}f}{half}{unit}{mark}"


def _plain(ask: Ask, queues: Sequence[QueueName]) -> dict[str, Any]:
    return {
        "queues": {q: {name: _value(ask(name, q)) for name in QUEUE_FIGURES} for q in queues},
        "all": {n: _value(ask(n, None)) for n in dict.fromkeys((*QUEUE_FIGURES, *WHOLE_FIGURES))},
    }


def _value(found: Estimate | None) -> Mapping[str, float | None] | None:
    if found is None:
        return None
    half = None if isinf(found.half) else round(found.half, 6)
    return {"mean": round(found.mean, 6), "half": half}
