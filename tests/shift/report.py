"""The shift as docs/shift.md and docs/shift.json, and for a terminal."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.shift.books import HEARD_APART_S, TALK_APART_S, Books, Difference
from tests.shift.run import Half, Shift, Values

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FACTS = DOCS / "shift.md", DOCS / "shift.json"
SHARES = (
    *(f"service_level_{n}" for n in range(1, 6)),
    "abandon_rate",
    "occupancy",
)
SECONDS = ("answer_speed", "talk_time_in", "hold_time_in", "wrap_up_time_in")
COUNTS = (
    "arrived",
    "requests",
    "answered",
    "abandoned",
    "short_abandoned",
    "callback_taken",
    "overflowed",
    "forced_out",
    "offers",
    "ring_no_answer",
    "refused",
    "transfers",
    "consultations",
    "conferences",
    "talks_out",
    "callbacks_connected",
)


def of_half(now: Values, before: Values | None) -> Mapping[str, float | None]:
    """A half's own figures: what its end shows less what its begin showed."""
    found: dict[str, float | None] = {}
    for name, (above, below, _) in now.items():
        was = (before or {}).get(name, (0, 0, None))
        above = above - was[0]
        if below is None:
            found[name] = above
            continue
        below = below - (was[1] or 0)
        found[name] = round(above / below, 4) if below else None
    for name in SECONDS:
        if (value := found.get(name)) is not None:
            found[name] = round(value / 1000, 2)
    return found


def facts(shift: Shift, found: Books, apart: Sequence[Difference]) -> dict[str, Any]:
    """Everything that docs/shift.json holds."""
    before: Values | None = None
    halves = []
    for half in shift.halves:
        halves.append(_half(half, of_half(half.values, before), shift, found))
        before = half.values
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} processors, Linux {platform.release()}, "
        f"Python {platform.python_version()}",
        "scale": asdict(shift.scale),
        "halves": halves,
        "acts": dict(sorted(shift.done.items())),
        "declined": dict(sorted(shift.refused.items())),
        "differences": len(apart),
        "stuck": sum(bool(half.left) for half in shift.halves),
        "lost": len(found.strangers),
        "crosscheck": len(found.crosscheck),
        "recompute": found.recomputed[0],
    }


def _half(
    half: Half, values: Mapping[str, float | None], shift: Shift, found: Books
) -> dict[str, Any]:
    first = sum(each.calls for each in shift.halves[: shift.halves.index(half)])
    mine = shift.diaries[first : first + half.calls]
    waits = [each.first_heard_s for each in mine if each.first_heard_s is not None]
    given_up = [each.ended_at - each.dialled_at for each in mine if each.gave_up]
    return {
        "name": half.name,
        "seconds": round(half.seconds),
        "calls": half.calls,
        "callers_answered": sum(each.answered for each in mine),
        "callers_gave_up": sum(each.gave_up for each in mine),
        "longest_wait_s": round(max([*waits, *given_up], default=0.0), 1),
        "latest_dial_s": round(half.late_s, 2),
        "most_channels": half.most_channels,
        "cpu": {name: round(share, 3) for name, share in half.cpu.items()},
        "left": dict(half.left),
        "figures": dict(values),
    }


def printed(shift: Shift, found: Books, apart: Sequence[Difference]) -> str:
    """For a terminal: the facts, and each difference."""
    told = json.dumps(facts(shift, found, apart), ensure_ascii=False, indent=1)
    return "\n".join([told, *(str(each) for each in apart)])


def write(shift: Shift, found: Books, apart: Sequence[Difference]) -> None:
    """docs/shift.md and docs/shift.json."""
    told = facts(shift, found, apart)
    FACTS.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    PAGE.write_text(page(told), "utf-8")


def page(told: Mapping[str, Any]) -> str:
    """docs/shift.md from the facts alone."""
    scale = told["scale"]
    return "\n".join(
        [
            "# A shift",
            "",
            "Written by `make shift`: agents of mixed skills and languages work a day on a real "
            "Asterisk, then the hour of a disaster with more callers than agents. Every desktop "
            "signs in over HTTP and WebSocket; every phone and every caller is a SIP end that sends "
            "its own name as sound, so each caller keeps a diary of whom he heard and how long. "
            "Callers keep to their patience and hang up; "
            "agents hold, consult, transfer, call out, take breaks, refuse, do not answer and load their "
            "browsers anew; a supervisor listens, whispers and barges in.",
            "",
            f"{told['at']}; {told['machine']}. {scale['agents']} agents; a day's arrivals within "
            f"{scale['day_s']:.0f} s and the hour's within {scale['disaster_s']:.0f} s; talks, wrap-ups and "
            f"patience divided by {scale['faster']:g}; seed {scale['seed']}. Rings, whispers and menus take "
            "their real time, so waits here are longer in proportion than those of a real day.",
            "",
            *_table(told["halves"]),
            "",
            "## What agrees",
            "",
            "Call by call: the figures' own drill-down, `queue_log`, a count of Asterisk's CEL and CDR that "
            "shares no code with the product, and the callers' diaries; then `cti crosscheck`, the wallboard "
            "and `cti measures recompute --check`. Counts are equal; an agent's talk with a caller differs "
            f"by at most {TALK_APART_S:g} s from Asterisk's, and Asterisk's by {HEARD_APART_S:g} s from what "
            "the caller heard (more for each hold).",
            "",
            "| stuck | lost | differences | crosscheck | recompute --check |",
            "|---|---|---|---|---|",
            f"| {told['stuck']} | {told['lost']} | {told['differences']} | {told['crosscheck']} | "
            f"{told['recompute']} |",
            "",
            "## What people did",
            "",
            *(f"- {name}: {count}" for name, count in told["acts"].items()),
            "",
        ]
    )


def _table(halves: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [["", *(half["name"] for half in halves)], ["---"] * (1 + len(halves))]
    for name in ("calls", "callers_answered", "callers_gave_up", "longest_wait_s", "seconds"):
        rows.append([name, *(f"{half[name]:g}" for half in halves)])
    for names, form in ((COUNTS, "{:g}"), (SHARES, "{:.1%}"), (SECONDS, "{:.1f} s")):
        for name in names:
            values = (half["figures"].get(name) for half in halves)
            rows.append([name, *("-" if value is None else form.format(value) for value in values)])
    rows.append(["most channels at once", *(str(half["most_channels"]) for half in halves)])
    rows.append(["latest dial", *(f"{half['latest_dial_s']:.1f} s" for half in halves)])
    for program in halves[0]["cpu"]:
        shares = (f"{half['cpu'][program]:.0%}" for half in halves)
        rows.append([f"processor, {program}", *shares])
    return [f"| {' | '.join(row)} |" for row in rows]
