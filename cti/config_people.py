"""The parts of config/ about people at work: agents and seats, reasons, wrap-up."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from cti.config_labels import Label
from cti.core.acd.reasons import ReasonBook, ReasonRule
from cti.core.acd.wrap_up import WrapUpRule
from cti.services.ports import Role
from cti.settings_kinds import Frozen

SkillLevel = Annotated[int, Field(ge=1, le=5)]
"""1 trainee, 2 qualified, 3 skilled, 4 expert, 5 coach."""
Extension = Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]


class AgentFile(Frozen):
    """One agent: staff number, SIP extension, skills with levels 1-5, languages."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,16}$")
    name: str = Field(min_length=1, max_length=64)
    extension: Extension
    skills: Mapping[str, SkillLevel]
    languages: tuple[str, ...] = ("zh",)
    hours: tuple[str, ...] = ()
    """His shifts: names of dialplan/hours.yaml; without them he may work at any time."""


class PersonFile(Frozen):
    """Somebody who signs in but waits for no calls. With an ``extension`` he can listen to agents, and take
    calls by hand."""

    login: str = Field(pattern=r"^[0-9A-Za-z_.-]{1,32}$")
    name: str = Field(min_length=1, max_length=64)
    role: Role
    extension: Extension | None = None


class SeatFile(Frozen):
    """A desk with a phone that is nobody's own."""

    seat: str = Field(pattern=r"^[0-9A-Za-z_-]{1,16}$")
    extension: Extension


class AgentsFile(Frozen):
    """config/agents.yaml"""

    agents: tuple[AgentFile, ...]
    seats: tuple[SeatFile, ...] = ()
    people: tuple[PersonFile, ...] = ()

    def desks(self) -> tuple[str, ...]:
        """The phones at which agents may sign in."""
        return (*(a.extension for a in self.agents), *(s.extension for s in self.seats))

    def extensions(self) -> tuple[str, ...]:
        """Every phone of ours, each once."""
        people = (person.extension for person in self.people if person.extension)
        return tuple(dict.fromkeys((*self.desks(), *people)))


class QuotaFile(Frozen):
    """How often a day a reason may be chosen, and for how many minutes in all."""

    times: int | None = Field(default=None, ge=1, le=100)
    minutes: float | None = Field(default=None, gt=0, le=1440)


class ReasonFile(Frozen):
    """A reason for being not ready; ``system`` ones are set by the system alone."""

    label: Label
    max_s: int | None = Field(default=None, gt=0)
    system: bool = False
    quota: QuotaFile = QuotaFile()
    at_once: int = Field(default=0, ge=0, le=10_000)
    """At most so many agents at one time; 0: no limit."""
    approval: bool = False
    """A supervisor grants it."""

    def rule(self) -> ReasonRule:
        """As the core knows it."""
        minutes = self.quota.minutes
        return ReasonRule(
            max_s=self.max_s,
            times=self.quota.times,
            quota_s=None if minutes is None else minutes * 60,
            at_once=self.at_once,
            approval=self.approval,
        )


class ReasonsFile(Frozen):
    """config/reasons.yaml"""

    asked_s: float = Field(default=300.0, gt=0, le=3600)
    """How long a supervisor has to answer."""
    reasons: Mapping[str, ReasonFile] = Field(min_length=1)

    def book(self, time_zone: str) -> ReasonBook:
        """As the core knows them; days are those of the time zone."""
        rules = {code: each.rule() for code, each in self.reasons.items()}
        return ReasonBook(rules=rules, zone=ZoneInfo(time_zone), asked_s=self.asked_s)


class WrapUpTimes(Frozen):
    """How long work after a call takes and what ends it; a key left out: as in defaults."""

    s: int | None = Field(default=None, ge=0, le=900)
    extend_s: int | None = Field(default=None, ge=0, le=900)
    max_s: int | None = Field(default=None, ge=1, le=3600)
    codes_required: bool | None = None
    auto_ready: bool | None = None


def wrap_up_rule(*layers: tuple[WrapUpTimes, int | None]) -> WrapUpRule:
    """The rule of these layers, the later ones first to be asked; with each its ``wrap_up_s``, a
    shorter way to write ``s``."""
    merged: dict[str, float] = {}
    for times, short_s in layers:
        if short_s is not None:
            merged["s"] = short_s
        merged |= times.model_dump(exclude_none=True)
    merged.setdefault("extend_s", merged.get("s", WrapUpRule().s))
    return WrapUpRule(**merged)  # type: ignore[arg-type]


class WrapUpFile(Frozen):
    """A first-level reason with its second level; one without children is chosen itself."""

    label: Label
    children: Mapping[str, Label] = Field(default_factory=dict)


class WrapUpsFile(Frozen):
    """config/wrap_up.yaml"""

    reasons: Mapping[str, WrapUpFile] = Field(min_length=1)

    def codes(self) -> frozenset[str]:
        """Every code that may end a wrap-up form."""
        leaves = {code for code, first in self.reasons.items() if not first.children}
        return frozenset(leaves.union(*(first.children for first in self.reasons.values())))
