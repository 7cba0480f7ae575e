"""What agents ask for at their desktops, as signals for the dispatcher."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cti.core.acd import signals
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.endpoints import PhoneKind, endpoint_of
from cti.core.ids import AgentId, CallId
from cti.core.wrap_ups import record_of
from cti.services.browser_phones import own_extension
from cti.services.dispatcher import Dispatcher
from cti.services.people_ports import Phones
from cti.services.ports import Refused, TelephonyDown, WrapUp

REMARKS_LIMIT = 2000
ASK_AGAIN_S = 0.25
_MISSING = {PhoneKind.DESK: "phone_missing", PhoneKind.BROWSER: "browser_phone_missing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """What desktops may name: ``reasons`` are the codes a person may choose, ``codes`` the wrap-up's,
    ``extensions`` the phones of the house, ``seats`` their desks (name → extension).

    ``phones`` None: nobody is asked whether a phone is there. ``browser_seen_s``: so long a phone in a
    browser may take until Asterisk sees it; its page begins the shift in the moment it registered.
    """

    reasons: Collection[str]
    codes: Collection[str]
    extensions: Collection[str] = ()
    seats: Mapping[str, str] = field(default_factory=dict)
    phones: Phones | None = None
    browser_seen_s: float = 2.0


class Desk:
    """The AgentDesk port."""

    def __init__(self, dispatcher: Dispatcher, rules: DeskRules) -> None:
        self._dispatcher, self._rules = dispatcher, rules

    async def log_on(
        self,
        agent_id: AgentId,
        *,
        extension: str = "",
        seat: str = "",
        phone: PhoneKind | None = None,
    ) -> None:
        wanted, agent = self._seat(extension, seat), self._dispatcher.floor.agents.get(agent_id)
        if phone is PhoneKind.BROWSER and agent and wanted not in ("", own_extension(agent)):
            raise Refused("browser_is_own")
        await self._check_phone(agent, wanted, phone or PhoneKind.DESK)
        signal = signals.LogOn(agent_id=agent_id, extension=wanted, seat=seat, phone=phone)
        await self._dispatcher.ask(signal)

    def _seat(self, extension: str, seat: str) -> str:
        """The extension named, empty for his own. Raises Refused for what is not there."""
        if seat and seat not in self._rules.seats:
            raise Refused("unknown_seat", name=seat)
        at_seat = self._rules.seats.get(seat, "")
        if extension and at_seat and extension != at_seat:
            raise Refused("seat_has_other_phone", name=seat)
        if extension and extension not in self._rules.extensions:
            raise Refused("unknown_extension", name=extension)
        return extension or at_seat

    async def _check_phone(self, agent: Agent | None, extension: str, phone: PhoneKind) -> None:
        if self._rules.phones is None or agent is None or agent.signed_in:
            return
        wanted = extension or own_extension(agent)
        try:
            there = await self._is_there(self._rules.phones, endpoint_of(wanted, phone), phone)
        except TelephonyDown:
            raise Refused("not_ready") from None
        if not there:
            raise Refused(_MISSING[phone], name=wanted)

    async def _is_there(self, phones: Phones, endpoint: str, phone: PhoneKind) -> bool:
        again = self._rules.browser_seen_s / ASK_AGAIN_S if phone is PhoneKind.BROWSER else 0
        for _ in range(round(again)):
            if await phones.registered(endpoint):
                return True
            await asyncio.sleep(ASK_AGAIN_S)
        return await phones.registered(endpoint)

    async def log_off(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.LogOff(agent_id=agent_id))

    async def set_status(self, agent_id: AgentId, status: AgentStatus, reason: str | None) -> None:
        if status is AgentStatus.NOT_READY and reason not in self._rules.reasons:
            raise Refused("unknown_reason")
        chosen = signals.ChooseStatus(agent_id=agent_id, status=status, reason=reason)
        await self._dispatcher.ask(chosen)

    async def cancel_pending(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.CancelPending(agent_id=agent_id))

    async def hang_up(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.HangUp(agent_id=agent_id))

    async def save_wrap_up(
        self, agent_id: AgentId, wrap_up: WrapUp, *, his: bool = False, by: str = ""
    ) -> None:
        if wrap_up.reason not in self._rules.codes:
            raise Refused("unknown_wrap_up_reason")
        if len(wrap_up.remarks) > REMARKS_LIMIT:
            raise Refused("remarks_too_long")
        await self._dispatcher.ask(
            signals.SaveWrapUp(
                agent_id=agent_id,
                call_id=wrap_up.call_id,
                his=his,
                by=by,
                **record_of(wrap_up),
            )
        )

    async def extend_wrap_up(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.ExtendWrapUp(agent_id=agent_id))

    async def end_wrap_up(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(signals.EndWrapUp(agent_id=agent_id))

    async def acknowledge_alert(self, call_id: CallId, by: str) -> None:
        await self._dispatcher.ask(signals.AcknowledgeAlert(call_id=call_id, by=by))

    async def cancel_callback(self, call_id: CallId, by: str, reason: str) -> None:
        await self._dispatcher.ask(signals.CancelCallback(call_id=call_id, by=by, reason=reason))

    def snapshot(self) -> tuple[Sequence[Agent], Sequence[Call]]:
        floor = self._dispatcher.floor
        return tuple(floor.agents.values()), tuple(floor.calls.values())
