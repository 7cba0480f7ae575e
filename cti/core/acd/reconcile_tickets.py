"""Setting callbacks right after a restart or an outage: what Asterisk shows of their dials wins.

The agent's leg bears the ticket's id and says in ``ACD_STATE`` how far the dial has come. Where there is
no such leg, there is no dial: it ended while we were away, or was never begun.
"""

from datetime import datetime, timedelta

from cti.core.acd.binding import occupy
from cti.core.acd.endings import TALK, give_up
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.lines import Line
from cti.core.acd.orders import DropLeg
from cti.core.acd.places import REST_S, back_in_line, put_ticket
from cti.core.acd.tickets import count_dial, customer_answered, customer_not_reached, dial_over
from cti.core.call import Call, CallPhase
from cti.core.events import OfferEnd

PHASE_IN = {
    "ringing": CallPhase.RINGING,
    "whisper": CallPhase.WHISPER,
    "dialling": CallPhase.DIALLING,
    "talking": CallPhase.TALKING,
    "told": CallPhase.DIALLING,
}


def settle_ticket(floor: Floor, call: Call, line: Line | None, now: datetime) -> None:
    """Put one ticket where its agent's leg shows it, or back in line where there is none."""
    if line is None:
        not_in_dial(floor, call, now)
    elif floor.agent_of(call) is None:
        # The dial was given up before, yet its leg lives: nobody may hear of it twice.
        floor.stop_waiting(call.call_id)
        put_ticket(floor, call, due_at=now + timedelta(seconds=REST_S))
        floor.order(DropLeg(channel=line.channel))
    else:
        in_dial(floor, call, line, now)
    fresh = floor.calls[call.call_id]
    if fresh.ticket and fresh.ticket.stand_in not in (None, *floor.calls):
        fresh = put_ticket(floor, fresh, stand_in=None)
    back_in_line(floor, fresh, now)


def not_in_dial(floor: Floor, call: Call, now: datetime) -> None:
    if call.phase in OFFERED:
        # Withdrawn: we were away, so neither the agent nor his phone is to blame.
        give_up(floor, call, OfferEnd.WITHDRAWN, now)
    elif call.phase is CallPhase.DIALLING:
        # Whether he was reached is not known, so he is not dialled again at once.
        customer_not_reached(floor, call, now)
    else:
        dial_over(floor, call, OfferEnd.WITHDRAWN, now)


def in_dial(floor: Floor, call: Call, line: Line, now: datetime) -> None:
    phase = PHASE_IN.get(line.state, call.phase)
    talked = phase in TALK and call.phase not in TALK
    if call.phase is CallPhase.HELD and phase in TALK:
        phase = CallPhase.HELD
    if phase in (CallPhase.DIALLING, *TALK) and call.phase in OFFERED:
        count_dial(floor, call, now)
    if line.state == "told":
        put_ticket(floor, call, failed="NOANSWER")
    fresh = floor.put_call(
        floor.calls[call.call_id], phase=phase, agent_channel=line.channel, phase_at=now
    )
    agent = floor.agent_of(fresh)
    if agent is not None:
        occupy(floor, agent, fresh, now)
    if talked:
        customer_answered(floor, fresh, now)
