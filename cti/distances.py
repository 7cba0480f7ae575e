"""``cti check --paths`` and ``--rules``: how far a person is from every menu, and how strict we are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti import messages
from cti.columns import aligned
from cti.config_files import load_configuration
from cti.core.ivr.rules.figures import Figures, figures_of
from cti.core.ivr.rules.places import places_of
from cti.core.ivr.rules.sounds import Sounds, speaker_of
from cti.core.ivr.rules.table import RULES, Rules
from cti.core.ivr.tree import Collect, Menu, Tree, type_key
from cti.core.ivr.ways import menu_depths
from cti.dialplan_files import known_names, load_dialplan
from cti.house_files import house_of, load_rules
from cti.settings import environment

COLUMNS = ("node", "level", "keys", "knowing_s", "silent_s", "silent_end", "worst_s", "worst_way")
RULE_COLUMNS = ("rule", "level_of", "bounds")
LONGEST_WAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """One menu, number asked for, or start of a tree; ``level`` counts menus from the top."""

    tree: str
    kind: str
    level: int | None
    figures: Figures


def distances(config: Path) -> list[Distance]:
    """Every menu of every tree in its order, each tree's start first; none while a tree is broken."""
    configuration, _ = load_configuration(config, environment())
    if configuration is None:
        return []
    house = house_of(configuration, load_rules(config)[0])
    folder = configuration.settings.folders.dialplan
    site = load_dialplan(folder, known_names(configuration)[0], house).site
    trees = site.trees.values() if site else ()
    return [row for tree in trees for row in tree_distances(tree, house.sounds)]


def tree_distances(tree: Tree, sounds: Sounds) -> list[Distance]:
    """The rows of one tree."""
    ways = places_of(tree)
    if not ways.whole:
        return []
    figures, levels = figures_of(ways, speaker_of(tree, sounds)), menu_depths(tree)
    asking = [name for name, node in tree.nodes.items() if isinstance(node, Menu | Collect)]
    return [
        Distance(
            tree=tree.name,
            kind=type_key(tree.nodes[name]),
            level=levels.get(name),
            figures=figures[name],
        )
        for name in dict.fromkeys((tree.start, *asking))
        if name in figures
    ]


def plain_rows(rows: Sequence[Distance]) -> list[dict[str, object]]:
    """The rows for machines; seconds are null where a caller can go on for ever."""
    return [
        {
            "tree": row.tree,
            "node": row.figures.node,
            "kind": row.kind,
            "level": row.level,
            "keys": row.figures.keys,
            "toHuman": row.figures.to_human,
            "knowingS": _finite(row.figures.knowing_s),
            "silentS": _finite(row.figures.silent_s),
            "silentEnd": row.figures.silent_end,
            "worstS": _finite(row.figures.worst_s),
            "worstWay": list(row.figures.worst_way),
        }
        for row in rows
    ]


def _finite(seconds: float) -> float | None:
    return round(seconds, 1) if seconds < math.inf else None


def distance_table(rows: Sequence[Distance], language: str) -> list[str]:
    """The rows for people, a table for each tree; no line without a row."""
    lines: list[str] = []
    for tree in dict.fromkeys(row.tree for row in rows):
        cells = [_cells(row) for row in rows if row.tree == tree]
        heads = [messages.text(f"rule_table.{name}", language) for name in COLUMNS]
        lines += ["", messages.text("rule_table.title", language, tree=tree)]
        lines += aligned([heads, *cells])
    return [*lines, "", messages.text("rule_table.legend", language), ""] if lines else []


def _cells(row: Distance) -> list[str]:
    figures = row.figures
    way = [
        *figures.worst_way[:LONGEST_WAY],
        *(["…"] if len(figures.worst_way) > LONGEST_WAY else []),
    ]
    return [
        figures.node,
        "-" if row.level is None else str(row.level),
        "-" if figures.keys is None else f"{figures.keys}{'' if figures.to_human else '!'}",
        _seconds(figures.knowing_s),
        _seconds(figures.silent_s),
        figures.silent_end,
        _seconds(figures.worst_s),
        " → ".join(way),
    ]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds < math.inf else "∞"


def rule_table(rules: Rules, language: str) -> list[str]:
    """How strict each rule is, for people."""
    heads = [messages.text(f"rule_table.{each}", language) for each in RULE_COLUMNS]
    return aligned([heads, *_rule_cells(rules)])


def plain_rules(rules: Rules) -> list[Mapping[str, object]]:
    """How strict each rule is, for machines."""
    return [
        {
            "rule": name,
            "code": rule.code,
            "severity": rules.level(name).value,
            "source": rule.source,
            "bounds": {bound: rules.bound(name, bound) for bound in rule.bounds},
        }
        for name, rule in RULES.items()
    ]


def _rule_cells(rules: Rules) -> list[list[str]]:
    return [
        [
            name,
            rules.level(name).value,
            ", ".join(f"{b}={_bound(rules, name, b)}" for b in rule.bounds),
        ]
        for name, rule in RULES.items()
    ]


def _bound(rules: Rules, name: str, bound: str) -> str:
    value = rules.bound(name, bound)
    return " ".join(value) if isinstance(value, tuple) else str(value)
