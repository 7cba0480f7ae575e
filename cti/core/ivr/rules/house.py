"""What the hotline has beside its trees, as far as the rules look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent
from cti.core.ivr.rules.sounds import Sounds
from cti.core.ivr.rules.table import Rules
from cti.core.problems import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue: its policy, when it is served (None: always), and where it is written."""

    policy: QueuePolicy
    hours: str | None
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Rostered:
    """An agent and his shifts; none: at any time."""

    agent: Agent
    hours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The rules in force and what they need to know. What is empty is not looked at."""

    rules: Rules = field(default_factory=Rules)
    sounds: Sounds = field(default_factory=Sounds)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language → id → text of every prompt."""
    queues: Mapping[str, Queue] = field(default_factory=dict)
    agents: Sequence[Rostered] = ()


NO_HOUSE = House()
