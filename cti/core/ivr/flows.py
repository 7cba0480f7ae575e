"""Flow tests: one caller's way through a tree, what he hears, and where he ends. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.core.ivr import session as out
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.reading import Problems, complain
from cti.core.ivr.session import Ask, Facts, Heard, Listen, Prompt, Turn, Utterance
from cti.core.ivr.tree import Tree
from cti.core.problems import Mark

Plain = object
"""JSON-ready data."""


@dataclass(frozen=True, slots=True)
class Hear:
    """The caller must hear exactly this, in this order."""

    utterances: tuple[Plain, ...]
    mark: Mark


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
    """What the caller does, or what a source or script answers."""

    heard: Heard
    mark: Mark


Step = Hear | Asks | Answers | Does


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One test. ``ends`` is the plain form of how the visit must end (``plain_end``)."""

    name: str
    tree: str
    facts: Facts
    steps: tuple[Step, ...]
    ends: Mapping[str, Plain]
    mark: Mark
    ends_mark: Mark


@dataclass(slots=True)
class FlowRun:
    """A flow as it goes: the turn it is at, and what is still to be heard."""

    tree: Tree
    turn: Turn
    now: datetime
    unheard: list[Plain]
    visited: list[str] = field(default_factory=list)


def run_flow(tree: Tree, flow: Flow) -> tuple[Problems, tuple[str, ...]]:
    """Walk the flow; return the first thing that is not as written, and the nodes visited."""
    turn = start(tree, flow.facts)
    run = FlowRun(tree, turn, flow.facts.now, [plain_utterance(each) for each in turn.play])
    run.visited += _entered(turn)
    problems: Problems = []
    for step in flow.steps:
        _take(run, step, problems)
        if problems:
            return problems, tuple(run.visited)
    _expect_heard_all(run, flow.ends_mark, problems)
    ended = plain_end(run.turn.ask)
    if not problems and ended != flow.ends:
        complain(problems, flow.ends_mark, "flow_end", wanted=shown(flow.ends), got=shown(ended))
    return problems, tuple(run.visited)


def _take(run: FlowRun, step: Step, problems: Problems) -> None:
    if isinstance(step, Does):
        _expect_heard_all(run, step.mark, problems)
        _act(run, step.heard, step.mark, problems)
        return
    wanted, got = _wanted_and_got(run, step)
    if isinstance(step, Hear):
        run.unheard = []
    if wanted != got:
        code = "flow_heard" if isinstance(step, Hear) else "flow_asked"
        complain(problems, step.mark, code, wanted=shown(wanted), got=shown(got))


def _wanted_and_got(run: FlowRun, step: Hear | Asks | Answers) -> tuple[Plain, Plain]:
    match step:
        case Hear(utterances):
            return list(utterances), run.unheard
        case Asks(what):
            return what, plain_end(run.turn.ask)
        case Answers(surveys):
            return surveys, surveys_answered(run.turn)


def surveys_answered(turn: Turn) -> Mapping[str, Plain]:
    """Return the answers that a turn wrote down: survey → question → answer."""
    notes = (note for note in turn.notes if isinstance(note, out.SurveyAnswered))
    return {note.survey: dict(note.answers) for note in notes}


def _expect_heard_all(run: FlowRun, mark: Mark, problems: Problems) -> None:
    if run.unheard:
        complain(problems, mark, "flow_heard", wanted="[]", got=shown(run.unheard))


def _act(run: FlowRun, heard: Heard, mark: Mark, problems: Problems) -> None:
    ask = run.turn.ask
    if isinstance(ask, out.ENDINGS):
        complain(problems, mark, "flow_ended_before", got=shown(plain_end(ask)))
        return
    if isinstance(heard, out.NoInput) and isinstance(ask, Listen):
        run.now += timedelta(seconds=ask.no_input_s)
    run.turn = advance(run.tree, run.turn.session, heard, run.now)
    run.visited += _entered(run.turn)
    run.unheard = [plain_utterance(each) for each in run.turn.play]


def _entered(turn: Turn) -> Iterable[str]:
    return [note.node for note in turn.notes if isinstance(note, out.NodeEntered)]


def plain_utterance(utterance: Utterance) -> Plain:
    """Return an utterance as it is written in YAML: ``prompt`` or ``{kind: value}``."""
    if isinstance(utterance, Prompt):
        return utterance.id
    return {utterance.kind: utterance.value}


def plain_end(ask: Ask) -> Mapping[str, Plain]:
    """Return what a turn asks, or how it ended, as it is written under ``ends``."""
    match ask:
        case Listen():
            return {"waits": True}
        case out.Fetch():
            return {"look_up": {ask.source: dict(ask.arguments)}}
        case out.RunScript():
            return {"script": {ask.name: dict(ask.arguments)}}
        case out.PlaceCallback():
            return {"callback": {"number": ask.number, **_queue_end(ask)}}
        case out.Record():
            return {"voicemail": {ask.box: {"longest_s": ask.longest_s}}}
        case out.SendSms():
            return {"sms": {ask.template: {"to": ask.to, **ask.values}}}
        case out.ToQueue():
            return _queue_end(ask)
    return _other_end(ask)


def _other_end(
    ask: out.Transfer | out.HangUp | out.Returned | out.Gone | out.Fault,
) -> Mapping[str, Plain]:
    match ask:
        case out.Returned():
            return {"returns": True}
        case out.Transfer(target):
            return {"transfer": target}
        case out.HangUp(reason):
            return {"hangup": reason}
        case out.Gone(cause):
            return {"gone": cause}
    return {"fault": ask.reason, "node": ask.node}


def _queue_end(ask: out.ToQueue | out.PlaceCallback) -> Mapping[str, Plain]:
    end: dict[str, Plain] = {"queue": ask.queue}
    if ask.priority is not None:
        end["priority"] = ask.priority
    if ask.needs:
        end["needs"] = dict(ask.needs)
    if ask.variables:
        end["variables"] = dict(ask.variables)
    return end


def shown(plain: Plain) -> str:
    """Return plain data on one line."""
    return json.dumps(plain, ensure_ascii=False)


def ways_covered(tree: Tree, visited: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Return how many nodes the walks came to, and the nodes nobody visited."""
    seen = {node for walk in visited for node in walk}
    return len(seen & set(tree.nodes)), tuple(name for name in tree.nodes if name not in seen)
