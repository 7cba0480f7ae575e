"""Flow tests: one caller's way through a tree, what he hears, and where he ends. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cti.core.ivr import session as out
from cti.core.ivr.flow_words import Plain, plain_end, plain_utterance, shown, surveys_answered
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.session import Facts, Heard, Listen, Turn
from cti.core.ivr.tree import Tree
from cti.core.problems import Mark, Problem

REST = "..."
"""The last word of a ``hear`` that does not look at what follows."""


@dataclass(frozen=True, slots=True)
class Hear:
    """The caller must hear exactly this, in this order; with ``open_end``, this and anything."""

    utterances: tuple[Plain, ...]
    mark: Mark
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """The tree must ask exactly this of the world (``plain_end``): ``{look_up: {source: ...}}``."""

    what: Mapping[str, Plain]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Answers:
    """The caller's answers to a survey must have been written down as these."""

    surveys: Mapping[str, Plain]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Does:
    """What the caller does ``times`` over, or what a source or script answers."""

    heard: Heard
    mark: Mark
    times: int = 1


Step = Hear | Asks | Answers | Does


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One test. ``ends`` is the plain form of how the visit must end (``plain_end``)."""

    name: str
    tree: str
    facts: Facts
    steps: tuple[Step, ...]
    """All steps; the first ``ahead`` of them stand for the keys of ``after``."""
    ends: Mapping[str, Plain]
    mark: Mark
    ends_mark: Mark
    ahead: int = 0


class Kind(StrEnum):
    """In what a walk differs from its flow test."""

    HEARD = "flow_heard"
    ASKED = "flow_asked"
    END = "flow_end"
    ENDED_BEFORE = "flow_ended_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first thing that is not as written. ``step`` counts from 1, the end is one after the last;
    ``node`` is where the walk stood, ``language`` what it spoke there."""

    kind: Kind
    step: int
    mark: Mark
    wanted: Plain
    got: Plain
    node: str
    language: str

    @property
    def problem(self) -> Problem:
        """The same as one finding."""
        values = {"wanted": shown(self.wanted), "got": shown(self.got)}
        return Problem(self.mark, f"check.{self.kind}", values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What became of a flow: its difference, if any, and where the walk went."""

    difference: Difference | None
    nodes: frozenset[str]
    ways: frozenset[tuple[str, str]]


@dataclass(slots=True)
class FlowRun:
    """A flow as it goes: the turn it is at, and what is still to be heard."""

    tree: Tree
    turn: Turn
    now: datetime
    unheard: list[Plain] = field(default_factory=list)
    nodes: set[str] = field(default_factory=set)
    ways: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def begin(cls, tree: Tree, facts: Facts) -> FlowRun:
        """Let the caller come in."""
        run = cls(tree, start(tree, facts), facts.now)
        run._arrived()
        return run

    def take(self, step: Step, number: int) -> Difference | None:
        """Take one step; ``number`` is for the difference. What was heard is not heard twice."""
        if isinstance(step, Does):
            found = self.silent(step.mark, number)
            return found or self._do(step, number)
        wanted, got = self._wanted_and_got(step)
        if isinstance(step, Hear):
            self.unheard = []
        kind = Kind.HEARD if isinstance(step, Hear) else Kind.ASKED
        return None if wanted == got else self._differs(kind, step.mark, number, (wanted, got))

    def silent(self, mark: Mark, number: int) -> Difference | None:
        """Nothing may be left to be heard."""
        got, self.unheard = self.unheard, []
        return self._differs(Kind.HEARD, mark, number, ([], got)) if got else None

    def end(self, flow: Flow) -> Difference | None:
        """The visit must be where the flow says that it ends."""
        number = len(flow.steps) - flow.ahead + 1
        if left := self.silent(flow.ends_mark, number):
            return left
        ended = plain_end(self.turn.ask)
        if ended == flow.ends:
            return None
        return self._differs(Kind.END, flow.ends_mark, number, (flow.ends, ended))

    def act(self, heard: Heard) -> None:
        """Go on by what the caller does; the visit must not be over."""
        ask = self.turn.ask
        if isinstance(heard, out.NoInput) and isinstance(ask, Listen):
            self.now += timedelta(seconds=ask.no_input_s)
        self.turn = advance(self.tree, self.turn.session, heard, self.now)
        self._arrived()

    @property
    def over(self) -> bool:
        """Nothing more can be done."""
        return isinstance(self.turn.ask, out.ENDINGS)

    def walked(self, difference: Difference | None) -> Walked:
        return Walked(difference=difference, nodes=frozenset(self.nodes), ways=frozenset(self.ways))

    def _do(self, step: Does, number: int) -> Difference | None:
        for _ in range(step.times):
            if self.over:
                ended = plain_end(self.turn.ask)
                return self._differs(Kind.ENDED_BEFORE, step.mark, number, ({}, ended))
            self.act(step.heard)
        return None

    def _wanted_and_got(self, step: Hear | Asks | Answers) -> tuple[Plain, Plain]:
        match step:
            case Hear(utterances, _, open_end):
                wanted, got = list(utterances), self.unheard
                fits = open_end and got[: len(wanted)] == wanted
                return (got, got) if fits else ([*wanted, REST] if open_end else wanted, got)
            case Asks(what):
                return what, plain_end(self.turn.ask)
            case Answers(surveys):
                return surveys, surveys_answered(self.turn)

    def _differs(
        self, kind: Kind, mark: Mark, number: int, both: tuple[Plain, Plain]
    ) -> Difference:
        session = self.turn.session
        return Difference(
            kind=kind,
            step=number,
            mark=mark,
            wanted=both[0],
            got=both[1],
            node=session.node,
            language=session.language,
        )

    def _arrived(self) -> None:
        self.unheard = [plain_utterance(each) for each in self.turn.play]
        entered = (note for note in self.turn.notes if isinstance(note, out.NodeEntered))
        self.nodes.update(note.node for note in entered)
        self.ways.update(self.turn.ways)


def run_flow(tree: Tree, flow: Flow) -> Walked:
    """Walk the flow up to the first thing that is not as written."""
    run = FlowRun.begin(tree, flow.facts)
    for number, step in enumerate(flow.steps, start=1 - flow.ahead):
        if difference := run.take(step, number):
            return run.walked(difference)
    return run.walked(run.end(flow))
