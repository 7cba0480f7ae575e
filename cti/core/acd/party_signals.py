"""What is seen of the legs of parties, whom an agent asked or has in a conference; and of a lost one."""

from dataclasses import dataclass

from cti.core.ids import CallId, ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAlerted:
    """The phone of a party rings."""

    call_id: CallId
    party_id: str
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyAnswered:
    """A party answered: its leg joins the agent's."""

    call_id: CallId
    party_id: str
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFailed:
    """Asterisk could not ring a party, or nobody answered."""

    call_id: CallId
    party_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkBroken:
    """The leg of whom the caller talked to was lost (``cause``, Q.850): he hears so, and will wait again.
    ``attempt``: of which offer."""

    call_id: CallId
    cause: int = 0
    attempt: int = 0


PartySignal = PartyAlerted | PartyAnswered | PartyFailed | TalkBroken
