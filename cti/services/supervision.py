"""A supervisor's hand in other people's calls: first the audit, then the floor."""

from uuid import uuid4

from cti.core.acd.reach_signals import (
    ChangeMonitoring,
    InterceptCall,
    PickUpCall,
    ReleaseCall,
    StartMonitoring,
    StopMonitoring,
)
from cti.core.ids import AgentId, CallId
from cti.core.watching import WatchMode, watch_id
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Audit, Clock, Refused
from cti.services.reach_ports import Act

GOES_ON = "-"
"""The reason was said when it began."""


class CallSupervision:
    """The Supervision port."""

    def __init__(self, dispatcher: Dispatcher, audit: Audit, now: Clock) -> None:
        self._dispatcher, self._audit, self._now = dispatcher, audit, now

    async def monitor(self, act: Act, watcher: AgentId, agent_id: AgentId, mode: WatchMode) -> None:
        await self._note(act, f"supervise.{mode}", agent_id)
        await self._dispatcher.ask(
            StartMonitoring(
                watcher=watcher,
                agent_id=agent_id,
                leg=watch_id(uuid4().hex),
                mode=mode,
                by=act.by,
                reason=act.reason,
            )
        )

    async def change_monitor(self, watcher: AgentId, mode: WatchMode, *, by: str) -> None:
        await self._note(Act(by=by, reason=GOES_ON), f"supervise.{mode}", watcher)
        await self._dispatcher.ask(ChangeMonitoring(watcher=watcher, mode=mode))

    async def stop_monitor(self, watcher: AgentId, *, by: str) -> None:
        await self._note(Act(by=by, reason=GOES_ON), "supervise.stop", watcher)
        await self._dispatcher.ask(StopMonitoring(watcher=watcher))

    async def intercept(self, act: Act, agent_id: AgentId, to: AgentId) -> None:
        await self._note(act, "supervise.intercept", agent_id)
        await self._dispatcher.ask(
            InterceptCall(agent_id=agent_id, to=to, by=act.by, reason=act.reason)
        )

    async def pick_up(self, act: Act, call_id: CallId, to: AgentId) -> None:
        await self._note(act, "supervise.pick_up", call_id)
        await self._dispatcher.ask(PickUpCall(call_id=call_id, to=to, by=act.by, reason=act.reason))

    async def release(self, act: Act, agent_id: AgentId) -> None:
        await self._note(act, "supervise.release", agent_id)
        await self._dispatcher.ask(ReleaseCall(agent_id=agent_id, by=act.by, reason=act.reason))

    def agent_with(self, call_id: CallId) -> AgentId:
        call = self._dispatcher.floor.calls.get(call_id)
        if call is None or call.agent_id is None:
            raise Refused("no_talk_there")
        return call.agent_id

    async def _note(self, act: Act, action: str, subject: str) -> None:
        if not act.reason.strip():
            raise Refused("reason_missing")
        await self._audit.note(act.by, action, subject, reason=act.reason, at=self._now())
