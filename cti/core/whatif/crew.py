"""Who is there to answer, and how they behave. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from cti.core.acd.floor_rules import FloorRules
from cti.core.agent_state import Agent


@dataclass(frozen=True, slots=True)
class Spell:
    """From one moment to another."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An agent with his shifts, and the breaks in them."""

    agent: Agent
    shifts: Sequence[Spell]
    breaks: Sequence[Spell] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How people treat an offer.

    The phone rings ``alert_s`` after the offer; it is picked up after ``pick_up_s`` more on the mean
    (exponentially), and agent and caller hear each other ``whisper_s`` later. The shares ``missed`` and
    ``refused`` of all offers come to nothing; ``back_s`` later the agent is ready again.
    """

    alert_s: float = 0.3
    pick_up_s: float = 3.0
    whisper_s: float = 1.5
    missed: float = 0.01
    refused: float = 0.0
    back_s: float = 30.0

    def picks_up_after(self, chance: float, ring_s: float) -> float | None:
        """Seconds of ringing until he answers; None: he lets it ring. ``chance`` is evenly drawn."""
        if chance < self.missed:
            return None
        left = (chance - self.missed) / (1 - self.missed)
        return min(-log(1 - left) * self.pick_up_s, ring_s - 1)


AT_ONCE = Habits(alert_s=0, pick_up_s=0, whisper_s=0, missed=0)
"""The textbook's agents: no ring, no whisper, never a missed call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What is tried: the rules of the floor, and the people on it."""

    rules: FloorRules
    crew: Sequence[Person]
    habits: Habits = Habits()
