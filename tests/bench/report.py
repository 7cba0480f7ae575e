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


@dataclass(frozen=True, slots=True)
class Result:
    """What a line gave: its rows, or why there are none."""

    line: Line
    rows: Sequence[Row]
    missing: str = ""


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
        f"Python {platform.python_version()}; {packages}; load {os.getloadavg()[0]:.1f} at the end"
    )


def write(results: Sequence[Result], spent_s: float) -> None:
    """docs/benchmarks.md and docs/benchmarks.json."""
    rows = [row for result in results for row in result.rows]
    keys = ("name", "ours", "peer", "peer_name", "ratio", "unit")
    facts = [{key: _short(getattr(row, key)) for key in keys} for row in rows]
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    (ROOT / "docs" / "benchmarks.json").write_text(text, encoding="utf-8")
    (ROOT / "docs" / "benchmarks.md").write_text(_page(results, spent_s), encoding="utf-8")


def _page(results: Sequence[Result], spent_s: float) -> str:
    parts = [
        "# Benchmarks\n",
        "Written by `make bench`. Each figure is the median of at least 3 rounds; in a round ours and its "
        "peers run one after the other, so that a slow moment of the machine falls on all alike. **The "
        "ratio is the result** (above 1: ours is better; goals are ratios too); rates and times depend on "
        "the machine, on which both ends of every test share the processors.\n",
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in {spent_s:.0f} s on: {machine()}.\n",
    ]
    for result in results:
        parts += [f"## {result.line.name}\n", f"{result.line.how}\n"]
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


def _short(value: float | str) -> float | str:
    return value if isinstance(value, str) else float(f"{value:.4g}")
