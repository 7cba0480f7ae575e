"""config/queues.yaml: the queues, and what holds for all of them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from cti.config_callbacks import CallbackOfferFile, CallbacksFile
from cti.config_labels import Label
from cti.config_people import WrapUpTimes, wrap_up_rule
from cti.config_routing import (
    MissedCauses,
    ModeRoutingFile,
    OutsideNumber,
    OverflowFile,
    StickyFile,
)
from cti.config_waiting import AnnounceFile
from cti.core.acd.queue import Ageing, QueuePolicy, Relaxation, ServiceTarget, Strategy
from cti.core.ids import QueueName
from cti.settings_kinds import Frozen

Need = Annotated[int, Field(ge=0, le=5)]
"""The least level that serves a call; 0 in a relaxation drops the skill."""
QueueKey = Annotated[str, Field(pattern=r"^[A-Za-z][0-9A-Za-z_-]{0,31}$")]
"""The name goes into Asterisk's configuration, its variables and file names as it stands."""
Tie = Literal[Strategy.LONGEST_IDLE, Strategy.LEAST_TALK, Strategy.ROUND_ROBIN, Strategy.LINEAR]
"""What decides among agents of the same level."""


class AgeingFile(Frozen):
    per_s: float = Field(default=0.1, ge=0, le=10)
    cap: int = Field(default=30, ge=0, le=99)


class RelaxationFile(Frozen):
    after_s: float = Field(gt=0)
    needs: Mapping[str, Need]


class TargetFile(Frozen):
    share: float = Field(default=0.8, gt=0, le=1)
    within_s: float = Field(default=20, gt=0)


class QueueDefaults(Frozen):
    """What a queue has that does not say otherwise."""

    ageing: AgeingFile = AgeingFile()
    ring_s: int = Field(default=15, ge=3, le=120)
    wrap_up_s: int = Field(default=45, ge=0, le=900)
    wrap_up: WrapUpTimes = WrapUpTimes()
    strategy: Strategy = Strategy.LONGEST_IDLE
    then: Tie = Strategy.LONGEST_IDLE
    reconnects: int = Field(default=2, ge=0, le=9)
    """So often a caller whose talk broke off comes back to the head of the queue; 0: never."""
    announce: AnnounceFile | None = None
    """Where it is missing, waiting callers are not told their place or time."""


class QueueFile(Frozen):
    """One queue; a key left out takes the file's default."""

    label: Label
    priority: int = Field(ge=0, le=100)
    needs: Mapping[str, Need]
    relaxation: tuple[RelaxationFile, ...] = ()
    overflow: tuple[OverflowFile, ...] = ()
    sticky: bool = True
    target: TargetFile = TargetFile()
    ageing: AgeingFile | None = None
    ring_s: int | None = Field(default=None, ge=3, le=120)
    wrap_up_s: int | None = Field(default=None, ge=0, le=900)
    wrap_up: WrapUpTimes = WrapUpTimes()
    strategy: Strategy | None = None
    then: Tie | None = None
    reconnects: int | None = Field(default=None, ge=0, le=9)
    callback: CallbackOfferFile | None = None
    """Where it is missing, those who wait are not offered one."""
    announce: AnnounceFile | None = None
    alert: bool = False
    """Supervisors are told of each call at once."""
    hours: str | None = Field(default=None, min_length=1)
    """A name of dialplan/hours.yaml; without it the queue is never closed."""


class QueuesFile(Frozen):
    """config/queues.yaml"""

    fallback_queue: str
    defaults: QueueDefaults = QueueDefaults()
    callbacks: CallbacksFile = CallbacksFile()
    numbers: Mapping[str, OutsideNumber] = Field(default_factory=dict)
    """Outside numbers that calls may overflow to, by name."""
    sticky: StickyFile = StickyFile()
    missed: MissedCauses = MissedCauses()
    modes: Mapping[str, ModeRoutingFile] = Field(default_factory=dict)
    queues: Mapping[QueueKey, QueueFile] = Field(min_length=1)

    def policies(self) -> Mapping[QueueName, QueuePolicy]:
        """The queues as the router knows them."""
        return {QueueName(name): self._policy(name, each) for name, each in self.queues.items()}

    def _policy(self, name: str, queue: QueueFile) -> QueuePolicy:
        defaults = self.defaults
        ageing = queue.ageing or defaults.ageing
        return QueuePolicy(
            name=QueueName(name),
            priority=queue.priority,
            needs=dict(queue.needs),
            relaxation=tuple(
                Relaxation(step.after_s, dict(step.needs)) for step in queue.relaxation
            ),
            sticky=queue.sticky,
            overflow=tuple(step.step(self.numbers) for step in queue.overflow),
            ageing=Ageing(ageing.per_s, ageing.cap),
            strategy=queue.strategy or defaults.strategy,
            then=queue.then or defaults.then,
            ring_s=queue.ring_s or defaults.ring_s,
            wrap_up=wrap_up_rule(
                (defaults.wrap_up, defaults.wrap_up_s), (queue.wrap_up, queue.wrap_up_s)
            ),
            target=ServiceTarget(queue.target.share, queue.target.within_s),
            alert=queue.alert,
            reconnects=defaults.reconnects if queue.reconnects is None else queue.reconnects,
        )
