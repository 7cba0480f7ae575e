"""What Asterisk says about its channels when asked, for setting the floor right after an outage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.core.ids import CallId, ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One channel with our ``ACD_*`` variables on it (missing where unset).

    ``state`` is ``ACD_STATE``: ivr, waiting, ringing, talking, held, after, survive.
    ``bridge_id`` is empty while the channel hears nobody. ``age_s`` counts from its creation.
    """

    channel: ChannelName
    call_id: CallId
    is_caller: bool
    state: str
    bridge_id: str
    caller_number: str
    dialed_number: str
    age_s: float
    variables: Mapping[str, str]
    party_id: str = ""
    """Where the leg is that of somebody whom the agent asked, or has in a conference."""
    answered_at: datetime | None = None
    """When somebody took the call, as far as Asterisk wrote it down."""
