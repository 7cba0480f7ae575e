"""What nodes are made of: utterances, cases, digit counts, and how each key is written in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cti.core.ivr.conditions import Condition, Expression
from cti.core.problems import Mark
from cti.core.speech import SpokenKind


class Reads(StrEnum):
    """What a YAML key holds; parser and schema have one rule for each."""

    NAME = "name"
    TEXT = "text"
    TARGET = "target"
    EXPRESSION = "expression"
    NAMES = "names"
    UTTERANCES = "utterances"
    KEYS = "keys"
    CASES = "cases"
    ASSIGNMENTS = "assignments"
    LEVELS = "levels"
    DIGITS = "digits"
    SECONDS = "seconds"
    COUNT = "count"
    PRIORITY = "priority"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Key:
    """How one attribute is written in YAML."""

    reads: Reads
    name: str = ""
    """The YAML key, where it is a reserved word of Python or reads better than the attribute."""


class Reserved(StrEnum):
    """Targets that are not nodes: where they lead depends on the caller's way so far."""

    BACK = "back"
    REPEAT = "repeat"
    HUMAN = "human"
    RETURN = "return"


SPOKEN_KINDS = tuple(kind.value for kind in SpokenKind)
"""The kinds of value that the speech composer can read out."""


@dataclass(frozen=True, slots=True)
class PlayPrompt:
    """Play one prompt of the catalogue."""

    prompt: str


@dataclass(frozen=True, slots=True)
class SayValue:
    """Speak a value as ``kind`` (one of ``SPOKEN_KINDS``)."""

    kind: str
    value: Expression


@dataclass(frozen=True, slots=True)
class PlayCase:
    """Play the prompt that belongs to the value; ``otherwise`` where the value is not listed."""

    value: Expression
    prompts: Mapping[str, str]
    otherwise: str


Speech = PlayPrompt | SayValue | PlayCase
Utterances = tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class DigitCount:
    """How many digits a number has."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Case:
    """Go to ``go`` when the condition holds."""

    when: Condition
    go: str
    mark: Mark
