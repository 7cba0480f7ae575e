"""A flow test as a script for a rehearsal on real telephones: what is played, asked and done, turn by
turn. Pure: worked out by walking the flow once on a virtual clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cti.core.ivr import session as ivr
from cti.core.ivr.flows import Does, Flow, FlowRun
from cti.core.ivr.tree import Tree
from cti.core.speech import SpokenKind, UnspeakableValue
from cti.core.speech.compose import spoken
from cti.simulation.ear import Sound


@dataclass(frozen=True, slots=True)
class Cue:
    """One turn, and what is done when it has been played; None: the flow ends there."""

    turn: ivr.Turn
    does: ivr.Heard | None
    step: int

    @property
    def ends(self) -> bool:
        """The visit is over with this turn."""
        return isinstance(self.turn.ask, ivr.ENDINGS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A prompt that must be heard; ``whole`` is false for one that a key may cut short."""

    sound: Sound
    whole: bool
    step: int


def cues_of(tree: Tree, flow: Flow) -> Sequence[Cue]:
    """The turns of a flow that passes on the virtual clock."""
    run = FlowRun.begin(tree, flow.facts)
    cues: list[Cue] = []
    number = 0
    for number, step in enumerate(flow.steps, start=1 - flow.ahead):
        if isinstance(step, Does):
            for _ in range(step.times):
                cues.append(Cue(run.turn, step.heard, number))
                run.act(step.heard)
    # A caller who has gone hears nothing more.
    gone = isinstance(run.turn.ask, ivr.Gone)
    return cues if gone else [*cues, Cue(run.turn, None, number + 1)]


def wanted_of(tree: Tree, cues: Sequence[Cue]) -> Sequence[Wanted]:
    """Every prompt that the caller must hear, in order."""
    found: list[Wanted] = []
    for cue in cues:
        language = tree.spoken_in(cue.turn.session.language)
        sounds = sounds_of(cue.turn.play, language)
        found += [Wanted(sound, True, cue.step) for sound in sounds]
        if sounds and _may_cut(cue):
            found[-1] = Wanted(sounds[-1], False, cue.step)
    return found


def _may_cut(cue: Cue) -> bool:
    """The caller acts when the last prompt has begun."""
    return isinstance(cue.does, ivr.Pressed | ivr.HungUp)


def sounds_of(utterances: Sequence[ivr.Utterance], language: str) -> list[Sound]:
    """The files that are played for utterances; a value that cannot be spoken is left out."""
    found: list[Sound] = []
    for each in utterances:
        if isinstance(each, ivr.Prompt):
            found.append((language, each.id))
            continue
        try:
            names = spoken(SpokenKind(each.kind), each.value, language)
        except (UnspeakableValue, ValueError):
            continue
        found += [(language, name) for name in names]
    return found
