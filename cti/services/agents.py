"""What agents ask for at their desktops, as signals for the dispatcher."""

from collections.abc import Collection, Sequence

from cti.core.acd import signals
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.ids import AgentId, CallId
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Refused, WrapUp

REMARKS_LIMIT = 2000


class Desk:
    """The AgentDesk port. ``reasons`` are the codes a person may choose, ``codes`` the wrap-up's."""

    def __init__(
        self, dispatcher: Dispatcher, reasons: Collection[str], codes: Collection[str]
    ) -> None:
        self._dispatcher = dispatcher
        self._reasons, self._codes = frozenset(reasons), frozenset(codes)

    async def log_on(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.LogOn(agent_id=agent_id))

    async def log_off(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.LogOff(agent_id=agent_id))

    async def set_status(self, agent_id: AgentId, status: AgentStatus, reason: str | None) -> None:
        if status is AgentStatus.NOT_READY and reason not in self._reasons:
            raise Refused("unknown_reason")
        chosen = signals.ChooseStatus(agent_id=agent_id, status=status, reason=reason)
        await self._dispatcher.ask(chosen)

    async def hang_up(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.HangUp(agent_id=agent_id))

    async def save_wrap_up(self, agent_id: AgentId, wrap_up: WrapUp) -> None:
        if wrap_up.reason not in self._codes:
            raise Refused("unknown_wrap_up_reason")
        if len(wrap_up.remarks) > REMARKS_LIMIT:
            raise Refused("remarks_too_long")
        await self._dispatcher.ask(
            signals.SaveWrapUp(
                agent_id=agent_id,
                call_id=wrap_up.call_id,
                reason=wrap_up.reason,
                remarks=wrap_up.remarks,
                solved=wrap_up.solved,
                follow_up=wrap_up.follow_up,
            )
        )

    async def extend_wrap_up(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.ExtendWrapUp(agent_id=agent_id))

    async def acknowledge_alert(self, call_id: CallId, by: str) -> None:
        await self._dispatcher.ask(signals.AcknowledgeAlert(call_id=call_id, by=by))

    async def cancel_callback(self, call_id: CallId, by: str, reason: str) -> None:
        await self._dispatcher.ask(signals.CancelCallback(call_id=call_id, by=by, reason=reason))

    def snapshot(self) -> tuple[Sequence[Agent], Sequence[Call]]:
        floor = self._dispatcher.floor
        return tuple(floor.agents.values()), tuple(floor.calls.values())
