"""The modes of the centre in ``hours.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cti.core.clock.hours import ModeRule
from cti.core.ivr.reading import (
    NAME,
    Problems,
    complain,
    complain_unknown,
    keys_are,
    read_mapping,
    read_text,
)
from cti.core.marked import Marked

MODE_KEYS = ("label", "longest_h")
LANGUAGES = ("zh", "en")
LONGEST_MODE_H = 14 * 24
OPEN, CLOSED = "open", "closed"


def read_modes(
    marked: Marked, hours: Collection[str], problems: Problems
) -> Mapping[str, ModeRule]:
    """``NAME: {label: {zh, en}, longest_h, hours: {NAME: open|closed}}`` → the rules by name."""
    found: dict[str, ModeRule] = {}
    for name, entry in (read_mapping(marked, problems) or {}).items():
        if not NAME.fullmatch(name):
            complain(problems, marked.key_mark(name), "not_name", name=name)
        if rule := _read_mode(entry, hours, problems):
            found[name] = rule
    return found


def _read_mode(marked: Marked, hours: Collection[str], problems: Problems) -> ModeRule | None:
    entries = read_mapping(marked, problems)
    wanted = (*MODE_KEYS, "hours") if entries and "hours" in entries else MODE_KEYS
    if entries is None or not keys_are(marked, wanted, problems):
        return None
    label = _read_label(entries["label"], problems)
    longest_h = _read_hours_number(entries["longest_h"], problems)
    forced = _read_forced(entries["hours"], hours, problems) if "hours" in entries else {}
    if label is None or longest_h is None:
        return None
    return ModeRule(label=label, longest_h=longest_h, hours=forced)


def _read_label(marked: Marked, problems: Problems) -> Mapping[str, str] | None:
    if not keys_are(marked, LANGUAGES, problems):
        return None
    entries = marked.mapping() or {}
    label = {each: read_text(entries[each], problems) for each in LANGUAGES}
    return {each: text for each, text in label.items() if text}


def _read_hours_number(marked: Marked, problems: Problems) -> float | None:
    value = marked.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and 0 < float(str(value)) <= LONGEST_MODE_H:
        return float(str(value))
    complain(problems, marked.mark, "not_hours_number", highest=str(LONGEST_MODE_H))
    return None


def _read_forced(marked: Marked, hours: Collection[str], problems: Problems) -> Mapping[str, bool]:
    forced: dict[str, bool] = {}
    for name, entry in (read_mapping(marked, problems) or {}).items():
        if name not in hours:
            complain_unknown(problems, marked.key_mark(name), "unknown_hours", name, hours)
        if entry.value not in (OPEN, CLOSED):
            complain_unknown(
                problems, entry.mark, "unknown_hours_state", str(entry.plain()), (OPEN, CLOSED)
            )
        forced[name] = entry.value == OPEN
    return forced
