"""What holds outside the floor, and what the modes of the centre change in routing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.acd.estimate import LastHour
from cti.core.acd.overflow import Overflow
from cti.core.acd.skills import Needs, Skills, fits, merged
from cti.core.ids import QueueName


@dataclass(frozen=True, slots=True)
class CountAs:
    """Agents who have ``skills`` count as having ``gained`` too."""

    skills: Needs
    gained: Skills

    def of(self, own: Skills) -> dict[str, int]:
        """All that an agent of these skills can do then."""
        if not fits(own, self.skills.items()):
            return dict(own)
        return merged(own, self.gained)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRouting:
    """What a mode of the centre changes: who helps out, and ways out before every queue's own."""

    count_as: tuple[CountAs, ...] = ()
    overflow: tuple[Overflow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The modes in force, the queues whose hours are over, and each queue's last hour."""

    modes: tuple[str, ...] = ()
    closed: frozenset[QueueName] = frozenset()
    hours: Mapping[QueueName, LastHour] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreRules:
    """Mode → what it changes."""

    modes: Mapping[str, ModeRouting] = field(default_factory=dict)

    def skills(self, own: Skills, centre: Centre) -> Skills:
        """What an agent can do while these modes are in force."""
        for routing in self._in_force(centre):
            for each in routing.count_as:
                own = each.of(own)
        return own

    def overflow(self, centre: Centre) -> tuple[Overflow, ...]:
        """The ways out that go before every queue's own."""
        return tuple(step for routing in self._in_force(centre) for step in routing.overflow)

    def _in_force(self, centre: Centre) -> list[ModeRouting]:
        return [self.modes[name] for name in centre.modes if name in self.modes]
