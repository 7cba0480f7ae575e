"""The results as a table, as docs/benchmarks.md and as docs/benchmarks.json."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.line import ROOT, Line, Row

_PACKAGES = ("panoramisk", "pyst2", "uvloop", "aiohttp", "websockets", "orjson")
_HEADS = ("what", "ours", "peer", "unit", "ratio", "goal", "against")


JSON_FILE = ROOT / "docs" / "benchmarks.json"
_KEYS = ("name", "ours", "peer", "peer_name", "ratio", "unit", "goal")


@dataclass(frozen=True, slots=True)
class Result:
    """What a line gave: its rows, or why there are none; ``measured`` says when and on what."""

    line: Line
    rows: Sequence[Row]
    missing: str = ""
    measured: str = ""


def kept(lines: Iterable[Line]) -> list[Result]:
    """What docs/benchmarks.json says of these lines."""
    facts = json.loads(JSON_FILE.read_text("utf-8"))
    found = []
    for line in lines:
        own = [fact for fact in facts if fact["line"] == line.name]
        rows = [Row(**{key: fact[key] for key in _KEYS}) for fact in own]
        measured = own[0]["measured"] if own else ""
        found.append(Result(line, rows, "" if own else "not run yet", measured))
    return found


def table(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The cells of each row."""
    return [
        (
            row.name,
            _figure(row.ours),
            _figure(row.peer),
            row.unit,
            f"{row.ratio:.2f}",
            "" if row.goal is None else f"{row.goal:.2f}" + ("" if row.reached else " (missed)"),
            row.peer_name,
        )
        for row in rows
    ]


def printed(rows: Iterable[Row]) -> str:
    """The table for a terminal."""
    cells = [_HEADS, *table(rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(_HEADS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def machine() -> str:
    """Processor, memory, system and versions of what was measured."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} × {_processor()}, {memory_gb:.0f} GB, Linux {platform.release()}, "
        f"Python {platform.python_version()}; {packages}"
    )


def moment() -> str:
    """Now, with how busy the machine is."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}"


def write(results: Sequence[Result]) -> None:
    """docs/benchmarks.md and docs/benchmarks.json."""
    facts = [
        {
            "line": result.line.name,
            **{key: _short(getattr(row, key)) for key in _KEYS},
            "measured": result.measured,
        }
        for result in results
        for row in result.rows
    ]
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    JSON_FILE.write_text(text, encoding="utf-8")
    JSON_FILE.with_suffix(".md").write_text(_page(results), encoding="utf-8")


def _page(results: Sequence[Result]) -> str:
    parts = [
        "# Benchmarks\n",
        "Written by `make bench`. Each figure is the median of at least 3 rounds; in a round ours and its "
        "peers run one after the other, so that a slow moment of the machine falls on all alike. **The "
        "ratio is the result** (above 1: ours is better; goals are ratios too); rates and times depend on "
        "the machine, on which both ends of every test share the processors, and on what else it does: "
        "the load is given with each line.\n",
        f"Measured on: {machine()}.\n",
    ]
    for result in results:
        parts += [f"## {result.line.name}\n", f"{result.line.how}\n"]
        if result.rows:
            parts.append(f"Measured {result.measured}.\n")
        parts.append(
            _markdown(result.rows) if result.rows else f"Not measured: {result.missing}.\n"
        )
    return "\n".join(parts)


def _markdown(rows: Sequence[Row]) -> str:
    lines = [_HEADS, ("---",) * len(_HEADS), *table(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _short(value: float | str | None) -> float | str | None:
    return float(f"{value:.4g}") if isinstance(value, float) else value
