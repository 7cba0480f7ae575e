"""What a talk that broke off makes of the floor."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cti.core.acd.broken_talks import break_off
from cti.core.acd.endings import TALK
from cti.core.acd.floor import OFFERED, Floor
from cti.core.acd.leg_ends import let_go
from cti.core.acd.party_signals import TalkBroken
from cti.core.acd.unseen import talked_unseen
from cti.core.call import CallPhase


def talk_broken(floor: Floor, signal: TalkBroken, now: datetime) -> None:
    """The caller's channel found his agent's leg lost, and goes back to the waiting loop by itself."""
    call = floor.calls.get(signal.call_id)
    if call is None or call.ticket is not None or signal.attempt != call.attempt:
        return
    if call.phase in OFFERED:
        call = talked_unseen(floor, call, now)  # only a talk can break off
    if call.phase in (*TALK, CallPhase.SURVIVING):
        break_off(floor, let_go(floor, call, now), signal.cause, now)


BROKEN_STEPS: Mapping[type, Callable[[Floor, Any, datetime], None]] = {TalkBroken: talk_broken}
