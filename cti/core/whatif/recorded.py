"""A day that was: from its events, and played again with what nobody can know drawn anew. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import floor, inf

from cti.core import events as seen
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.skills import Needs, is_language
from cti.core.events import Event, Outcome
from cti.core.ids import CallId, QueueName
from cti.core.whatif.chance import Dice, Patience, patience_of
from cti.core.whatif.demand import LUCK, Contact, Surge

GAVE_UP = (
    Outcome.ABANDONED,
    Outcome.SHORT_ABANDONED,
    Outcome.CALLBACK_TAKEN,
    Outcome.VOICEMAIL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One caller of the day, as he joined his first queue.

    He waited ``waited_s`` and then ``gave_up``, or was answered or sent on. ``talk_s`` and
    ``wrap_up_s`` are None where there was no talk, or no end of it was seen.
    """

    at: datetime
    queue: QueueName
    waited_s: float
    gave_up: bool
    talk_s: float | None = None
    wrap_up_s: float | None = None
    needs: Needs = field(default_factory=dict)
    language: str = "zh"


def recorded(
    events: Iterable[Event], policies: Mapping[QueueName, QueuePolicy]
) -> tuple[RecordedCall, ...]:
    """The calls of these events, in the order of their coming.

    ``policies`` are those of that day: needs that were the queue's and not the caller's are left out,
    so that the day can be played under other rules.
    """
    found: dict[CallId, RecordedCall] = {}
    writing: dict[CallId, datetime] = {}
    for event in events:
        match event:
            case seen.Queued() if event.call_id not in found:
                found[event.call_id] = _joined(event, policies)
            case seen.QueueLeft() if event.call_id in found:
                call = found[event.call_id]
                waited_s, gave_up = call.waited_s + event.waited_s, event.outcome in GAVE_UP
                found[event.call_id] = replace(call, waited_s=waited_s, gave_up=gave_up)
            case seen.ConnectionCleared() if event.call_id in found:
                call = found[event.call_id]
                talk_s = (call.talk_s or 0.0) + event.talked_s
                found[event.call_id] = replace(call, talk_s=talk_s)
            case seen.AgentWorkingAfterCall() if event.call_id in found:
                writing.setdefault(event.call_id, event.at)
            case seen.WrapUpEnded() if event.call_id in writing:
                wrap_up_s = (event.at - writing[event.call_id]).total_seconds()
                found[event.call_id] = replace(found[event.call_id], wrap_up_s=wrap_up_s)
    return tuple(sorted(found.values(), key=lambda call: call.at))


def _joined(event: seen.Queued, policies: Mapping[QueueName, QueuePolicy]) -> RecordedCall:
    policy = policies.get(event.queue)
    of_queue = policy.needs if policy else {}
    needs = {
        need: level
        for need, level in event.needs.items()
        if level > of_queue.get(need, 0) and not is_language(need)
    }
    return RecordedCall(
        at=event.at,
        queue=event.queue,
        waited_s=0.0,
        gave_up=False,
        needs=needs,
        language=event.language,
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is drawn for callers of whom it is not known: by queue, from the day itself."""

    talks: Mapping[QueueName, Sequence[float]]
    wrap_ups: Mapping[QueueName, Sequence[float]]
    patience: Patience


def likeness(day: Sequence[RecordedCall]) -> Likeness:
    """Learnt from all of the day's calls; patience by Kaplan and Meier, as abandons are censored."""
    queues = sorted({call.queue for call in day})
    return Likeness(
        talks={
            queue: [c.talk_s for c in day if c.queue == queue and c.talk_s is not None]
            or [c.talk_s for c in day if c.talk_s is not None]
            for queue in queues
        },
        wrap_ups={
            queue: [c.wrap_up_s for c in day if c.queue == queue and c.wrap_up_s is not None]
            for queue in queues
        },
        patience=patience_of([(call.waited_s, call.gave_up) for call in day]),
    )


def played_again(day: Sequence[RecordedCall], like: Likeness, dice: Dice) -> list[Contact]:
    """The day's callers: when they came and what they needed as it was, the unknown rest drawn.

    Who gave up would give up again after as long; who was answered had patience for longer than that,
    and the rest of it is drawn from the curve. Talks of those who had none are drawn from the others'.
    """
    return [_again(call, like, dice) for call in day]


def _again(call: RecordedCall, like: Likeness, dice: Dice) -> Contact:
    patience_s = call.waited_s if call.gave_up else like.patience.draw(dice, call.waited_s)
    talk_s, wrap_up_s = call.talk_s, call.wrap_up_s
    # Drawn even where they are known: every caller takes the same number of draws.
    other_talk, other_wrap_up = dice.random(), dice.random()
    return Contact(
        at=call.at,
        queue=call.queue,
        talk_s=_pick(like.talks[call.queue], other_talk, 0.0) if talk_s is None else talk_s,
        wrap_up_s=_pick(like.wrap_ups[call.queue], other_wrap_up, inf)
        if wrap_up_s is None
        else wrap_up_s,
        patience_s=patience_s,
        needs=call.needs,
        language=call.language,
        luck=tuple(dice.random() for _ in range(LUCK)),
    )


def _pick(values: Sequence[float], chance: float, otherwise: float) -> float:
    return values[int(chance * len(values))] if values else otherwise


def surged(
    day: Sequence[RecordedCall], surge: Surge, midnight: datetime, dice: Dice
) -> list[RecordedCall]:
    """The day with ``factor`` times as many calls in the window: copies of its own, at other moments."""
    start, end = (midnight + timedelta(seconds=s) for s in (surge.from_s, surge.until_s))
    length_s = surge.until_s - surge.from_s
    many: list[RecordedCall] = []
    for call in day:
        if not start <= call.at < end:
            many.append(call)
            continue
        copies = floor(surge.factor + dice.random())
        many += [call] * min(copies, 1)
        for _ in range(copies - 1):
            many.append(replace(call, at=start + timedelta(seconds=dice.random() * length_s)))
    return sorted(many, key=lambda call: call.at)
