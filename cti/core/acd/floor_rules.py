"""What holds for the whole floor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.core.acd.centre import Centre, CentreRules
from cti.core.acd.missed import MissedRules
from cti.core.acd.queue import FreeAgent, QueuePolicy, free_agent
from cti.core.acd.reasons import ReasonBook
from cti.core.acd.sticky import StickyRules
from cti.core.agent_state import Agent
from cti.core.ids import QueueName
from cti.core.recordings import RecordRules


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorRules:
    """The rules of all queues and of the people who serve them.

    ``fallback_queue`` takes callers whose menu choice is lost. An offer of which nothing was heard for
    its ring time and ``offer_slack_s`` is given up. ``short_abandon_s``: see docs/glossary.md.
    A callback's customer is dialled at most at these seconds after the first time, and rung so long.
    ``reasons_told``: the journal gets who was excluded from each offer, and why.
    ``phone_back_ready``: who lost his phone is ready again when it is back.
    """

    policies: Mapping[QueueName, QueuePolicy]
    fallback_queue: QueueName
    short_abandon_s: float = 5.0
    offer_slack_s: float = 10.0
    callback_at_s: tuple[float, ...] = (0.0, 300.0, 1800.0)
    callback_ring_s: int = 30
    consult_wait_s: float = 60.0
    """How long an agent who consults a queue waits for somebody of it."""
    reasons: ReasonBook = field(default_factory=ReasonBook)
    phone_back_ready: bool = False
    recording: RecordRules = field(default_factory=RecordRules)
    reasons_told: bool = True
    missed: MissedRules = field(default_factory=MissedRules)
    sticky: StickyRules = field(default_factory=StickyRules)
    centre: CentreRules = field(default_factory=CentreRules)

    def due(self, agent: Agent) -> Iterator[datetime]:
        """When something is to be done about an agent: wrap-up or asking over, reason overstayed."""
        moments = (
            agent.wrap_up_until,
            agent.asked_until,
            agent.rest_until,
            self.reasons.overstays_at(agent),
        )
        return (at for at in moments if at is not None)

    def everywhere(self, agent: Agent) -> Mapping[QueueName, None]:
        """The native queues that one who signs out is to leave: all of them."""
        return {} if agent.signed_in else dict.fromkeys(self.policies)

    def able(self, agent: Agent, centre: Centre) -> FreeAgent:
        """The agent as the router sees him, with what a mode in ``centre`` lets him do."""
        own = free_agent(agent)
        gained = self.centre.skills(own.skills, centre)
        return own if gained is own.skills else replace(own, skills=gained)
