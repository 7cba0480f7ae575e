"""What a menu tree is made of: sixteen node types, each a frozen dataclass.

The dataclasses are the only description of a node: parser, JSON Schema, docs/nodes.md and the
whole-tree checks read their annotations (``Annotated[type, Key(...)]``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from cti.core.clock.hours import Calendar
from cti.core.ivr.conditions import Expression, Variable
from cti.core.ivr.parts import Case, DigitCount, Key, Reads, Utterances
from cti.core.problems import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has: its name in the tree and where it was written."""

    id: str
    mark: Mark
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False)
    """Where each key of the node was written, by YAML key; a telephone key's is ``keys.1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Node):
    """Play a menu and wait for one choice."""

    menu: Annotated[Utterances, Key(Reads.UTTERANCES)]
    keys: Annotated[Mapping[str, str], Key(Reads.KEYS)]
    human: Annotated[str | None, Key(Reads.TARGET)] = None
    on_no_input: Annotated[str | None, Key(Reads.TARGET)] = None
    """Where silence leads at once, without a word; left out, the menu is said again."""
    on_failure: Annotated[str | None, Key(Reads.TARGET)] = None
    attempts: Annotated[int | None, Key(Reads.COUNT)] = None
    no_input_s: Annotated[float | None, Key(Reads.SECONDS)] = None
    barge_in: Annotated[bool, Key(Reads.YES_NO)] = True
    type_ahead: Annotated[bool, Key(Reads.YES_NO)] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Node):
    """Ask for a number and keep it in a variable. ``#`` ends it, ``*`` is the letter X."""

    collect: Annotated[Utterances, Key(Reads.UTTERANCES)]
    into: Annotated[str, Key(Reads.NAME)]
    digits: Annotated[DigitCount, Key(Reads.DIGITS)]
    next: Annotated[str, Key(Reads.TARGET)]
    on_failure: Annotated[str | None, Key(Reads.TARGET)] = None
    sensitive: Annotated[bool | None, Key(Reads.YES_NO)] = None
    attempts: Annotated[int | None, Key(Reads.COUNT)] = None
    no_input_s: Annotated[float | None, Key(Reads.SECONDS)] = None
    inter_digit_s: Annotated[float | None, Key(Reads.SECONDS)] = None
    barge_in: Annotated[bool, Key(Reads.YES_NO)] = True
    type_ahead: Annotated[bool, Key(Reads.YES_NO)] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """Go where the first condition that holds says, or to ``else``."""

    branch: Annotated[tuple[Case, ...], Key(Reads.CASES)]
    otherwise: Annotated[str, Key(Reads.TARGET, "else")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Node):
    """Ask a source for data, with a limit; the answer's values become ``$into.name``."""

    lookup: Annotated[str, Key(Reads.NAME)]
    arguments: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "with")]
    into: Annotated[str, Key(Reads.NAME)]
    found: Annotated[str, Key(Reads.TARGET)]
    missing: Annotated[str, Key(Reads.TARGET)]
    failed: Annotated[str, Key(Reads.TARGET)]
    timeout_s: Annotated[float, Key(Reads.SECONDS)]
    say: Annotated[Utterances, Key(Reads.UTTERANCES)] = ()
    sensitive: Annotated[tuple[str, ...], Key(Reads.NAMES)] = ()
    """Values of the answer that are personal: kept out of notes and of what goes with the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Node):
    """Run a Python script of the site on the line (pyst2 verbs), with a limit."""

    script: Annotated[str, Key(Reads.NAME)]
    next: Annotated[str, Key(Reads.TARGET)]
    failed: Annotated[str, Key(Reads.TARGET)]
    timeout_s: Annotated[float, Key(Reads.SECONDS)]
    into: Annotated[str | None, Key(Reads.NAME)] = None
    arguments: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "with")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue(Node):
    """End the visit: the caller waits in a queue for an agent."""

    enqueue: Annotated[str, Key(Reads.NAME)]
    say: Annotated[Utterances, Key(Reads.UTTERANCES)] = ()
    priority: Annotated[int | None, Key(Reads.PRIORITY)] = None
    needs: Annotated[Mapping[str, int], Key(Reads.LEVELS)] = field(default_factory=dict)
    assign: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "set")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """End the visit: connect the caller to a number outside the queues."""

    transfer: Annotated[str, Key(Reads.TEXT)]
    say: Annotated[Utterances, Key(Reads.UTTERANCES)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Node):
    """Keep the caller's place in a queue without him: he is called back on ``number``."""

    callback: Annotated[Expression, Key(Reads.EXPRESSION)]
    next: Annotated[str, Key(Reads.TARGET)]
    failed: Annotated[str, Key(Reads.TARGET)]
    number: Annotated[Expression, Key(Reads.EXPRESSION)] = Variable("caller_number")
    priority: Annotated[int | None, Key(Reads.PRIORITY)] = None
    needs: Annotated[Mapping[str, int], Key(Reads.LEVELS)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail(Node):
    """Record a message for the people of a queue; it becomes a work item."""

    voicemail: Annotated[str, Key(Reads.NAME)]
    next: Annotated[str, Key(Reads.TARGET)]
    silent: Annotated[str, Key(Reads.TARGET)]
    failed: Annotated[str, Key(Reads.TARGET)]
    say: Annotated[Utterances, Key(Reads.UTTERANCES)] = ()
    longest_s: Annotated[float, Key(Reads.SECONDS)] = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms(Node):
    """Send a text message from a template of config/sms.yaml."""

    sms: Annotated[str, Key(Reads.NAME)]
    next: Annotated[str, Key(Reads.TARGET)]
    failed: Annotated[str, Key(Reads.TARGET)]
    to: Annotated[Expression, Key(Reads.EXPRESSION)] = Variable("caller_number")
    arguments: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "with")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Node):
    """Write down what the caller answered in a survey, then go on."""

    survey: Annotated[str, Key(Reads.NAME)]
    answers: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS)]
    next: Annotated[str, Key(Reads.TARGET)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree(Node):
    """Walk another tree file; its target ``return`` comes back to ``next``."""

    subtree: Annotated[str, Key(Reads.NAME)]
    next: Annotated[str, Key(Reads.TARGET)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup(Node):
    """End the visit: say good-bye and hang up; the reason goes into the history."""

    hangup: Annotated[str, Key(Reads.NAME)]
    say: Annotated[Utterances, Key(Reads.UTTERANCES)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Node):
    """Speak another language from here on."""

    language: Annotated[str, Key(Reads.NAME)]
    next: Annotated[str, Key(Reads.TARGET)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Node):
    """Play prompts and spoken values, then go on."""

    say: Annotated[Utterances, Key(Reads.UTTERANCES)]
    next: Annotated[str, Key(Reads.TARGET)]
    barge_in: Annotated[bool, Key(Reads.YES_NO)] = True
    assign: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "set")] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables(Node):
    """Give variables values, then go on."""

    assign: Annotated[Mapping[str, Expression], Key(Reads.ASSIGNMENTS, "set")]
    next: Annotated[str, Key(Reads.TARGET)]


NODE_TYPES: Mapping[str, type[Node]] = {
    "menu": Menu,
    "collect": Collect,
    "branch": Branch,
    "lookup": Lookup,
    "script": Script,
    "enqueue": Enqueue,
    "callback": Callback,
    "voicemail": Voicemail,
    "sms": Sms,
    "survey": Survey,
    "transfer": Transfer,
    "subtree": Subtree,
    "hangup": Hangup,
    "language": Language,
    "say": Say,
    "set": SetVariables,
}
"""Type key → node type. ``say`` and ``set`` come last: they are options of other types too."""

OPTION_TYPES = ("say", "set")
"""Type keys that may stand beside another type key, then as an option."""

_TYPE_KEYS = {node_type: key for key, node_type in NODE_TYPES.items()}


def type_key(node: Node) -> str:
    """Return the YAML key that names the node's type."""
    return _TYPE_KEYS[type(node)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for every node that does not say otherwise.

    ``human`` is the node behind the target of that name where no menu on the caller's way names its
    own. ``no_input``, ``no_match`` and ``failure`` are the prompts after silence, after a wrong key
    and after the last attempt.
    """

    human: Annotated[str, Key(Reads.TARGET)] = ""
    no_input_s: Annotated[float, Key(Reads.SECONDS)] = 5.0
    inter_digit_s: Annotated[float, Key(Reads.SECONDS)] = 3.0
    attempts: Annotated[int, Key(Reads.COUNT)] = 3
    keys: Annotated[Mapping[str, str], Key(Reads.KEYS)] = field(
        default_factory=lambda: {"*": "back", "9": "repeat", "0": "human"}
    )
    no_input: Annotated[str, Key(Reads.NAME)] = "no_input"
    no_match: Annotated[str, Key(Reads.NAME)] = "invalid"
    failure: Annotated[str, Key(Reads.NAME)] = "too_many_errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A checked menu tree with its subtrees linked in (their nodes are named ``subtree/node``)."""

    name: str
    start: str
    nodes: Mapping[str, Node]
    calendar: Calendar
    numbers: tuple[str, ...] = ()
    entry: str = ""
    """For a tree that no number leads to: when it is walked (one of ``entries.ENTRIES``)."""
    tasks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What agents may send callers there for: name → language → label. The tree has it as ``$task``."""
    languages: tuple[str, ...] = ("zh",)
    fallback: Mapping[str, str] = field(default_factory=dict)
    """Language without all its recordings → the language that is heard where one is missing."""
    defaults: Defaults = field(default_factory=Defaults)
    sensitive: frozenset[str] = frozenset()
    """Variables that hold personal data: never in notes, never handed on with the call."""

    def spoken_in(self, language: str) -> str:
        """Return the language in which values are read out to callers of ``language``."""
        return self.fallback.get(language, language)

    @property
    def walked(self) -> bool:
        """True for a tree that calls come to; false for one that other trees use."""
        return bool(self.numbers or self.entry)
