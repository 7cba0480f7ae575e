"""One caller through the menu: plays what the interpreter says, and ends with a queue, a number or
good-bye. The same interpreter serves ``cti call`` and the flow tests.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from cti.core import events
from cti.core.acd.menu_signals import MenuAnswered
from cti.core.acd.signals import CallerArrived, IvrNoted, QueueChosen
from cti.core.callers import CallerProfile
from cti.core.ids import CallId, QueueName
from cti.core.ivr import session as ivr
from cti.core.ivr.conditions import Value, as_text
from cti.core.ivr.entries import FROM_AGENT
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.wording import sound_of
from cti.core.speech.kinds import SpokenKind, UnspeakableValue
from cti.services.caller_classes import Callers
from cti.services.caller_line import Arrival, CallerLeftLine, CallerLine
from cti.services.caller_pages import Nobody, SaidWords
from cti.services.dispatcher import Dispatcher
from cti.services.errand_ports import Callbacks, Mailbox, SmsOutbox
from cti.services.ivr_errands import Errands
from cti.services.menus import Edition, Menus
from cti.services.phrases import Fragments, SpokenValues
from cti.services.ports import Clock, Lookups
from cti.services.visit_log import VisitLog

log = logging.getLogger(__name__)

LANGUAGE_NODE = "language"
"""The node type by which a caller chooses what he is spoken to in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrParts:
    """What a visit needs. ``modes`` gives the centre's modes in force. A missing errand counts as
    failed. ``visited`` is told of each visit at its end; ``area_of``: where a number was issued, at once."""

    dispatcher: Dispatcher
    lookups: Lookups
    menus: Menus
    callers: Callers
    modes: Callable[[], tuple[str, ...]]
    fallback_queue: QueueName
    now: Clock
    callbacks: Callbacks | None = None
    mailbox: Mailbox | None = None
    sms: SmsOutbox | None = None
    values: SpokenValues = field(default_factory=Fragments)
    visited: Callable[[CallId, VisitLog], None] = lambda _call_id, _visit: None
    words: SaidWords = field(default_factory=Nobody)
    area_of: Callable[[str], str] = lambda _number: ""


class IvrCall:
    """One visit; ``run`` it once, or ``run_at`` an entry in the middle of a call."""

    def __init__(self, parts: IvrParts, arrival: Arrival, line: CallerLine) -> None:
        self._parts, self._arrival, self._line = parts, arrival, line
        self._edition = parts.menus.for_number(arrival.dialed_number, arrival.caller_number)
        self._tree = self._edition.tree
        self._language = self._tree.languages[0]
        self._spoken = arrival.language
        self._errands = Errands(parts, arrival, line)
        self._keys: list[str] = []
        self._choices: list[str] = []
        self._within = ""
        self._chose_language = False
        self._leave = line.good_bye
        parts.words.arrived(arrival.call_id, arrival.page)

    async def run(self) -> None:
        """From the greeting to the end of the visit.

        Raises Refused when the facts cannot be written down: the native fallback then serves him.
        """
        profile = await self._parts.callers.about(self._arrival.caller_number)
        if profile.language in self._tree.languages:
            self._language = profile.language
        await self._arrive(profile)
        await self._walk(self._edition, self._facts(profile))

    async def run_at(self, entry: str) -> None:
        """The tree walked at ``entry``; the caller goes back at once where there is none."""
        self._leave = {"while_waiting": self._line.to_queue, FROM_AGENT: self._line.to_agent}.get(
            entry, _to_good_bye
        )
        self._within = "" if entry == "while_waiting" else f"{entry}/"
        call = self._parts.dispatcher.floor.calls.get(self._arrival.call_id)
        edition = self._parts.menus.at(entry, call.tree_version) if call else None
        if call is None or edition is None:
            with contextlib.suppress(CallerLeftLine):
                await self._leave()
            return
        now = self._parts.now()
        facts = ivr.Facts(
            caller_number=call.caller_number,
            dialed_number=call.dialed_number,
            now=now,
            language=call.language,
            caller=dict.fromkeys(call.flags, True),
            modes=self._parts.modes(),
            variables={
                "queue": call.queue or "",
                "agent_id": call.agent_id or "",
                "task": call.task,
                "waited_s": round(call.waited_s(now)),
            },
        )
        self._language = call.language
        await self._walk(edition, facts, entry)

    async def _walk(self, edition: Edition, facts: ivr.Facts, entry: str = "") -> None:
        self._edition, tree = edition, edition.tree
        self._tree = tree
        visit, call_id = VisitLog(edition, facts, entry), self._arrival.call_id
        turn = visit.see(start(tree, facts))
        try:
            while not isinstance(turn.ask, ivr.ENDINGS):
                heard, now = await self._take(turn), self._parts.now()
                visit.hear(heard, now)
                turn = visit.see(advance(tree, turn.session, heard, now))
            await self._end(turn)
        except CallerLeftLine:
            visit.left(self._parts.now())
            log.info("caller left the menu", extra={"call_id": call_id})
        if self._chose_language:
            self._parts.callers.chose_language(self._arrival.caller_number, self._language)
        self._tell(visit.ended(call_id, self._parts.now()))
        self._parts.visited(call_id, visit)

    async def _arrive(self, profile: CallerProfile) -> None:
        it = self._arrival
        await self._parts.dispatcher.ask(
            CallerArrived(
                call_id=it.call_id,
                channel=it.channel,
                caller_number=it.caller_number,
                caller_name=it.caller_name,
                dialed_number=it.dialed_number,
                language=self._language,
                tree_version=self._edition.version,
                flags=profile.flags,
                points=profile.points,
                known=profile.known,
                area=self._parts.area_of(it.caller_number),
            )
        )

    def _facts(self, profile: CallerProfile) -> ivr.Facts:
        return ivr.Facts(
            caller_number=self._arrival.caller_number,
            dialed_number=self._arrival.dialed_number,
            now=self._parts.now(),
            language=self._language,
            caller=profile.conditions(),
            modes=self._parts.modes(),
        )

    async def _take(self, turn: ivr.Turn) -> ivr.Heard:
        """Play and do what the turn asks."""
        await self._begin(turn)
        match turn.ask:
            case ivr.Listen() as wanted:
                if not wanted.type_ahead:
                    await self._line.forget_keys()
                before, last = split_at_last_deaf(turn.play)
                await self._play(before, turn)
                return await self._line.listen(self._prompts(last, turn), wanted)
        await self._play(turn.play, turn)
        return await self._errands.run(turn.ask, turn.session)

    async def _begin(self, turn: ivr.Turn) -> None:
        self._tell(*(self._fact(note) for note in turn.notes))
        self._language = turn.session.language
        if self._spoken != self._language:
            await self._line.speak(self._language)
            self._spoken = self._language

    async def _play(self, utterances: Sequence[ivr.Utterance], turn: ivr.Turn) -> None:
        for barge_in, group in groupby(utterances, key=lambda each: each.barge_in):
            if prompts := self._prompts(tuple(group), turn):
                await self._line.play(prompts, barge_in=barge_in)

    def _prompts(self, utterances: Sequence[ivr.Utterance], turn: ivr.Turn) -> list[str]:
        node, language = turn.session.node, self._tree.spoken_in(turn.session.language)
        wording = self._edition.wording
        place = self._within + node
        self._parts.words.said(self._arrival.call_id, place, utterances, language, wording)
        found: list[str] = []
        for utterance in utterances:
            if isinstance(utterance, ivr.Prompt):
                found.append(sound_of(wording, language, utterance.id))
                continue
            try:
                kind = SpokenKind(utterance.kind)
                found += self._parts.values.sounds(kind, utterance.value, language)
            except (UnspeakableValue, ValueError):
                log.error("value cannot be spoken", extra=self._about(kind=utterance.kind))
        return found

    async def _end(self, turn: ivr.Turn) -> None:
        await self._begin(turn)
        match turn.ask:
            case ivr.ToQueue() as to:
                await self._play(turn.play, turn)
                await self._queue(to)
            case ivr.Transfer(target):
                await self._play(turn.play, turn)
                self._tell(
                    events.Transferred(
                        at=self._parts.now(), call_id=self._arrival.call_id, target=target
                    )
                )
                await self._line.to_number(target)
            case ivr.HangUp():
                await self._play(turn.play, turn)
                await self._line.good_bye()
            case ivr.Returned(variables):
                await self._play(turn.play, turn)
                await self._hand_back(variables)
                await self._leave()
            case ivr.Fault(reason, node):
                log.error("menu fault %s at %s", reason, node, extra=self._about(fact="ivr_fault"))
                if self._tree.entry == FROM_AGENT:
                    return  # the dialplan takes him back to his agent
                await self._queue(ivr.ToQueue(queue=self._parts.fallback_queue))

    async def _hand_back(self, variables: Mapping[str, Value]) -> None:
        if variables:
            told = {name: as_text(value) for name, value in variables.items()}
            call_id = self._arrival.call_id
            await self._parts.dispatcher.ask(MenuAnswered(call_id=call_id, variables=told))

    async def _queue(self, to: ivr.ToQueue) -> None:
        await self._line.choose(to.queue)
        await self._parts.dispatcher.ask(
            QueueChosen(
                call_id=self._arrival.call_id,
                queue=QueueName(to.queue),
                priority=to.priority,
                needs=to.needs,
                language=self._language,
                keys=tuple(self._keys),
                choices=tuple(self._choices),
                variables={name: as_text(value) for name, value in to.variables.items()},
            )
        )
        await self._line.to_queue()

    def _fact(self, note: ivr.Note) -> events.CallEvent:
        at, call_id = self._parts.now(), self._arrival.call_id
        match note:
            case ivr.NodeEntered(node, kind):
                self._chose_language |= kind == LANGUAGE_NODE
                node = self._within + node
                return events.NodeEntered(at=at, call_id=call_id, node=node, kind=kind)
            case ivr.KeyChosen(node, keys, target, word):
                if keys:
                    self._keys.append(keys)
                    self._choices.append(word or target)
                node = self._within + node
                return events.DigitsDialed(
                    at=at, call_id=call_id, node=node, digits=keys, target=target
                )
            case ivr.NoMatchHeard(node, keys):
                node = self._within + node
                return events.NoMatchHeard(at=at, call_id=call_id, node=node, digits=keys)
            case ivr.NoInputHeard(node):
                return events.NoInputHeard(at=at, call_id=call_id, node=self._within + node)
            case ivr.SurveyAnswered(survey, answers):
                return self._survey(survey, answers)

    def _survey(self, survey: str, answers: Mapping[str, Value]) -> events.SurveyAnswered:
        call = self._parts.dispatcher.floor.calls.get(self._arrival.call_id)
        return events.SurveyAnswered(
            at=self._parts.now(),
            call_id=self._arrival.call_id,
            survey=survey,
            answers={name: as_text(value) for name, value in answers.items()},
            queue=(call.queue if call else None) or "",
            agent_id=(call.agent_id if call else None) or "",
        )

    def _tell(self, *facts: events.CallEvent) -> None:
        if facts:
            self._parts.dispatcher.tell(IvrNoted(call_id=self._arrival.call_id, events=facts))

    def _about(self, **more: str) -> Mapping[str, str]:
        return {"call_id": self._arrival.call_id, **more}


async def _to_good_bye() -> None:
    """The dialplan says it when the menu ends without a word on where to go."""


def split_at_last_deaf(
    utterances: Sequence[ivr.Utterance],
) -> tuple[Sequence[ivr.Utterance], Sequence[ivr.Utterance]]:
    """What must be heard to its end, and what a key may interrupt after it."""
    deaf = [index for index, each in enumerate(utterances) if not each.barge_in]
    cut = deaf[-1] + 1 if deaf else 0
    return utterances[:cut], utterances[cut:]
