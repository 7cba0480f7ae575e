"""What a phone heard and where its call ended, against the flow test. Pure but for the results' types."""

from collections.abc import Mapping, Sequence

from cti.core.ivr.flow_words import Plain, plain_end, plain_utterance
from cti.core.ivr.flows import Difference, Flow, Kind
from cti.core.ivr.session import Turn
from cti.core.problems import Mark
from cti.simulation.ear import Heard
from cti.simulation.rehearsal import Actor
from cti.simulation.script import Wanted

CUT = " …"
"""Behind a prompt that was cut short."""


def difference(
    actor: Actor, wanted: Sequence[Wanted], heard: Sequence[Heard], queue: str
) -> Difference | None:
    """The first thing that is not as the flow says; ``queue`` is where the call waits, or empty."""
    flow = actor.flow
    return (
        _strayed(actor)
        or _heard_otherwise(flow, wanted, heard)
        or _ended_otherwise(flow, actor.ended or {}, queue)
    )


def _strayed(actor: Actor) -> Difference | None:
    if actor.strayed is None:
        return None
    cue, turn = actor.strayed
    step = cue.step if cue else len(actor.flow.steps) - actor.flow.ahead + 1
    return Difference(
        kind=Kind.END,
        step=step,
        mark=_mark(actor.flow, step),
        wanted=_shown_turn(cue.turn) if cue else {},
        got=_shown_turn(turn),
        node=turn.session.node,
        language=turn.session.language,
    )


def _shown_turn(turn: Turn) -> Mapping[str, Plain]:
    said = [plain_utterance(each) for each in turn.play]
    return {"node": turn.session.node, "hear": said, **plain_end(turn.ask)}


def _heard_otherwise(
    flow: Flow, wanted: Sequence[Wanted], heard: Sequence[Heard]
) -> Difference | None:
    for index, each in enumerate(wanted):
        if index >= len(heard) or not _is(each, heard[index]):
            return _heard_difference(flow, wanted, heard, each)
    if len(heard) > len(wanted):
        last = wanted[-1] if wanted else Wanted(("zh", ""), True, 1)
        return _heard_difference(flow, wanted, heard, last)
    return None


def _is(wanted: Wanted, heard: Heard) -> bool:
    return wanted.sound in heard.sounds and (heard.whole or not wanted.whole)


def _heard_difference(
    flow: Flow, wanted: Sequence[Wanted], heard: Sequence[Heard], first: Wanted
) -> Difference:
    names = {each.sound for each in wanted}
    return Difference(
        kind=Kind.HEARD,
        step=first.step,
        mark=_mark(flow, first.step),
        wanted=[_name(each.sound[1], each.whole) for each in wanted],
        got=[_name(_likely(each, names), each.whole) for each in heard],
        node="",
        language=first.sound[0],
    )


def _likely(heard: Heard, wanted: set[tuple[str, str]]) -> str:
    """Of several prompts that sound alike, the one that was wanted."""
    return sorted(heard.sounds & wanted or heard.sounds)[0][1]


def _name(prompt: str, whole: bool) -> str:
    return prompt if whole else f"{prompt}{CUT}"


def _ended_otherwise(flow: Flow, ended: Mapping[str, Plain], queue: str) -> Difference | None:
    there = queue or ended.get("queue")
    if ended == flow.ends and there == flow.ends.get("queue"):
        return None
    return Difference(
        kind=Kind.END,
        step=len(flow.steps) - flow.ahead + 1,
        mark=flow.ends_mark,
        wanted=flow.ends,
        got={**ended, "queue": there} if there else ended,
        node="",
        language=flow.facts.language,
    )


def _mark(flow: Flow, step: int) -> Mark:
    index = step - 1 + flow.ahead
    return flow.steps[index].mark if 0 <= index < len(flow.steps) else flow.ends_mark
