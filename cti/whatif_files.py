"""The files of ``cti simulate``: demand, roster, recorded day. docs/simulation.md shows each."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from math import inf
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, AwareDatetime, Field, NonNegativeFloat, PositiveFloat

from cti.core.agent_state import Agent
from cti.core.ids import AgentId, QueueName
from cti.core.whatif.chance import Spread
from cti.core.whatif.crew import Habits, Person, Spell
from cti.core.whatif.demand import DAY_S, Demand, Stream, Surge
from cti.core.whatif.recorded import RecordedCall
from cti.settings_kinds import Frozen

SAMPLE = Path(__file__).parent / "simulation" / "demand.yaml"
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
Share = Annotated[float, Field(ge=0, le=1)]


def seconds_of(span: str) -> tuple[float, float]:
    """``08:00-20:00`` → seconds of the day; one that ends before it begins ends a day later.

    Raises ValueError.
    """
    if not (found := _SPAN.fullmatch(span)):
        raise ValueError(span)
    hours = [int(part) for part in found.groups()]
    start_s, end_s = hours[0] * 3600.0 + hours[1] * 60, hours[2] * 3600.0 + hours[3] * 60
    return start_s, end_s if end_s > start_s else end_s + DAY_S


def _a_span(span: str) -> str:
    seconds_of(span)
    return span


SpanText = Annotated[str, AfterValidator(_a_span)]


class SpreadFile(Frozen):
    """``deviation`` over the mean: 1 exponential, 0 always the mean, else log-normal."""

    mean_s: PositiveFloat
    deviation: NonNegativeFloat = 1.0

    def spread(self) -> Spread:
        """As the core has it."""
        return Spread(mean_s=self.mean_s, deviation=self.deviation)


class StreamFile(Frozen):
    """The callers of one queue."""

    share: NonNegativeFloat
    talk: SpreadFile
    wrap_up: SpreadFile
    patience: SpreadFile | None = None
    languages: Mapping[str, Share] = Field(default_factory=lambda: {"zh": 1.0}, min_length=1)


class HabitsFile(Frozen):
    """How agents treat an offer; see ``Habits``."""

    alert_s: NonNegativeFloat = 0.3
    pick_up_s: NonNegativeFloat = 3.0
    whisper_s: NonNegativeFloat = 1.5
    missed: Share = 0.01
    refused: Share = 0.0
    back_s: NonNegativeFloat = 30.0

    def habits(self) -> Habits:
        """As the core has them."""
        return Habits(**self.model_dump())


class DemandFile(Frozen):
    """A day that may be: how many, when, who."""

    calls: PositiveFloat
    profile: tuple[NonNegativeFloat, ...] = Field(min_length=1, max_length=96)
    queues: Mapping[str, StreamFile] = Field(min_length=1)
    habits: HabitsFile = HabitsFile()

    def demand(self, calls: float | None, surges: Sequence[Surge]) -> Demand:
        """With so many calls a day instead of the file's."""
        return Demand(
            calls=calls or self.calls,
            profile=self.profile,
            streams=tuple(_stream(name, each) for name, each in self.queues.items()),
            surges=surges,
        )


def _stream(name: str, each: StreamFile) -> Stream:
    return Stream(
        queue=QueueName(name),
        share=each.share,
        talk=each.talk.spread(),
        wrap_up=each.wrap_up.spread(),
        patience=each.patience.spread() if each.patience else Spread(mean_s=inf),
        languages=each.languages,
    )


class GroupFile(Frozen):
    """``count`` agents alike."""

    count: int = Field(ge=1, le=2000)
    skills: Mapping[str, Annotated[int, Field(ge=1, le=5)]]
    languages: tuple[str, ...] = ("zh",)
    shifts: tuple[SpanText, ...] = ("00:00-24:00",)
    breaks: tuple[SpanText, ...] = ()


class CrewFile(Frozen):
    """A roster of people who need no names."""

    crew: tuple[GroupFile, ...] = Field(min_length=1)

    def people(self, midnight: datetime) -> list[Person]:
        """Everybody, on the day that begins at ``midnight``."""
        alike = [group for group in self.crew for _ in range(group.count)]
        return [
            person(_agent(f"sim{n}", each.skills, each.languages), midnight, each)
            for n, each in enumerate(alike, 1)
        ]


def person(agent: Agent, midnight: datetime, spans: GroupFile) -> Person:
    """An agent with the shifts and breaks of a group."""
    return Person(
        agent=agent,
        shifts=[spell(text, midnight) for text in spans.shifts],
        breaks=[spell(text, midnight) for text in spans.breaks],
    )


def spell(span: str, midnight: datetime) -> Spell:
    """``08:00-20:00`` on the day that begins at ``midnight``."""
    start_s, end_s = seconds_of(span)
    return Spell(midnight + timedelta(seconds=start_s), midnight + timedelta(seconds=end_s))


def _agent(agent_id: str, skills: Mapping[str, int], languages: Sequence[str]) -> Agent:
    return Agent(
        agent_id=AgentId(agent_id),
        name="",
        extension=agent_id,
        skills=dict(skills),
        languages=frozenset(languages),
    )


class RecordedFile(Frozen):
    """One call of a recorded day; see ``RecordedCall``."""

    at: AwareDatetime
    queue: str = Field(min_length=1)
    waited_s: NonNegativeFloat
    gave_up: bool
    talk_s: NonNegativeFloat | None = None
    wrap_up_s: NonNegativeFloat | None = None
    needs: Mapping[str, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)
    language: str = "zh"

    def call(self) -> RecordedCall:
        """As the core has it."""
        return RecordedCall(**{**self.model_dump(), "queue": QueueName(self.queue)})


class DayFile(Frozen):
    """A recorded day."""

    day: date
    calls: tuple[RecordedFile, ...]

    def midnight(self, zone: tzinfo) -> datetime:
        """When it begins."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=zone)


def written(day: date, calls: Sequence[RecordedCall], zone: tzinfo) -> str:
    """A recorded day as YAML; no number and no name of a caller is in it."""
    rows = [
        {
            "at": call.at.astimezone(zone).isoformat(timespec="milliseconds"),
            "queue": str(call.queue),
            "waited_s": round(call.waited_s, 3),
            "gave_up": call.gave_up,
            **_known("talk_s", call.talk_s),
            **_known("wrap_up_s", call.wrap_up_s),
            **({"needs": dict(call.needs)} if call.needs else {}),
            "language": call.language,
        }
        for call in calls
    ]
    lines = [
        yaml.safe_dump(row, default_flow_style=True, sort_keys=False, width=1000) for row in rows
    ]
    head = f"day: {day}\ncalls:"
    return (
        "\n  - ".join([head, *(line.strip() for line in lines)]) + "\n" if lines else f"{head} []\n"
    )


def _known(name: str, value: float | None) -> Mapping[str, float]:
    return {} if value is None else {name: round(value, 3)}
