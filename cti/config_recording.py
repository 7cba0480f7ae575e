"""config/recording.yaml: what is recorded, how long it is kept, how much room it must leave."""

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from cti.config_labels import Label
from cti.core.call import Direction
from cti.core.marked import Marked
from cti.core.problems import Problem
from cti.core.recordings import KeepRule, KeepRules, RecordRule, RecordRules
from cti.settings_kinds import Frozen

_WORDS = {"always": 1.0, "never": 0.0}
_SHARE = re.compile(r"([0-9]{1,2}|100)%")
GIGABYTE = 10**9


def _record(given: str) -> str:
    if given not in _WORDS and not _SHARE.fullmatch(given):
        raise ValueError("always, never, or a share such as 30%")
    return given


Record = Annotated[str, AfterValidator(_record)]
"""``always``, ``never``, or a share of the calls such as ``30%``."""


def share(given: str) -> float:
    """The same as a number from 0 to 1."""
    if (found := _SHARE.fullmatch(given)) is not None:
        return int(found[1]) / 100
    return _WORDS[given]


class RecordRuleFile(Frozen):
    queue: str = ""
    agent: str = ""
    direction: Direction | None = None
    record: Record

    def rule(self) -> RecordRule:
        """The same for the core."""
        direction = self.direction.value if self.direction else ""
        return RecordRule(
            queue=self.queue, agent=self.agent, direction=direction, share=share(self.record)
        )


class KeepClassFile(Frozen):
    label: Label
    days: int = Field(ge=1, le=36_525)


class KeepRuleFile(Frozen):
    queue: str = ""
    wrap_up: str = ""
    direction: Direction | None = None
    keep: str

    def rule(self) -> KeepRule:
        """The same for the core."""
        direction = self.direction.value if self.direction else ""
        return KeepRule(queue=self.queue, wrap_up=self.wrap_up, direction=direction, keep=self.keep)


class RoomFile(Frozen):
    """Gigabytes that must be free where recordings are written."""

    alarm_gb: float = Field(default=10.0, gt=0)
    refuse_gb: float = Field(default=2.0, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.refuse_gb > self.alarm_gb:
            raise ValueError("refuse_gb is more than alarm_gb")
        return self


class RecordingFile(Frozen):
    """config/recording.yaml"""

    record: Record = "always"
    rules: tuple[RecordRuleFile, ...] = ()
    survival: bool = True
    classes: Mapping[str, KeepClassFile] = Field(min_length=1)
    keep: str
    keep_rules: tuple[KeepRuleFile, ...] = ()
    room: RoomFile = RoomFile()
    agents_hear_own: bool = False

    def record_rules(self) -> RecordRules:
        """What is recorded, for the core."""
        rules = tuple(each.rule() for each in self.rules)
        return RecordRules(share=share(self.record), rules=rules)

    def kept(self) -> KeepRules:
        """How long, for the core."""
        return KeepRules(
            days={name: each.days for name, each in self.classes.items()},
            keep=self.keep,
            rules=tuple(each.rule() for each in self.keep_rules),
        )


def check_recording(
    file: RecordingFile, data: Marked, known: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Names that nobody defined. ``known``: for ``queue``, ``agent``, ``wrap_up``, what there is."""
    known = {**known, "keep": frozenset(file.classes)}
    found = _unknown(data, ("keep",), file.keep, known["keep"])
    for group, rules in (("rules", file.rules), ("keep_rules", file.keep_rules)):
        for index, rule in enumerate(rules):
            for field, names in known.items():
                named = getattr(rule, field, "")
                found += _unknown(data, (group, index, field), named, names)
    return found


def _unknown(
    data: Marked, path: tuple[str | int, ...], name: str, known: frozenset[str]
) -> list[Problem]:
    if not name or name in known:
        return []
    values = {"name": name, "known": ", ".join(sorted(known))}
    return [Problem(data.mark_at(path), "config.unknown_name", values)]
