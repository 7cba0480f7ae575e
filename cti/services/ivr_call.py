"""One caller through the menu: plays what the interpreter says, and ends with a queue, a number or
good-bye. The same interpreter serves ``cti call`` and the flow tests.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from cti.core import events
from cti.core.acd.signals import CallerArrived, IvrNoted, QueueChosen
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.ivr import session as ivr
from cti.core.ivr.conditions import Value, as_text
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.tree import Tree
from cti.core.speech.compose import spoken
from cti.core.speech.kinds import SpokenKind, UnspeakableValue
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Lookups

log = logging.getLogger(__name__)


class CallerLeftLine(Exception):
    """The caller hung up, or was moved out of the menu."""


class ScriptBroke(Exception):
    """An admin's script raised, or ran out of time."""


class CallerLine(Protocol):
    """A live caller. Every method raises CallerLeftLine; prompts are ids of the catalogue."""

    async def play(self, prompts: Sequence[str], *, barge_in: bool) -> None:
        """Play; keys pressed meanwhile count for what is asked next, and end it with ``barge_in``."""
        ...

    async def forget_keys(self) -> None:
        """Throw away what was pressed up to now."""
        ...

    async def listen(self, prompts: Sequence[str], wanted: ivr.Listen) -> ivr.Pressed | ivr.NoInput:
        """Play, interrupted by the first key, and collect keys as ``wanted`` says."""
        ...

    async def speak(self, language: str) -> None:
        """The language of what follows."""
        ...

    async def run_script(
        self, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        """Run an admin's script on the line. Raises ScriptBroke."""
        ...

    async def choose(self, queue: str) -> None:
        """Put the choice on the line, where it survives us."""
        ...

    async def to_queue(self) -> None:
        """Leave the menu for the waiting loop."""
        ...

    async def to_number(self, target: str) -> None:
        """Leave the menu for a number outside the queues."""
        ...

    async def good_bye(self) -> None:
        """Leave the menu and hang up."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the line knows of a caller before he pressed anything. ``language``: what it plays
    prompts in until told otherwise, or '' where that is unknown."""

    call_id: CallId
    channel: ChannelName
    caller_number: str
    caller_name: str
    dialed_number: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrParts:
    """What a visit needs. ``tree_for`` gives the tree in force for a dialled number;
    ``caller_classes`` what is known of a number, in conditions' words."""

    dispatcher: Dispatcher
    lookups: Lookups
    tree_for: Callable[[str], Tree]
    caller_classes: Callable[[str], Awaitable[Mapping[str, Value]]]
    fallback_queue: QueueName
    now: Callable[[], datetime]


class IvrCall:
    """One visit; ``run`` it once."""

    def __init__(self, parts: IvrParts, arrival: Arrival, line: CallerLine) -> None:
        self._parts, self._arrival, self._line = parts, arrival, line
        self._tree = parts.tree_for(arrival.dialed_number)
        self._language = self._tree.languages[0]
        self._spoken = arrival.language
        self._keys: list[str] = []

    async def run(self) -> None:
        """From the greeting to the end of the visit.

        Raises Refused when the facts cannot be written down: the native fallback then serves him.
        """
        await self._arrive()
        turn = start(self._tree, await self._facts())
        try:
            while not isinstance(turn.ask, ivr.ENDINGS):
                turn = advance(self._tree, turn.session, await self._take(turn), self._parts.now())
            await self._end(turn)
        except CallerLeftLine:
            log.info("caller left the menu", extra={"call_id": self._arrival.call_id})

    async def _arrive(self) -> None:
        it = self._arrival
        await self._parts.dispatcher.ask(
            CallerArrived(
                call_id=it.call_id,
                channel=it.channel,
                caller_number=it.caller_number,
                caller_name=it.caller_name,
                dialed_number=it.dialed_number,
                language=self._language,
            )
        )

    async def _facts(self) -> ivr.Facts:
        number = self._arrival.caller_number
        return ivr.Facts(
            caller_number=number,
            dialed_number=self._arrival.dialed_number,
            now=self._parts.now(),
            language=self._language,
            caller=await self._parts.caller_classes(number),
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
            case ivr.Fetch() as fetch:
                await self._play(turn.play, turn)
                return await self._fetch(fetch)
            case ivr.RunScript() as script:
                await self._play(turn.play, turn)
                return await self._script(script)
        raise AssertionError(turn.ask)

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
        found: list[str] = []
        for utterance in utterances:
            if isinstance(utterance, ivr.Prompt):
                found.append(utterance.id)
                continue
            try:
                found += spoken(SpokenKind(utterance.kind), utterance.value, turn.session.language)
            except (UnspeakableValue, ValueError):
                log.error("value cannot be spoken", extra=self._about(kind=utterance.kind))
        return found

    async def _fetch(self, fetch: ivr.Fetch) -> ivr.Heard:
        loop = asyncio.get_running_loop()
        began = loop.time()
        arguments = {name: as_text(value) for name, value in fetch.arguments.items()}
        heard: ivr.Heard
        try:
            async with asyncio.timeout(fetch.timeout_s):
                values = await self._parts.lookups.fetch(fetch.source, arguments)
            heard = ivr.Missing() if values is None else ivr.Found(dict(values))
        except Exception as wrong:
            log.warning("look-up failed: %r", wrong, extra=self._about(source=fetch.source))
            heard = ivr.Failed()
        self._tell(
            events.LookupEnded(
                at=self._parts.now(),
                call_id=self._arrival.call_id,
                source=fetch.source,
                result=type(heard).__name__.lower(),
                took_s=round(loop.time() - began, 3),
            )
        )
        return heard

    async def _script(self, script: ivr.RunScript) -> ivr.Heard:
        arguments = {name: as_text(value) for name, value in script.arguments.items()}
        try:
            values = await self._line.run_script(script.name, arguments, script.timeout_s)
        except ScriptBroke as wrong:
            log.warning("script failed: %s", wrong, extra=self._about(script=script.name))
            return ivr.Failed()
        return ivr.ScriptDone(dict(values))

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
            case ivr.Fault(reason, node):
                log.error("menu fault %s at %s", reason, node, extra=self._about(fact="ivr_fault"))
                await self._queue(ivr.ToQueue(queue=self._parts.fallback_queue))

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
                variables={name: as_text(value) for name, value in to.variables.items()},
            )
        )
        await self._line.to_queue()

    def _fact(self, note: ivr.Note) -> events.CallEvent:
        at, call_id = self._parts.now(), self._arrival.call_id
        match note:
            case ivr.NodeEntered(node, kind):
                return events.NodeEntered(at=at, call_id=call_id, node=node, kind=kind)
            case ivr.KeyChosen(node, keys, target):
                if keys:
                    self._keys.append(keys)
                return events.DigitsDialed(
                    at=at, call_id=call_id, node=node, digits=keys, target=target
                )
            case ivr.NoMatchHeard(node, keys):
                return events.NoMatchHeard(at=at, call_id=call_id, node=node, digits=keys)
            case ivr.NoInputHeard(node):
                return events.NoInputHeard(at=at, call_id=call_id, node=node)

    def _tell(self, *facts: events.CallEvent) -> None:
        if facts:
            self._parts.dispatcher.tell(IvrNoted(call_id=self._arrival.call_id, events=facts))

    def _about(self, **more: str) -> Mapping[str, str]:
        return {"call_id": self._arrival.call_id, **more}


def split_at_last_deaf(
    utterances: Sequence[ivr.Utterance],
) -> tuple[Sequence[ivr.Utterance], Sequence[ivr.Utterance]]:
    """What must be heard to its end, and what a key may interrupt after it."""
    deaf = [index for index, each in enumerate(utterances) if not each.barge_in]
    cut = deaf[-1] + 1 if deaf else 0
    return utterances[:cut], utterances[cut:]
