"""Every rule that a pack of config/rules may set: its code, how strict it is unless told, its bounds.

What is not in this table is always an error: without it a tree cannot be used at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cti.core.problems import Mark, Problem, Severity

Bound = int | float | str | tuple[str, ...]


class Level(StrEnum):
    """How strict a rule is; ``off`` says nothing."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``code`` names its texts in the message files; ``bounds`` are its parameters."""

    name: str
    code: str
    level: Level
    source: str
    bounds: Mapping[str, Bound] = field(default_factory=dict)


LAW, HOTLINE, ELDER = "PIPL 28, GB/T 35273", "financial hotline standard", "T/IAC 54-2025"
PICC, HOUSE = "95518 practice", "house"

_Rows = tuple[tuple[str, str, Mapping[str, Bound]], ...]
_ERRORS: _Rows = (
    ("check.no_way_to_human", HOTLINE, {}),
    ("check.sensitive_unmarked", LAW, {}),
    ("config.no_whisper", HOUSE, {}),
    ("rule.no_exit", HOTLINE, {}),
    ("rule.endless_silence", HOTLINE, {}),
    ("rule.nobody_rostered", HOUSE, {}),
)
_WARNINGS: _Rows = (
    ("check.menu_too_deep", HOTLINE, {"levels": 3}),
    ("check.default_key_changed", PICC, {}),
    ("check.key_prefix", PICC, {}),
    ("check.unused_subtree", HOUSE, {}),
    ("check.unreachable_node", HOUSE, {}),
    ("prompts.too_fast", HOTLINE, {"characters_per_min": 270}),
    ("prompts.level", HOUSE, {}),
    ("prompts.stale", HOUSE, {}),
    ("prompts.not_measured", HOUSE, {}),
    ("prompts.unknown_sound", HOUSE, {}),
    ("rule.too_many_keys", HOTLINE, {"keys": 3}),
    ("rule.too_long_to_human", HOTLINE, {"seconds": 45.0}),
    ("rule.silent_too_long", HOTLINE, {"seconds": 120.0}),
    ("rule.worst_too_long", HOTLINE, {"seconds": 480.0}),
    ("rule.too_many_ways", HOUSE, {}),
    ("rule.endless_retry", PICC, {}),
    ("rule.dead_branch", HOUSE, {}),
    ("rule.same_condition", HOUSE, {}),
    ("rule.key_not_announced", PICC, {}),
    ("rule.announced_key_unknown", PICC, {}),
    ("rule.queue_closed", HOUSE, {}),
    ("rule.human_closed", HOTLINE, {}),
    ("rule.nobody_at_first", HOUSE, {}),
    ("rule.hours_run_over", HOUSE, {}),
    ("rule.sensitive_spoken", LAW, {"allow": ()}),
    ("rule.sensitive_sent", LAW, {"allow": ()}),
    ("rule.sensitive_to_script", LAW, {"allow": ()}),
    ("rule.sensitive_kept", LAW, {"allow": ()}),
)
_OFF: _Rows = (
    ("rule.elderly_keys", ELDER, {"keys": 1}),
    (
        "rule.advertising_first",
        HOTLINE,
        {
            "words": (
                "优惠",
                "促销",
                "赠送",
                "抽奖",
                "下载",
                "关注",
                "discount",
                "promotion",
                "offer",
            )
        },
    ),
    ("rule.recording_unannounced", HOTLINE, {"prompt": "recording_notice"}),
)


_LEVELS = ((Level.ERROR, _ERRORS), (Level.WARNING, _WARNINGS), (Level.OFF, _OFF))


def _rule(code: str, level: Level, source: str, bounds: Mapping[str, Bound]) -> Rule:
    area, _, name = code.partition(".")
    name = f"prompt_{name}" if area == "prompts" else name
    return Rule(name=name, code=code, level=level, source=source, bounds=bounds)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for level, rows in _LEVELS
    for rule in (_rule(code, level, source, bounds) for code, source, bounds in rows)
}
"""Name in a pack → rule."""

_BY_CODE = {rule.code: rule for rule in RULES.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a pack says of one rule; what it leaves out stays as it was."""

    level: Level | None = None
    bounds: Mapping[str, Bound] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force: the table's, changed by the packs' settings."""

    settings: Mapping[str, Setting] = field(default_factory=dict)

    def level(self, name: str) -> Level:
        """How strict the rule is. Raises KeyError for a name that is no rule."""
        setting = self.settings.get(name)
        return (setting.level if setting else None) or RULES[name].level

    def bound(self, name: str, bound: str) -> Bound:
        """One bound of a rule. Raises KeyError for a name that is none."""
        setting = self.settings.get(name, Setting())
        return {**RULES[name].bounds, **setting.bounds}[bound]

    def number(self, name: str, bound: str) -> float:
        """A bound that is a number."""
        return float(str(self.bound(name, bound)))

    def words(self, name: str, bound: str) -> tuple[str, ...]:
        """A bound that is a list of words."""
        found = self.bound(name, bound)
        return found if isinstance(found, tuple) else (str(found),)

    def applied(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems as strict as the rules are; those of a rule that is off are gone."""
        return [kept for each in problems if (kept := self._applied(each))]

    def _applied(self, problem: Problem) -> Problem | None:
        rule = _BY_CODE.get(problem.code)
        if rule is None:
            return problem
        level = self.level(rule.name)
        if level is Level.OFF:
            return None
        return Problem(problem.mark, problem.code, problem.values, Severity(level.value))


def found(mark: Mark, rule_name: str, /, **values: str) -> Problem:
    """A finding of the rule, before ``Rules.applied``. Raises KeyError for an unknown name."""
    rule = RULES[rule_name]
    severity = Severity.ERROR if rule.level is Level.ERROR else Severity.WARNING
    return Problem(mark, rule.code, values, severity)
