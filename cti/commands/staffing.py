"""``cti staffing``: how many agents an interval needs."""

import argparse
import json
import sys
from collections.abc import Sequence

from cti import messages
from cti.columns import aligned
from cti.core.measures.erlang import Expected
from cti.core.measures.staffing import Staffing, Unstaffable, Wanted, staffed
from cti.language_option import add_language
from cti.web.staffing_api import plain

ANSWERED, SENSELESS = 0, 2
_MINUTE_S = 60
_OPTIONS = {
    "aht_s": "aht",
    "within_s": "within",
    "interval_s": "interval",
    "patience_s": "patience",
}
_COLUMNS = ("agents", "rostered", "waiting", "service_level", "asa_s", "occupancy", "abandoned")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("staffing", help=messages.text("staffing.help"))
    for name, default in (
        ("calls", None),
        ("aht", None),
        ("target", 0.8),
        ("within", 20.0),
        ("shrinkage", 0.0),
        ("interval", 60.0),
    ):
        help_text = messages.text(f"staffing.option.{name}")
        needed = default is None
        command.add_argument(
            f"--{name}", type=float, default=default, required=needed, help=help_text
        )
    command.add_argument("--patience", type=float, help=messages.text("staffing.option.patience"))
    command.add_argument("--json", action="store_true", help=messages.text("staffing.option.json"))
    add_language(command)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the table. 2: a figure makes no sense."""
    wanted = Wanted(
        calls=chosen.calls,
        aht_s=chosen.aht,
        target=chosen.target,
        within_s=chosen.within,
        interval_s=chosen.interval * _MINUTE_S,
        patience_s=chosen.patience,
        shrinkage=chosen.shrinkage,
    )
    try:
        found = staffed(wanted)
    except Unstaffable as senseless:
        option = _OPTIONS.get(senseless.field, senseless.field)
        said = messages.text("staffing.senseless", chosen.language, option=option)
        print(said, file=sys.stderr)
        return SENSELESS
    if chosen.json:
        print(json.dumps(plain(wanted, found), indent=1))
    else:
        print(*_told(wanted, found, chosen.language), sep="\n")
    return ANSWERED


def _told(wanted: Wanted, found: Staffing, language: str) -> Sequence[str]:
    values = {
        "calls": wanted.calls,
        "minutes": wanted.interval_s / _MINUTE_S,
        "aht": wanted.aht_s,
        "erlangs": wanted.traffic.erlangs,
        "agents": found.agents,
        "target": wanted.target,
        "within": wanted.within_s,
        "shrinkage": wanted.shrinkage,
        "rostered": wanted.rostered(found.agents),
    }
    said = ["load", "answer", *(["rostered"] if wanted.shrinkage else [])]
    lines = [messages.text(f"staffing.{key}", language, **values) for key in said]
    heads = [messages.text(f"staffing.columns.{name}", language) for name in _COLUMNS]
    rows = [_cells(wanted, row) for row in found.rows]
    return [*lines, "", *aligned([heads, *rows], figures=True)]


def _cells(wanted: Wanted, row: Expected) -> list[str]:
    return [
        str(row.agents),
        str(wanted.rostered(row.agents)),
        f"{row.waiting:.1%}",
        f"{row.service_level:.1%}",
        f"{row.asa_s:.1f}".replace("inf", "∞"),
        f"{row.occupancy:.1%}",
        f"{row.abandoned:.1%}",
    ]
