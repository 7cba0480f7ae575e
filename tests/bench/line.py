"""What a line of the benchmark is, and the rules all lines keep."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. ``ratio`` above 1 means that ours is better; ``goal`` is the least wanted."""

    name: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    ratio: float
    goal: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the goal is met; a row without one always is."""
        return self.goal is None or self.ratio >= self.goal


def more_is_better(
    name: str, unit: str, ours: float, peer: tuple[str, float], goal: float | None = None
) -> Row:
    """A row of rates."""
    peer_name, theirs = peer
    return Row(name, ours, theirs, peer_name, unit, ours / theirs, goal)


def less_is_better(
    name: str, unit: str, ours: float, peer: tuple[str, float], goal: float | None = None
) -> Row:
    """A row of costs or times."""
    peer_name, theirs = peer
    return Row(name, ours, theirs, peer_name, unit, theirs / ours, goal)


@dataclass(frozen=True, slots=True)
class Line:
    """A group of rows measured together; ``how`` goes into docs/benchmarks.md."""

    name: str
    how: str
    run: Callable[[], Sequence[Row]]


class Unavailable(Exception):
    """The line cannot be measured on this machine; the text says what is missing."""


def interleaved(runs: Mapping[str, Callable[[], T]], rounds: int = ROUNDS) -> dict[str, list[T]]:
    """Each run once a round, so that a slow moment of the machine falls on all alike."""
    found: dict[str, list[T]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(run())
    return found


def middle(results: Sequence[Mapping[str, float]], key: str) -> float:
    """The median of one figure."""
    return median(result[key] for result in results)


def program(module: str, *args: str) -> list[str]:
    """The command of one of the benchmark's own programs."""
    return [sys.executable, "-W", "ignore", "-m", f"tests.bench.{module}", *args]


def ask(command: Sequence[str], limit_s: float = 30.0) -> dict[str, Any]:
    """Run a program to its end; the JSON object of its last line. Raises RuntimeError with its words."""
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False
    )
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:] or 'said nothing'}")
    found: dict[str, Any] = json.loads(lines[-1])
    return found
