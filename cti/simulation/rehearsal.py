"""A rehearsal: the real menu service, but each caller follows the script of a flow test, which also
sets the clock, says who he is and answers what the menu asks of the world.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cti.core.ivr import session as ivr
from cti.core.ivr.flow_words import Plain, plain_end
from cti.core.ivr.flows import Flow
from cti.core.ivr.tree import Tree
from cti.services.caller_line import Arrival, CallerLeftLine, CallerLine
from cti.services.ivr_call import IvrCall, IvrParts
from cti.services.menus import Edition
from cti.simulation.ear import Sound
from cti.simulation.script import Cue, sounds_of

INTO_LAST_S = 1.2
"""How long the last prompt is listened to before a key cuts it."""
GAP_S = 0.12
"""Between two sound files."""
SETTLES_S = 0.4


@dataclass(slots=True)
class Actor:
    """One caller: his script, and what has come of it. ``press`` and ``hang_up`` are his phone's."""

    flow: Flow
    tree: Tree
    cues: Sequence[Cue]
    press: Callable[[str], None] = lambda _keys: None
    hang_up: Callable[[], None] = lambda: None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    done_at: float = 0.0
    call_id: str = ""
    ended: Mapping[str, Plain] | None = None
    strayed: tuple[Cue | None, ivr.Turn] | None = None
    """The first turn that was not the script's."""

    def end(self, ask: ivr.Ask) -> None:
        """The visit, or the script, is over."""
        if not self.done.is_set():
            self.ended, self.done_at = plain_end(ask), asyncio.get_running_loop().time()
            self.done.set()


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays: the name that a caller's phone shows → his actor."""

    actors: Mapping[str, Actor]
    seconds: Mapping[Sound, float]

    def call(self, parts: IvrParts, arrival: Arrival, line: CallerLine) -> IvrCall:
        """What serves a caller (``app.Service.call``)."""
        actor = self.actors.get(arrival.caller_name)
        if actor is None:
            return IvrCall(parts, arrival, line)
        facts = actor.flow.facts
        known = replace(
            arrival, caller_number=facts.caller_number, dialed_number=facts.dialed_number
        )
        clock = replace(parts, now=_clock(facts.now), visited=lambda _call_id, _visit: None)
        return RehearsedCall(clock, known, line, actor, self.seconds)


def _clock(begin: datetime) -> Callable[[], datetime]:
    loop = asyncio.get_running_loop()
    started = loop.time()
    return lambda: begin + timedelta(seconds=loop.time() - started)


class RehearsedCall(IvrCall):
    """A visit by the script."""

    def __init__(
        self,
        parts: IvrParts,
        arrival: Arrival,
        line: CallerLine,
        actor: Actor,
        seconds: Mapping[Sound, float],
    ) -> None:
        super().__init__(parts, arrival, line)
        self._actor, self._seconds = actor, seconds
        actor.call_id = arrival.call_id
        self._left = list(actor.cues)
        self._keys_sent = ""
        self._errands = _Prompter(self)  # type: ignore[assignment]

    async def run(self) -> None:
        """Like a real visit, with the flow's facts."""
        facts = self._actor.flow.facts
        self._language = facts.language
        await self._arrive(await self._parts.callers.about(self._arrival.caller_number))
        try:
            await self._walk(Edition(tree=self._actor.tree), facts)
        finally:
            self._actor.end(ivr.Gone("caller"))

    def answer(self) -> ivr.Heard:
        """What the world answers to what the menu asks now. Raises CallerLeftLine at the end."""
        cue = self._cue
        if cue is None or cue.does is None or isinstance(cue.does, ivr.HungUp):
            self._leave_line(cue)
            raise CallerLeftLine("the script ends here")
        return cue.does

    async def _take(self, turn: ivr.Turn) -> ivr.Heard:
        if self._keys_sent:
            return await self._take_more(turn)
        self._cue = self._next(turn)
        acting = asyncio.create_task(self._act(turn, self._cue))
        try:
            heard = await super()._take(turn)
        finally:
            acting.cancel()
        return self._kept(heard)

    async def _take_more(self, turn: ivr.Turn) -> ivr.Heard:
        """The rest of a choice of several keys, which are under way."""
        return self._kept(await super()._take(turn))

    def _kept(self, heard: ivr.Heard) -> ivr.Heard:
        if isinstance(heard, ivr.Pressed):
            self._keys_sent = self._keys_sent.removeprefix(heard.keys).removeprefix("#")
        else:
            self._keys_sent = ""
        return heard

    async def _end(self, turn: ivr.Turn) -> None:
        self._next(turn)
        await super()._end(turn)
        self._actor.end(turn.ask)

    def _next(self, turn: ivr.Turn) -> Cue | None:
        """The cue for this turn; a turn that the script does not know ends the rehearsal."""
        cue = self._left.pop(0) if self._left else None
        if cue is None or not _same(cue.turn, turn):
            self._actor.strayed = self._actor.strayed or (cue, turn)
            self._actor.end(turn.ask)
            self._actor.hang_up()
            return None
        return cue

    async def _act(self, turn: ivr.Turn, cue: Cue | None) -> None:
        """Do what the caller does, when he has heard what he must."""
        if cue is None or not isinstance(turn.ask, ivr.Listen):
            return
        match cue.does:
            case ivr.Pressed(keys):
                await asyncio.sleep(self._heard_after_s(turn, cut=turn.ask.barge_in))
                self._keys_sent = _dialled(keys, turn.ask)
                self._actor.press(self._keys_sent)
            case ivr.HungUp():
                await asyncio.sleep(self._heard_after_s(turn, cut=True))
                self._actor.hang_up()
            case None:
                await asyncio.sleep(self._heard_after_s(turn, cut=False))
                self._leave_line(cue)

    def _leave_line(self, cue: Cue | None) -> None:
        if cue is not None:
            self._actor.end(cue.turn.ask if cue.does is None else ivr.Gone("caller"))
        self._actor.hang_up()

    def _heard_after_s(self, turn: ivr.Turn, *, cut: bool) -> float:
        """Seconds until the turn's prompts are over, or the last one has well begun."""
        language = self._tree.spoken_in(turn.session.language)
        lengths = [self._seconds.get(each, 0.0) for each in sounds_of(turn.play, language)]
        if not lengths:
            return SETTLES_S
        *before, last = lengths
        may_cut = cut and turn.play[-1].barge_in
        rest = min(INTO_LAST_S, last) if may_cut else last + SETTLES_S
        return sum(before) + GAP_S * len(lengths) + rest


class _Prompter:
    """Stands in for the errands: the script answers."""

    def __init__(self, call: RehearsedCall) -> None:
        self._call = call

    async def run(self, _ask: ivr.Ask, _session: ivr.Session) -> ivr.Heard:
        return self._call.answer()


def _same(scripted: ivr.Turn, live: ivr.Turn) -> bool:
    """The same node, the same words, the same question or end."""
    return (
        scripted.session.node == live.session.node
        and scripted.play == live.play
        and plain_end(scripted.ask) == plain_end(live.ask)
    )


def _dialled(keys: str, ask: ivr.Listen) -> str:
    """The keys as they are pressed: with the end key where there is one to wait for."""
    if keys.endswith("#") or not ask.end_key or len(keys) >= ask.max_digits:
        return keys
    return f"{keys}{ask.end_key}"
