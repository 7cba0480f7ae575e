"""What stands in config/*.yaml, as typed, frozen models; the core sees only plain dataclasses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from cti.config_callers import CallersFile
from cti.config_labels import Label
from cti.config_messages import SmsFile, SurveysFile
from cti.config_queues import QueuesFile
from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.services.ports import Account, Role
from cti.settings import Frozen, Settings

SkillLevel = Annotated[int, Field(ge=1, le=5)]
"""1 trainee, 2 qualified, 3 skilled, 4 expert, 5 coach."""


class SkillsFile(Frozen):
    """config/skills.yaml"""

    skills: Mapping[str, Label] = Field(min_length=1)
    languages: Mapping[str, Label] = Field(min_length=1)


class AgentFile(Frozen):
    """One agent: staff number, SIP extension, skills with levels 1-5, languages."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,16}$")
    name: str = Field(min_length=1, max_length=64)
    extension: str = Field(pattern=r"^[0-9]{2,8}$")
    skills: Mapping[str, SkillLevel]
    languages: tuple[str, ...] = ("zh",)
    hours: tuple[str, ...] = ()
    """His shifts: names of dialplan/hours.yaml; without them he may work at any time."""


class PersonFile(Frozen):
    """Somebody who signs in but takes no calls."""

    login: str = Field(pattern=r"^[0-9A-Za-z_.-]{1,32}$")
    name: str = Field(min_length=1, max_length=64)
    role: Role


class AgentsFile(Frozen):
    """config/agents.yaml"""

    agents: tuple[AgentFile, ...]
    people: tuple[PersonFile, ...] = ()


class ReasonFile(Frozen):
    """A reason for being not ready; ``system`` ones are set by the system alone."""

    label: Label
    max_s: int | None = Field(default=None, gt=0)
    system: bool = False


class ReasonsFile(Frozen):
    """config/reasons.yaml"""

    reasons: Mapping[str, ReasonFile] = Field(min_length=1)


class WrapUpFile(Frozen):
    """A first-level reason with its second level; one without children is chosen itself."""

    label: Label
    children: Mapping[str, Label] = Field(default_factory=dict)


class WrapUpsFile(Frozen):
    """config/wrap_up.yaml"""

    reasons: Mapping[str, WrapUpFile] = Field(min_length=1)


FILES: Mapping[str, type[Frozen]] = {
    "cti": Settings,
    "queues": QueuesFile,
    "skills": SkillsFile,
    "agents": AgentsFile,
    "reasons": ReasonsFile,
    "wrap_up": WrapUpsFile,
    "sms": SmsFile,
    "surveys": SurveysFile,
    "callers": CallersFile,
}
"""config/NAME.yaml → its model; JSON Schemas are made from the same table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All of config/, checked."""

    settings: Settings
    queues: QueuesFile
    skills: SkillsFile
    agents: AgentsFile
    reasons: ReasonsFile
    wrap_up: WrapUpsFile
    sms: SmsFile
    surveys: SurveysFile
    callers: CallersFile

    def policies(self) -> Mapping[QueueName, QueuePolicy]:
        """The queues as the router knows them."""
        return self.queues.policies()

    def queue_hours(self) -> Mapping[QueueName, str | None]:
        """When each queue is served: a name of dialplan/hours.yaml, None for always."""
        return {QueueName(name): queue.hours for name, queue in self.queues.queues.items()}

    def shifts(self) -> Mapping[AgentId, tuple[str, ...]]:
        """When each agent may work: names of dialplan/hours.yaml, none for any time."""
        return {AgentId(each.id): each.hours for each in self.agents.agents}

    def roster(self) -> tuple[Agent, ...]:
        """The agents as the floor knows them, signed out."""
        return tuple(_agent(each, place) for place, each in enumerate(self.agents.agents))

    def accounts(self) -> tuple[Account, ...]:
        """Everybody who may sign in; an agent's login is his staff number."""
        agents = tuple(
            Account(login=a.id, name=a.name, role=Role.AGENT, agent_id=AgentId(a.id))
            for a in self.agents.agents
        )
        people = self.agents.people
        return agents + tuple(Account(login=p.login, name=p.name, role=p.role) for p in people)

    def wrap_up_codes(self) -> frozenset[str]:
        """Every code that may end a wrap-up form."""
        found = self.wrap_up.reasons
        leaves = {code for code, first in found.items() if not first.children}
        return frozenset(leaves.union(*(first.children for first in found.values())))


def _agent(each: AgentFile, place: int) -> Agent:
    return Agent(
        agent_id=AgentId(each.id),
        name=each.name,
        extension=each.extension,
        skills=dict(each.skills),
        languages=frozenset(each.languages),
        place=place,
    )


def schemas() -> Mapping[str, Callable[[], dict[str, Any]]]:
    """File name → its JSON Schema, for editors."""
    return {name: model.model_json_schema for name, model in FILES.items()}
