"""What stands in config/*.yaml, as typed, frozen models; the core sees only plain dataclasses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from cti.config_callers import CallersFile
from cti.config_knowledge import KnowledgeFile
from cti.config_labels import Label
from cti.config_messages import SmsFile, SurveysFile
from cti.config_people import AgentFile, AgentsFile, PersonFile, ReasonsFile, WrapUpsFile
from cti.config_queues import QueuesFile
from cti.config_recording import RecordingFile
from cti.config_reports import ReportsFile
from cti.config_webhooks import WebhooksFile
from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.services.ports import Account, Role
from cti.settings import Settings
from cti.settings_kinds import Frozen


class SkillsFile(Frozen):
    """config/skills.yaml"""

    skills: Mapping[str, Label] = Field(min_length=1)
    languages: Mapping[str, Label] = Field(min_length=1)


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
    "recording": RecordingFile,
    "reports": ReportsFile,
    "webhooks": WebhooksFile,
    "knowledge": KnowledgeFile,
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
    recording: RecordingFile
    reports: ReportsFile
    webhooks: WebhooksFile
    knowledge: KnowledgeFile

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
        agents = (_agent(each, place) for place, each in enumerate(self.agents.agents))
        return (*agents, *(_supervisor(each) for each in self.agents.people if each.extension))

    def accounts(self) -> tuple[Account, ...]:
        """Everybody who may sign in; an agent's login is his staff number."""
        agents = tuple(
            Account(login=a.id, name=a.name, role=Role.AGENT, agent_id=AgentId(a.id))
            for a in self.agents.agents
        )
        people = self.agents.people
        return agents + tuple(_account(person) for person in people)

    def wrap_up_codes(self) -> frozenset[str]:
        """Every code that may end a wrap-up form."""
        return self.wrap_up.codes()


def _agent(each: AgentFile, place: int) -> Agent:
    return Agent(
        agent_id=AgentId(each.id),
        name=each.name,
        extension=each.extension,
        skills=dict(each.skills),
        languages=frozenset(each.languages),
        place=place,
    )


def _supervisor(each: PersonFile) -> Agent:
    """Without skills and languages the router never chooses him."""
    return Agent(
        agent_id=AgentId(each.login),
        name=each.name,
        extension=each.extension or "",
        languages=frozenset(),
        supervises=True,
    )


def _account(each: PersonFile) -> Account:
    agent_id = AgentId(each.login) if each.extension else None
    return Account(login=each.login, name=each.name, role=each.role, agent_id=agent_id)


def schemas() -> Mapping[str, Callable[[], dict[str, Any]]]:
    """File name → its JSON Schema, for editors."""
    return {name: model.model_json_schema for name, model in FILES.items()}
