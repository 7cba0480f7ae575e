"""config/rules/*.yaml → the rules in force. ``house.yaml`` has the last word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cti.core.ivr.reading import (
    Problems,
    complain,
    complain_unknown,
    keys_are,
    read_list,
    read_mapping,
    read_text,
)
from cti.core.ivr.rules.table import RULES, Bound, Level, Rule, Rules, Setting
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem

HOUSE_PACK = "house"
PACK_KEYS = ("title", "source", "rules")
HIGHEST_BOUND = 100_000

Settings = Mapping[str, tuple[Setting, Mark]]


def read_rules(packs: Mapping[str, Marked]) -> tuple[Rules, list[Problem]]:
    """Read all packs, by file stem. A rule that two packs set is an error, except in the house's."""
    problems: Problems = []
    settings: dict[str, Setting] = {}
    marks: dict[str, Mark] = {}
    for name, pack in sorted(packs.items()):
        for rule, (setting, mark) in _read_pack(pack, problems).items():
            if name == HOUSE_PACK:
                continue
            if rule in marks:
                complain(problems, mark, "rule_twice", name=rule, other=str(marks[rule]))
            marks.setdefault(rule, mark)
            settings.setdefault(rule, setting)
    if HOUSE_PACK in packs:
        for rule, (setting, _) in _read_pack(packs[HOUSE_PACK], []).items():
            settings[rule] = _over(settings.get(rule, Setting()), setting)
    return Rules(settings), problems


def _over(below: Setting, above: Setting) -> Setting:
    return Setting(level=above.level or below.level, bounds={**below.bounds, **above.bounds})


def _read_pack(root: Marked, problems: Problems) -> Settings:
    entries = read_mapping(root, problems)
    if entries is None or not keys_are(root, PACK_KEYS, problems):
        return {}
    read: dict[str, tuple[Setting, Mark]] = {}
    for name, entry in (read_mapping(entries["rules"], problems) or {}).items():
        mark = entries["rules"].key_mark(name)
        if name in RULES:
            read[name] = (_read_setting(RULES[name], entry, problems), mark)
        else:
            complain_unknown(problems, mark, "unknown_rule", name, RULES)
    return read


def _read_setting(rule: Rule, marked: Marked, problems: Problems) -> Setting:
    entries = marked.mapping()
    if entries is None:
        return Setting(level=_read_level(marked, problems))
    bounds: dict[str, Bound] = {}
    for key, entry in entries.items():
        if key == "severity":
            continue
        if key not in rule.bounds:
            known = ("severity", *rule.bounds)
            complain_unknown(problems, marked.key_mark(key), "unknown_key", key, known)
        elif (bound := _read_bound(rule.bounds[key], entry, problems)) is not None:
            bounds[key] = bound
    level = _read_level(entries["severity"], problems) if "severity" in entries else None
    return Setting(level=level, bounds=bounds)


def _read_level(marked: Marked, problems: Problems) -> Level | None:
    word = str(marked.value)
    if word in tuple(Level):
        return Level(word)
    complain_unknown(problems, marked.mark, "unknown_severity", word[:40], tuple(Level))
    return None


def _read_bound(usual: Bound, marked: Marked, problems: Problems) -> Bound | None:
    if isinstance(usual, tuple):
        items: Sequence[Marked] = read_list(marked, problems) or ()
        return tuple(text for item in items if (text := read_text(item, problems)))
    if isinstance(usual, str):
        return read_text(marked, problems)
    value = marked.value
    if isinstance(value, int | float) and value is not True and 0 < value <= HIGHEST_BOUND:
        return value
    complain(problems, marked.mark, "not_a_bound", highest=str(HIGHEST_BOUND))
    return None
