"""What tests of faults begin with, and what they look at afterwards."""

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT, Seat
from tests.asterisk.site import Desktop
from tests.faults.hotline import Hotline


def calls_in(desk: Desktop) -> dict[str, str]:
    """Call → phase, as the desktop's first snapshot tells it."""
    snapshot = desk.frames[0]
    assert snapshot["type"] == "snapshot"
    return {call["callId"]: call["phase"] for call in snapshot["calls"]}


def agents_in(desk: Desktop) -> dict[str, tuple[str, str | None]]:
    """Agent → what he does and with which call, from the first snapshot."""
    return {a["agentId"]: (a["state"], a["callId"]) for a in desk.frames[0]["agents"]}


async def talk(hotline: Hotline, board: Desktop, seat: Seat) -> str:
    """An agent in a talk; the call's id."""
    await seat.ready(Answering(after_s=0.1))
    await hotline.call("13997000001", DIRECT["motor"])
    begun = await board.until(15, type="established", agentId=seat.agent_id)
    return str(begun["callId"])
