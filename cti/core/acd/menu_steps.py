"""An agent's caller goes to the menu and comes back: what each wish and word makes of the floor.

While he is there the agent has him as on hold, hears nothing, and may call him back (``retrieveCall``) or
leave.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd import menu_signals as seen
from cti.core.acd.control_orders import LegMove, MoveLegs, Place, Told
from cti.core.acd.control_steps import free_to_move, led_by_caller, note_held
from cti.core.acd.declined import Declined
from cti.core.acd.excursions import back
from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent, AgentState, Happened
from cti.core.call import Call, CallPhase
from cti.core.control_events import SentToMenu
from cti.core.ids import ChannelName


def send_to_menu(floor: Floor, wish: seen.SendToMenu, now: datetime) -> None:
    agent, call, leg = free_to_move(floor, wish.agent_id)
    if call.parties:
        raise Declined("not_alone")
    call = on_hold(floor, agent, led_by_caller(floor, call, now), now)
    floor.put_call(call, phase=CallPhase.MENU, phase_at=now, task=wish.task)
    floor.note(SentToMenu(at=now, call_id=call.call_id, agent_id=agent.agent_id, task=wish.task))
    floor.order(MoveLegs(call_id=call.call_id, moves=to_menu(call, leg)))


def on_hold(floor: Floor, agent: Agent, call: Call, now: datetime) -> Call:
    """From where the agent stands, his caller is on hold."""
    if call.phase is CallPhase.HELD:
        return call
    if agent.state is AgentState.TALKING:
        floor.moved(agent, Happened.HELD_CALLER, now)
    return note_held(floor, call, now)


def to_menu(call: Call, leg: ChannelName) -> tuple[LegMove, LegMove]:
    """The agent's leg is told whom to join again, so that the two need nobody for it."""
    caller = {Told.ROLE: "caller", Told.AGENT_LEG: leg}
    agent = {
        Told.ROLE: "agent",
        Told.CALLER: call.channel,
        Told.PEER: call.channel,
        Told.PARTY: "",
    }
    return (
        LegMove(channel=call.channel, place=Place.MENU, told=caller),
        LegMove(channel=leg, place=Place.SILENCE, told=agent),
    )


def menu_answered(floor: Floor, signal: seen.MenuAnswered, _now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is not None:
        floor.put_call(call, variables={**call.variables, **signal.variables})


def menu_left(floor: Floor, signal: seen.MenuLeft, now: datetime) -> None:
    call = floor.calls.get(signal.call_id)
    if call is not None and call.phase is CallPhase.MENU:
        back(floor, call, signal.result, now)


MENU_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {
    seen.SendToMenu: send_to_menu,
    seen.MenuAnswered: menu_answered,
    seen.MenuLeft: menu_left,
}
