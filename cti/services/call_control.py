"""What agents do with the call that they have, as signals for the dispatcher."""

import re
from collections.abc import Collection, Sequence

from cti.core.acd import control_wishes as wished
from cti.core.acd.control_wishes import Asked
from cti.core.ids import AgentId
from cti.services.dispatcher import Dispatcher
from cti.services.ports import Refused


class DialRule:
    """Which numbers agents may have dialled: those that a pattern of ``allowed`` fits as a whole, and
    that are none of our ``own``. So nobody makes us call an emergency line or a dear one by accident."""

    def __init__(self, allowed: Sequence[str], own: Collection[str]) -> None:
        self._allowed = tuple(re.compile(pattern) for pattern in allowed)
        self._own = frozenset(own)

    def number(self, text: str) -> str:
        """The number as it is dialled. Raises Refused."""
        plain = re.sub(r"[ \-()]", "", text)
        fits = any(pattern.fullmatch(plain) for pattern in self._allowed)
        if not fits or plain in self._own:
            raise Refused("number_not_allowed")
        return plain


class DeskControl:
    """The CallControl port."""

    def __init__(self, dispatcher: Dispatcher, dial: DialRule) -> None:
        self._dispatcher, self._dial = dispatcher, dial

    async def answer(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.AnswerCall(agent_id=agent_id))

    async def hold(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.HoldCall(agent_id=agent_id))

    async def retrieve(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.RetrieveCall(agent_id=agent_id))

    async def consult(self, agent_id: AgentId, kind: Asked, target: str) -> None:
        whom = self._dial.number(target) if kind is Asked.NUMBER else target
        await self._dispatcher.ask(wished.ConsultCall(agent_id=agent_id, kind=kind, target=whom))

    async def complete(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.CompleteTransfer(agent_id=agent_id))

    async def cancel(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.CancelConsultation(agent_id=agent_id))

    async def alternate(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.AlternateCall(agent_id=agent_id))

    async def conference(self, agent_id: AgentId) -> None:
        await self._dispatcher.ask(wished.ConferenceCall(agent_id=agent_id))

    async def set_mute(self, agent_id: AgentId, *, on: bool) -> None:
        await self._dispatcher.ask(wished.SetMute(agent_id=agent_id, on=on))

    async def send_digits(self, agent_id: AgentId, digits: str) -> None:
        await self._dispatcher.ask(wished.SendDigits(agent_id=agent_id, digits=digits))
