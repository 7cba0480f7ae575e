"""The houses of ``cti simulate``: our configuration, with another roster or other queues."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from cti.calling_back import floor_rules
from cti.config_files import Unreadable, read_model
from cti.config_models import Configuration
from cti.config_queues import QueuesFile
from cti.core.acd.reasons import ReasonBook
from cti.core.acd.skills import abilities, fits
from cti.core.agent_state import Agent
from cti.core.clock.hours import Calendar
from cti.core.ids import AgentId, QueueName
from cti.core.whatif.crew import Habits, House, Person, Spell
from cti.store.yaml_files import read_yaml
from cti.whatif_files import CrewFile

_WHOLE_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """What houses are made of, on the day that begins at ``midnight``."""

    configuration: Configuration
    calendar: Calendar
    midnight: datetime
    habits: Habits

    def house(self, people: Sequence[Person]) -> House:
        """Our rules with these people."""
        # The roster says who has a break when; quotas of reasons are for people who choose.
        rules = replace(floor_rules(self.configuration), reasons=ReasonBook())
        return House(rules=rules, crew=tuple(people), habits=self.habits)

    def ours(self) -> list[Person]:
        """The people of agents.yaml, in the shifts it names; those without any work all day."""
        shifts = self.configuration.shifts()
        return [
            Person(agent=agent, shifts=self._spells(shifts[agent.agent_id]))
            for agent in self._agents()
        ]

    def many(self, number: int) -> list[Person]:
        """So many people all day long, with the skills of ours by turns."""
        whole_day = [Spell(self.midnight, self.midnight + _WHOLE_DAY)]
        return [
            Person(agent=_copy(agent, n), shifts=whole_day)
            for n, agent in enumerate(islice(cycle(self._agents()), number), 1)
        ]

    def _agents(self) -> list[Agent]:
        """Those who take callers from queues; supervisors only take them by hand."""
        return [agent for agent in self.configuration.roster() if not agent.supervises]

    def _spells(self, names: Sequence[str]) -> list[Spell]:
        if not names:
            return [Spell(self.midnight, self.midnight + _WHOLE_DAY)]
        spans = {span for name in names for span in self.calendar.spans(name, self.midnight.date())}
        return [
            Spell(*(self.midnight + timedelta(minutes=m) for m in (span.opens, span.closes)))
            for span in sorted(spans)
        ]


def _copy(agent: Agent, number: int) -> Agent:
    name = f"sim{number}"
    return replace(agent, agent_id=AgentId(name), extension=name, place=number)


def other(builder: Builder, people: Sequence[Person], file: Path) -> House:
    """The house with what stands in ``file`` instead: a roster, or queues. Raises Unreadable."""
    data, problems = read_yaml(file, str(file))
    if data is None:
        raise Unreadable(problems)
    if "crew" in (data.mapping() or {}):
        return builder.house(read_model(CrewFile, file).people(builder.midnight))
    queues = read_model(QueuesFile, file)
    changed = replace(builder, configuration=replace(builder.configuration, queues=queues))
    return changed.house(people)


def unreachable(house: House, queues: Sequence[QueueName]) -> list[QueueName]:
    """Of these queues, those that nobody of the house could ever serve."""
    skills = [abilities(p.agent.skills, p.agent.languages) for p in house.crew]
    policies = house.rules.policies
    found = []
    for queue in queues:
        policy = policies.get(queue) or policies[house.rules.fallback_queue]
        needs = policy.needs_after({}, len(policy.relaxation)).items()
        if not any(fits(each, needs) for each in skills):
            found.append(queue)
    return found
