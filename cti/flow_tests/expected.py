"""What a flow test should say so that it passes: its steps and end as the tree now goes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cti.core.ivr import session as out
from cti.core.ivr.flow_words import Plain, plain_end, surveys_answered
from cti.core.ivr.flows import Answers, Asks, Does, Flow, FlowRun, Hear, Step
from cti.core.ivr.tree import Tree
from cti.core.problems import Mark


@dataclass(frozen=True, slots=True)
class Change:
    """At the step whose value or word stands at ``mark``."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class NewValue(Change):
    """Replace what is expected there by ``plain``."""

    plain: Plain


@dataclass(frozen=True, slots=True)
class HearBefore(Change):
    """Add a ``hear`` before the step."""

    heard: Sequence[Plain]


@dataclass(frozen=True, slots=True)
class Nothing(Change):
    """Drop the step: nothing is heard there."""


def changes_for(tree: Tree, flow: Flow) -> Sequence[Change] | None:
    """What must be rewritten; None where new words are not enough: the caller or the world would
    have to do something else, no step would be left, or the tree ends in a fault."""
    run = FlowRun.begin(tree, flow.facts)
    changes: list[Change] = []
    for index, step in enumerate(flow.steps):
        changes += _at(run, step)
        run.unheard = []
        run.take(step, index)
        if run.over and any(isinstance(later, Does) for later in flow.steps[index + 1 :]):
            return None
    if run.unheard:
        changes.append(HearBefore(flow.ends_mark, tuple(run.unheard)))
    ended = plain_end(run.turn.ask)
    if ended != flow.ends:
        changes.append(NewValue(flow.ends_mark, ended))
    dropped = sum(isinstance(each, Nothing) for each in changes)
    return None if isinstance(run.turn.ask, out.Fault) or dropped == len(flow.steps) else changes


def _at(run: FlowRun, step: Step) -> list[Change]:
    match step:
        case Does(_, mark):
            return [HearBefore(mark, tuple(run.unheard))] if run.unheard else []
        case Hear():
            return _at_hear(step, run.unheard)
        case Asks(what, mark):
            return _at_asks(what, mark, plain_end(run.turn.ask))
        case Answers(surveys, mark):
            noted = surveys_answered(run.turn)
            if noted == surveys:
                return []
            return [NewValue(mark, noted) if noted else Nothing(mark)]


def _at_hear(step: Hear, heard: Sequence[Plain]) -> list[Change]:
    wanted = list(step.utterances)
    if wanted == list(heard[: len(wanted)] if step.open_end else heard):
        return []
    if not heard:
        return [Nothing(step.mark)]
    return [NewValue(step.mark, heard[0] if len(heard) == 1 else list(heard))]


def _at_asks(what: Mapping[str, Plain], mark: Mark, asked: Mapping[str, Plain]) -> list[Change]:
    if asked == what:
        return []
    same = list(asked) == list(what)
    return [NewValue(mark, next(iter(asked.values()))) if same else Nothing(mark)]
