"""Writes docs/reliability.md and docs/reliability.json from what a run of the matrix saw."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.matrix import MATRIX

DOCS = Path(__file__).resolve().parents[2] / "docs"
PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
HEAD = """\
# What was broken, and what became of the calls

Written by `make faults`. Every fault below was made on a running hotline (real Asterisk, Redis,
PostgreSQL, SIP phones) with calls up; afterwards the books were compared: journal, call table, figures
and queue_log. A fault has a row for each stage of a call, or each way it can come. Seconds are the longest
of the run, measured on the machine named below, on which phones, Asterisk and database share the processors;
a load above their number stretches every time, and the limits with it.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One test's outcome for one stage of one row."""

    row: str
    stage: str
    test: str
    outcome: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the page."""

    row: str
    stage: str
    fault: str
    required: str
    observed: Mapping[str, float]
    tests: int
    result: str


def results(observations: Sequence[Observation]) -> list[Result]:
    """Every stage of every row, also those that nobody looked at."""
    found = []
    for row in MATRIX:
        for stage in row.stages:
            mine = [o for o in observations if (o.row, o.stage) == (row.key, stage)]
            found.append(
                Result(
                    row=row.key,
                    stage=stage,
                    fault=row.fault,
                    required=row.required,
                    observed=worst(mine),
                    tests=len(mine),
                    result=together(mine),
                )
            )
    return found


def worst(observations: Sequence[Observation]) -> dict[str, float]:
    """Of each figure the largest."""
    found: dict[str, float] = {}
    for each in observations:
        for name, value in each.figures.items():
            found[name] = max(value, found.get(name, value))
    return dict(sorted(found.items()))


def together(observations: Sequence[Observation]) -> str:
    if not observations:
        return NOT_RUN
    return PASSED if all(o.outcome == PASSED for o in observations) else FAILED


def shown(figures: Mapping[str, float]) -> str:
    """``fallback 6.1 s, lost 0``."""
    words = []
    for name, value in figures.items():
        unit = " s" if name.endswith("_s") else ""
        number = f"{value:.1f}" if unit else f"{value:g}"
        words.append(f"{name.removesuffix('_s').replace('_', ' ')} {number}{unit}")
    return ", ".join(words) or "–"


def page(found: Sequence[Result], ground: Mapping[str, Any]) -> str:
    lines = ["| fault | stage | required | observed | result |", "|---|---|---|---|---|"]
    for each in found:
        cells = (each.fault, each.stage, each.required, shown(each.observed), each.result)
        lines.append(f"| {' | '.join(cells)} |")
    told = "\n".join(f"- {name}: {value}" for name, value in ground.items())
    return f"{HEAD}{chr(10).join(lines)}\n\n## Where and when\n\n{told}\n"


def ground(asterisk: str) -> dict[str, Any]:
    """Versions and the day; nothing that tells one machine from another of its kind."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "Asterisk": asterisk or "unknown",
        "Redis": _version("redis-server", "--version"),
        "Python": platform.python_version(),
        "processors": len(os.sched_getaffinity(0)),
        "load at the end": round(os.getloadavg()[0], 1),
    }


def _version(*command: str) -> str:
    told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
    return next((w.removeprefix("v=") for w in told.split() if w.startswith("v=")), told.strip())


def write(observations: Sequence[Observation], asterisk: str) -> list[Result]:
    """Both files; the results."""
    found, where = results(observations), ground(asterisk)
    (DOCS / "reliability.md").write_text(page(found, where), "utf-8")
    told = {"ground": where, "rows": [asdict(each) for each in found]}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (DOCS / "reliability.json").write_text(text + "\n", "utf-8")
    return found
