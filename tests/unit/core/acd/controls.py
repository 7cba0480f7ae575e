"""A talk on the small floor, and short words for what its agent and the legs do."""

from cti.core.acd import control_wishes as wished
from cti.core.acd import party_signals
from cti.core.acd import signals as seen
from cti.core.acd.control_orders import ControlOrder, MoveLegs, Place
from cti.core.acd.control_wishes import Asked, ControlWish
from cti.core.acd.floor import Step
from cti.core.acd.menu_signals import MenuLeft, SendToMenu
from cti.core.ids import AgentId, ChannelName
from tests.unit.core.acd.floors import ONE, A, B, Play, leg

THEIRS = ChannelName("PJSIP/8002-07")


class Talk(Play):
    """1001 talks to a caller of motor; 1002 is ready."""

    def __init__(self) -> None:
        super().__init__()
        self.ready(A)
        self.waits(ONE)
        self.talks(ONE, A)
        self.ready(B)
        self.parties = 0

    def wish(self, wish: ControlWish) -> Step:
        return self.do(wish)

    def hold(self) -> Step:
        return self.do(wished.HoldCall(agent_id=A))

    def retrieve(self) -> Step:
        return self.do(wished.RetrieveCall(agent_id=A))

    def to_menu(self) -> Step:
        return self.do(SendToMenu(agent_id=A, task="identity"))

    def back_from_menu(self, result: str = "returned") -> Step:
        return self.do(MenuLeft(call_id=ONE, result=result))

    def asks(self, kind: Asked = Asked.AGENT, target: str = B) -> Step:
        self.parties += 1
        return self.do(wished.ConsultCall(agent_id=A, kind=kind, target=target))

    def completes(self) -> Step:
        return self.do(wished.CompleteTransfer(agent_id=A))

    def cancels(self) -> Step:
        return self.do(wished.CancelConsultation(agent_id=A))

    def alternates(self) -> Step:
        return self.do(wished.AlternateCall(agent_id=A))

    def confers(self) -> Step:
        return self.do(wished.ConferenceCall(agent_id=A))

    @property
    def party_id(self) -> str:
        return f"{ONE}-p{self.parties}"

    def party_rings(self) -> Step:
        return self.do(
            party_signals.PartyAlerted(call_id=ONE, party_id=self.party_id, channel=THEIRS)
        )

    def party_answers(self) -> Step:
        self.party_rings()
        return self.do(
            party_signals.PartyAnswered(call_id=ONE, party_id=self.party_id, channel=THEIRS)
        )

    def party_leaves(self, cause: int = 16) -> Step:
        return self.do(
            seen.ChannelGone(call_id=ONE, channel=THEIRS, cause=cause, party_id=self.party_id)
        )

    def agent_leaves(self, agent_id: AgentId = A) -> Step:
        return self.do(seen.ChannelGone(call_id=ONE, channel=leg(agent_id), cause=16))

    def consults(self) -> None:
        """1002 is asked and talks to 1001."""
        self.asks()
        self.party_answers()


def moved(step: Step) -> dict[str, Place]:
    """Where each leg is sent."""
    return {
        move.channel: move.place
        for order in step.orders
        if isinstance(order, MoveLegs)
        for move in order.moves
    }


def orders(step: Step, kind: type[ControlOrder]) -> list[ControlOrder]:
    return [order for order in step.orders if isinstance(order, kind)]
