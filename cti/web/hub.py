"""All desktops of this process: who leads, what they missed, and every event to each of them once."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from aiohttp import web

from cti.core import control_events as control
from cti.core.call import Call
from cti.core.events import AgentAnswered, CallEvent, Delivered, Established, SystemNoted
from cti.core.ids import AgentId, EventId
from cti.services.feed import START, CutOff, Subscription
from cti.services.ports import Recorded, StoreDown
from cti.services.screen_pop import Pop
from cti.web import messages, pop_messages
from cti.web.answers import Answers
from cti.web.desktop import GOING_AWAY, MISSED, REPLACED_BY, SIGNED_OUT, TOO_SLOW, Close, Desktop
from cti.web.messages import Records, View
from cti.web.notice_delivery import NoticeDelivery
from cti.web.own_state import OwnStates, monitoring_record
from cti.web.parts import WebParts
from cti.web.seated import call_of, me_of
from cti.web.tasks import Tasks

log = logging.getLogger(__name__)

_SESSIONS_WITH_ANSWERS = 5000
Pops = AsyncGenerator[Pop, None]


class Hub:
    """``position`` is the last event that went to the desktops which follow."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self.desktops: set[Desktop] = set()
        self.tasks = Tasks()
        self.cut_off = 0
        self._following: set[Desktop] = set()
        self._leads: dict[AgentId, Desktop] = {}
        self._answers: OrderedDict[str, Answers] = OrderedDict()
        self._subscription: Subscription | None = None
        self._notices = NoticeDelivery(parts.notices)
        self._own = OwnStates()

    @property
    def position(self) -> EventId:
        """Every event up to this one was given to all who follow."""
        return self._subscription.position if self._subscription else START

    # -- coming and going ---------------------------------------------------------------------

    def enter(self, desktop: Desktop) -> None:
        """A desktop connected; it gets nothing until it resumes."""
        self.desktops.add(desktop)
        if desktop.agent_id:
            self._parts.watch.came(desktop.agent_id)

    def leave(self, desktop: Desktop) -> None:
        """The desktop's socket is closed."""
        if desktop in self.desktops and desktop.agent_id:
            self._parts.watch.went(desktop.agent_id)
        self.desktops.discard(desktop)
        self._following.discard(desktop)
        if desktop.agent_id and self._leads.get(desktop.agent_id) is desktop:
            del self._leads[desktop.agent_id]

    def cut(self, desktop: Desktop, close: Close) -> None:
        """End the desktop's socket from our side."""
        if desktop.closing:
            return
        self._following.discard(desktop)
        log.info(
            "desktop closed: %s", close.why, extra={"fact": "desktop_closed", "code": close.code}
        )
        desktop.ending = self.tasks.spawn(desktop.wire.close(close))

    def end_session(self, token: str) -> None:
        """Close every desktop of a session that is over."""
        self._answers.pop(token, None)
        for desktop in [one for one in self.desktops if one.who.token == token]:
            self.cut(desktop, SIGNED_OUT)

    def answers(self, token: str) -> Answers:
        """What the session's last commands were answered."""
        found = self._answers.setdefault(token, Answers(self.tasks))
        self._answers.move_to_end(token)
        if len(self._answers) > _SESSIONS_WITH_ANSWERS:
            self._answers.popitem(last=False)
        return found

    def _lead(self, desktop: Desktop) -> None:
        agent_id = desktop.agent_id
        if agent_id is None or self._leads.get(agent_id) is desktop:
            return
        if before := self._leads.get(agent_id):
            before.send(messages.REPLACED)
            self.cut(before, REPLACED_BY)
        self._leads[agent_id] = desktop

    # -- catching up --------------------------------------------------------------------------

    async def resume(self, desktop: Desktop, after: EventId | None) -> None:
        """Bring the desktop to now, by what it missed or by a snapshot, and let it follow.

        Live events are held back meanwhile: those up to ``upto`` are in the replay, the rest comes
        after it, so none is missing and none comes twice.
        """
        self._lead(desktop)
        async with desktop.catching_up:
            if desktop.closing or desktop not in self.desktops:
                return
            desktop.hold()
            self._following.add(desktop)
            upto = self.position
            missed = await self._parts.feed.missed(after, upto) if after else None
            if missed is None:
                await self._snapshot(desktop)
            else:
                self._replay(desktop, missed, upto)

    def _replay(self, desktop: Desktop, missed: Sequence[Recorded], upto: EventId) -> None:
        records = Records.of(self._parts.desk.snapshot())
        desktop.wire.write(messages.event_frames(missed, records, desktop.view))
        desktop.wire.write(b"".join(self._notices.frame(one, desktop, records) for one in missed))
        desktop.send(messages.resumed_message(upto))
        desktop.release(send=True)
        desktop.publish(self._own.news(desktop, records, upto))
        if call := call_of(desktop, records):
            self.pop_up(desktop, call)

    async def _snapshot(self, desktop: Desktop) -> None:
        call = call_of(desktop, Records.of(self._parts.desk.snapshot()))
        pops = self._pops(desktop, call) if call else None
        pop = await anext(pops) if pops else None
        # No await from here on: state and position belong together, and what was held is in it.
        records = Records.of(self._parts.desk.snapshot())
        now_on = call_of(desktop, records)
        shown = pop if pop and now_on and now_on.call_id == pop.call_id else None
        desktop.send(self._snapshot_message(desktop, records, shown))
        self._own.told(desktop, me_of(desktop, records))
        desktop.release(send=False)
        if pops:
            self.tasks.spawn(self._show_all(desktop, pops) if shown else pops.aclose())
        if shown:
            desktop.popped = shown.call_id
        elif now_on:
            self.pop_up(desktop, now_on)

    def _snapshot_message(self, desktop: Desktop, records: Records, pop: Pop | None) -> bytes:
        return messages.snapshot_message(
            self.position,
            self._parts.now(),
            records,
            me_of(desktop, records),
            messages.Extra(
                view=desktop.view,
                pop=pop_messages.pop_record(pop, records.agents) if pop else None,
                notices=self._notices.kept_for(desktop, records),
                monitoring=monitoring_record(me_of(desktop, records)),
            ),
        )

    # -- live ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Follow the feed for ever; desktops that missed something are closed, and resume."""
        while True:
            with self._parts.feed.subscribe() as subscription:
                self._subscription = subscription
                await self._notices.load()
                try:
                    while True:
                        self._publish(await subscription.next())
                except CutOff:
                    log.error("hub missed events", extra={"fact": "hub_missed_events"})
                except Exception:  # one event that cannot be shown must not end the live board
                    log.exception("hub failed on an event", extra={"fact": "hub_failed"})
            for desktop in list(self._following):
                self.cut(desktop, MISSED)

    def _publish(self, batch: Sequence[Recorded]) -> None:
        """Encode the batch once for each view, and write it with one call to each desktop."""
        records = Records.of(self._parts.desk.snapshot())
        frames: dict[View, bytes] = {}
        for desktop in tuple(self._following):
            if (told := frames.get(desktop.view)) is None:
                told = frames[desktop.view] = messages.event_frames(batch, records, desktop.view)
            if not desktop.publish(told + self._own.news(desktop, records, self.position)):
                self.cut_off += 1
                self.cut(desktop, TOO_SLOW)
        for recorded in batch:
            self._react(recorded, records)

    def _react(self, recorded: Recorded, records: Records) -> None:
        match recorded.event:
            case SystemNoted(what="recovered"):
                # Setting the state right may change records of which no event speaks.
                for desktop in self._following:
                    self.tasks.spawn(self.resume(desktop, None))
            case control.NoticeSent() as notice:
                self._notices.keep(notice)
                for desktop in self._following:
                    desktop.publish(self._notices.frame(recorded, desktop, records))
            case Delivered() | AgentAnswered() | Established() | control.BackFromMenu() as event:
                self._offer(event.agent_id, event, records)
            case control.ConsultationDelivered() | control.ConsultationAnswered() as event:
                self._offer(AgentId(event.party_agent_id), event, records)

    def _offer(self, agent_id: AgentId, event: CallEvent, records: Records) -> None:
        """The agent's phone rings, or his caller is back from the menu: he sees whose call it is."""
        lead = self._leads.get(agent_id)
        call = records.calls.get(event.call_id)
        # A phone that answers by itself may never ring: then the answer brings the pop.
        again = isinstance(event, Delivered | control.BackFromMenu) or (
            lead and lead.popped != event.call_id
        )
        if lead and call and again:
            self.pop_up(lead, call)

    def commanded(self, agent_id: AgentId | None) -> None:
        """Somebody's command was carried out: his own state is news before any fact tells of it."""
        mine = [one for one in self._following if agent_id and one.agent_id == agent_id]
        for desktop in mine:
            records = Records.of(self._parts.desk.snapshot())
            desktop.publish(self._own.news(desktop, records, self.position))

    def show(self, view: View, frame: bytes) -> bool:
        """A frame for all who look so and follow; whether there was anybody."""
        watchers = [one for one in self._following if one.view is view]
        for desktop in watchers:
            if not desktop.publish(frame):
                self.cut(desktop, TOO_SLOW)
        return bool(watchers)

    # -- screen-pop ---------------------------------------------------------------------------

    def pop_up(self, desktop: Desktop, call: Call) -> None:
        """Show the call to its agent, soon, and again with each part that comes late."""
        desktop.popped = call.call_id
        self.tasks.spawn(self._show_all(desktop, self._pops(desktop, call)))

    def _pops(self, desktop: Desktop, call: Call) -> Pops:
        return self._parts.pops.follow(call, desktop.language, self._parts.now())

    async def _show_all(self, desktop: Desktop, pops: Pops) -> None:
        async with aclosing(pops):
            async for pop in pops:
                if not self._show(desktop, pop):
                    return

    def _show(self, desktop: Desktop, pop: Pop) -> bool:
        """Send the pop unless the call has left the agent by now."""
        records = Records.of(self._parts.desk.snapshot())
        call = call_of(desktop, records)
        if call is None or call.call_id != pop.call_id:
            return False
        log.info(
            "screen pop",
            extra={"fact": "screen_pop", "call_id": pop.call_id, "agent_id": desktop.agent_id},
        )
        return desktop.send(pop_messages.pop_message(self.position, pop, records.agents))

    # -- upkeep -------------------------------------------------------------------------------

    async def watch_sessions(self) -> None:
        """Keep the sessions of open desktops alive, and close desktops whose session ended."""
        while True:
            await asyncio.sleep(self._parts.limits.session_check_s)
            for desktop in list(self.desktops):
                if not await self._session_lives(desktop.who.token):
                    self.cut(desktop, SIGNED_OUT)

    async def _session_lives(self, token: str) -> bool:
        try:
            async with asyncio.timeout(self._parts.limits.request_s):
                idle_s = self._parts.limits.session_idle_s
                return await self._parts.sessions.find(token, idle_s) is not None
        except (StoreDown, TimeoutError):
            return True

    async def close_all(self) -> None:
        """Close every socket: the server stops."""
        closing = [desktop for desktop in self.desktops if not desktop.closing]
        await asyncio.gather(*(desktop.wire.close(GOING_AWAY) for desktop in closing))


HUB = web.AppKey("HUB", Hub)
