"""config/*.yaml → typed, frozen models; all problems of all files at once, each with its place.

The core sees only plain dataclasses (``QueuePolicy``, ``Agent``); pydantic's models stop here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from cti.core.acd.queue import Ageing, QueuePolicy, Relaxation, ServiceTarget, Strategy
from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem
from cti.services.ports import Account, Role
from cti.settings import Frozen, Settings, overlaid, rooted
from cti.store.yaml_files import read_yaml

Model = TypeVar("Model", bound=BaseModel)
Level = Field(ge=0, le=5)
Code = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")


class Label(Frozen):
    """A name for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class AgeingFile(Frozen):
    per_s: float = Field(default=0.1, ge=0, le=10)
    cap: int = Field(default=30, ge=0, le=99)


class RelaxationFile(Frozen):
    after_s: float = Field(gt=0)
    needs: Mapping[str, int]


class TargetFile(Frozen):
    share: float = Field(default=0.8, gt=0, le=1)
    within_s: float = Field(default=20, gt=0)


class QueueDefaults(Frozen):
    """What a queue has that does not say otherwise."""

    ageing: AgeingFile = AgeingFile()
    ring_s: int = Field(default=15, ge=3, le=120)
    wrap_up_s: int = Field(default=45, ge=0, le=900)
    strategy: Strategy = Strategy.LONGEST_IDLE


class QueueFile(Frozen):
    """One queue; a key left out takes the file's default."""

    label: Label
    priority: int = Field(ge=0, le=100)
    needs: Mapping[str, int]
    relaxation: tuple[RelaxationFile, ...] = ()
    target: TargetFile = TargetFile()
    ageing: AgeingFile | None = None
    ring_s: int | None = Field(default=None, ge=3, le=120)
    wrap_up_s: int | None = Field(default=None, ge=0, le=900)
    strategy: Strategy | None = None


class QueuesFile(Frozen):
    """config/queues.yaml"""

    fallback_queue: str
    defaults: QueueDefaults = QueueDefaults()
    queues: Mapping[str, QueueFile] = Field(min_length=1)


class SkillsFile(Frozen):
    """config/skills.yaml"""

    skills: Mapping[str, Label] = Field(min_length=1)
    languages: Mapping[str, Label] = Field(min_length=1)


class AgentFile(Frozen):
    """One agent: staff number, SIP extension, skills with levels 1-5, languages."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,16}$")
    name: str = Field(min_length=1, max_length=64)
    extension: str = Field(pattern=r"^[0-9]{2,8}$")
    skills: Mapping[str, int]
    languages: tuple[str, ...] = ("zh",)


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

    def policies(self) -> Mapping[QueueName, QueuePolicy]:
        """The queues as the router knows them."""
        return {
            QueueName(n): _policy(n, q, self.queues.defaults) for n, q in self.queues.queues.items()
        }

    def roster(self) -> tuple[Agent, ...]:
        """The agents as the floor knows them, signed out."""
        return tuple(_agent(each) for each in self.agents.agents)

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


def _policy(name: str, queue: QueueFile, defaults: QueueDefaults) -> QueuePolicy:
    ageing = queue.ageing or defaults.ageing
    return QueuePolicy(
        name=QueueName(name),
        priority=queue.priority,
        needs=dict(queue.needs),
        relaxation=tuple(Relaxation(step.after_s, dict(step.needs)) for step in queue.relaxation),
        ageing=Ageing(ageing.per_s, ageing.cap),
        strategy=queue.strategy or defaults.strategy,
        ring_s=queue.ring_s or defaults.ring_s,
        wrap_up_s=defaults.wrap_up_s if queue.wrap_up_s is None else queue.wrap_up_s,
        target=ServiceTarget(queue.target.share, queue.target.within_s),
    )


def _agent(each: AgentFile) -> Agent:
    return Agent(
        agent_id=AgentId(each.id),
        name=each.name,
        extension=each.extension,
        skills=dict(each.skills),
        languages=frozenset(each.languages),
    )


def load_configuration(
    folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[Configuration | None, list[Problem]]:
    """Read the folder. None when any file has an error; the problems name all of them.

    Folders in cti.yaml are relative to the folder above ``folder``.
    """
    parts: dict[str, Any] = {}
    marked: dict[str, Marked] = {}
    problems: list[Problem] = []
    for name, model in FILES.items():
        data, found = read_yaml(folder / f"{name}.yaml", f"{folder.name}/{name}.yaml")
        problems += found
        if data is None:
            continue
        marked[name] = data
        parts[name], wrong = _validated(model, data, environment or {})
        problems += wrong
    if any(parts.get(name) is None for name in FILES):
        return None, problems
    parts["settings"] = rooted(parts.pop("cti"), folder.resolve().parent)
    whole = Configuration(**parts)
    problems += cross_check(whole, marked)
    return (None if problems else whole), problems


def _validated(
    model: type[Model], data: Marked, environment: Mapping[str, str]
) -> tuple[Model | None, list[Problem]]:
    plain = data.plain()
    if model is Settings and isinstance(plain, Mapping):
        plain = overlaid(plain, environment)
    try:
        return model.model_validate(plain), []
    except ValidationError as wrong:
        return None, [_problem(data, error) for error in wrong.errors()]


def _problem(data: Marked, error: Mapping[str, Any]) -> Problem:
    path = tuple(error["loc"])
    where = ".".join(str(step) for step in path)
    code = {"missing": "config.missing", "extra_forbidden": "config.unknown_key"}.get(
        error["type"], "config.bad_value"
    )
    values = {"where": where or "/", "detail": str(error["msg"])}
    return Problem(data.mark_at(path), code, values)


def cross_check(whole: Configuration, marked: Mapping[str, Marked]) -> list[Problem]:
    """What only several files together can show."""
    skills = set(whole.skills.skills)
    needs = skills | {f"lang:{tag}" for tag in whole.skills.languages} | {"lang:*"}
    found: list[Problem] = []
    if whole.queues.fallback_queue not in whole.queues.queues:
        place = marked["queues"].mark_at(("fallback_queue",))
        found.append(_unknown(place, whole.queues.fallback_queue, whole.queues.queues))
    for name, queue in whole.queues.queues.items():
        found += _unknowns(marked["queues"], ("queues", name, "needs"), queue.needs, needs)
        for index, step in enumerate(queue.relaxation):
            path = ("queues", name, "relaxation", index, "needs")
            found += _unknowns(marked["queues"], path, step.needs, needs)
    for index, agent in enumerate(whole.agents.agents):
        found += _unknowns(marked["agents"], ("agents", index, "skills"), agent.skills, skills)
        languages = whole.skills.languages
        found += _unknowns(
            marked["agents"], ("agents", index, "languages"), agent.languages, languages
        )
    found += _twice(marked["agents"], "id", [agent.id for agent in whole.agents.agents])
    found += _twice(marked["agents"], "extension", [a.extension for a in whole.agents.agents])
    return found


def _unknowns(
    data: Marked, path: tuple[str | int, ...], named: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    allowed = set(known)
    return [_unknown(data.mark_at((*path, n)), n, allowed) for n in named if n not in allowed]


def _unknown(mark: Mark, name: str, known: Iterable[str]) -> Problem:
    return Problem(mark, "config.unknown_name", {"name": name, "known": ", ".join(sorted(known))})


def _twice(data: Marked, key: str, values: list[str]) -> list[Problem]:
    again = [index for index, value in enumerate(values) if value in values[:index]]
    return [
        Problem(
            data.mark_at(("agents", index, key)),
            "config.twice",
            {"key": key, "value": values[index]},
        )
        for index in again
    ]


def schemas() -> Mapping[str, Callable[[], dict[str, Any]]]:
    """File name → its JSON Schema, for editors."""
    return {name: model.model_json_schema for name, model in FILES.items()}
