"""The part of config/queues.yaml that is about overflow, modes, sticky agents and missed offers."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cti.core.acd.centre import CentreRules, CountAs, ModeRouting
from cti.core.acd.missed import MissedRule, MissedRules
from cti.core.acd.overflow import Overflow
from cti.core.acd.sticky import StickyRules
from cti.core.events import OfferEnd
from cti.core.ids import QueueName
from cti.settings_kinds import Frozen

Level = Annotated[int, Field(ge=1, le=5)]
OutsideNumber = Annotated[str, Field(pattern=r"^[0-9]{3,20}$")]


class OverflowFile(Frozen):
    """A way out of a queue; all conditions that are written must hold."""

    queue: str | None = None
    number: str | None = None
    after_s: float = Field(default=0, ge=0, le=3600)
    longer_than: int | None = Field(default=None, ge=0, le=100_000)
    wait_over_s: float | None = Field(default=None, gt=0, le=900)
    nobody_signed_in: Literal[True] | None = None
    closed: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.queue is None) == (self.number is None):
            raise ValueError("either queue or number")
        return self

    def step(self, numbers: Mapping[str, str]) -> Overflow:
        """The same for the core; ``numbers`` by their names."""
        return Overflow(
            queue=QueueName(self.queue) if self.queue else None,
            number=numbers.get(self.number or "", ""),
            after_s=self.after_s,
            longer_than=self.longer_than,
            wait_over_s=self.wait_over_s,
            nobody_signed_in=bool(self.nobody_signed_in),
            closed=bool(self.closed),
        )


class CountAsFile(Frozen):
    """Agents who have ``skills`` count as having ``gained`` too."""

    skills: Mapping[str, Level] = Field(min_length=1)
    gained: Mapping[str, Level] = Field(min_length=1)


class ModeRoutingFile(Frozen):
    """What a mode of the centre changes in routing."""

    count_as: tuple[CountAsFile, ...] = ()
    overflow: tuple[OverflowFile, ...] = ()


class MissedFile(Frozen):
    """What an agent's missed offer makes of him."""

    not_ready_after: int | Literal["never"] = Field(default=1, ge=1, le=100)
    rest_s: float = Field(default=0, ge=0, le=900)


class MissedCauses(Frozen):
    """The rule of each cause."""

    no_answer: MissedFile = MissedFile()
    refused: MissedFile = MissedFile()
    busy: MissedFile = MissedFile()
    unreachable: MissedFile = MissedFile()
    whisper_hangup: MissedFile = MissedFile()

    def rules(self) -> MissedRules:
        """The same for the core."""
        found = {cause: getattr(self, cause.name.lower(), None) for cause in OfferEnd}
        return MissedRules(causes={cause: _rule(each) for cause, each in found.items() if each})


class StickyFile(Frozen):
    """The agent a caller talked to last, and the place a caller gave up."""

    within_s: float = Field(default=86400, ge=0, le=2_592_000)
    wait_s: float = Field(default=10, ge=0, le=120)
    place_s: float = Field(default=600, ge=0, le=7200)

    def rules(self) -> StickyRules:
        """The same for the core."""
        return StickyRules(within_s=self.within_s, wait_s=self.wait_s, place_s=self.place_s)


def _rule(each: MissedFile) -> MissedRule:
    after = None if each.not_ready_after == "never" else each.not_ready_after
    return MissedRule(not_ready_after=after, rest_s=each.rest_s)


def centre_rules(modes: Mapping[str, ModeRoutingFile], numbers: Mapping[str, str]) -> CentreRules:
    """What each mode changes, for the core."""
    return CentreRules(
        modes={
            name: ModeRouting(
                count_as=tuple(CountAs(dict(c.skills), dict(c.gained)) for c in mode.count_as),
                overflow=tuple(step.step(numbers) for step in mode.overflow),
            )
            for name, mode in modes.items()
        }
    )
