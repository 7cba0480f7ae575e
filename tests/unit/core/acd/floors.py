"""A small floor for tests: one team, two queues, and short words for what happens."""

from datetime import UTC, datetime, timedelta

from cti.core.acd import signals as seen
from cti.core.acd.floor import Floor, FloorRules, Step
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.signals import Signal
from cti.core.acd.step import take
from cti.core.acd.wrap_up import WrapUpRule
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call
from cti.core.ids import AgentId, CallId, ChannelName, QueueName

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MOTOR, ADVICE = QueueName("motor"), QueueName("advice")
A, B = AgentId("1001"), AgentId("1002")
ONE, TWO = CallId("1.1"), CallId("1.2")
RING_S, WRAP_UP_S = 15, 45
NUMBER, OTHER_NUMBER = "13997000001", "13997000002"

RULES = FloorRules(
    policies={
        MOTOR: QueuePolicy(
            name=MOTOR,
            priority=60,
            needs={"motor": 1},
            ring_s=RING_S,
            wrap_up=WrapUpRule(s=WRAP_UP_S, extend_s=WRAP_UP_S),
        ),
        ADVICE: QueuePolicy(name=ADVICE, priority=20, needs={"advice": 1}),
    },
    fallback_queue=MOTOR,
)


def agent(agent_id: AgentId, **skills: int) -> Agent:
    return Agent(
        agent_id=agent_id,
        name=agent_id,
        extension=f"8{agent_id[1:]}",
        skills=skills or {"motor": 3},
    )


def caller_channel(call_id: CallId) -> ChannelName:
    return ChannelName(f"PJSIP/trunk-{call_id}")


def leg(agent_id: AgentId) -> ChannelName:
    return ChannelName(f"PJSIP/8{agent_id[1:]}-01")


class Play:
    """A floor and its clock. What is done to it is kept in ``steps``."""

    def __init__(self, *agents: Agent, rules: FloorRules = RULES) -> None:
        self.floor = Floor(rules)
        self.floor.load(agents or (agent(A), agent(B)), ())
        self.now = START
        self.steps: list[Step] = []

    def do(self, signal: Signal) -> Step:
        step = take(self.floor, signal, self.now)
        self.steps.append(step)
        return step

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def later(self, seconds: float) -> Step:
        self.pass_s(seconds)
        return self.do(seen.TimeCame())

    def ready(self, *agents: AgentId) -> None:
        for agent_id in agents:
            self.do(seen.LogOn(agent_id=agent_id))
            self.do(seen.ChooseStatus(agent_id=agent_id, status=AgentStatus.READY))

    def arrives(self, call_id: CallId, number: str = NUMBER) -> Step:
        return self.do(
            seen.CallerArrived(
                call_id=call_id,
                channel=caller_channel(call_id),
                caller_number=number,
                dialed_number="95518",
            )
        )

    def waits(self, call_id: CallId, queue: QueueName = MOTOR, number: str = NUMBER) -> Step:
        """The caller arrives, chooses and waits."""
        self.arrives(call_id, number)
        self.do(seen.QueueChosen(call_id=call_id, queue=queue))
        return self.do(seen.CallerWaits(call_id=call_id, channel=caller_channel(call_id)))

    def rings(self, call_id: CallId, agent_id: AgentId) -> Step:
        return self.do(seen.PhoneAlerted(call_id=call_id, agent_channel=leg(agent_id)))

    def answers(self, call_id: CallId, agent_id: AgentId) -> Step:
        return self.do(seen.PhoneAnswered(call_id=call_id, agent_channel=leg(agent_id)))

    def talks(self, call_id: CallId, agent_id: AgentId) -> Step:
        """From the offer to the talk."""
        self.rings(call_id, agent_id)
        self.answers(call_id, agent_id)
        return self.do(seen.TalkBegan(call_id=call_id, agent_channel=leg(agent_id)))

    def dial_ends(self, call_id: CallId, status: str, *, cause: int = 0, attempt: int = 1) -> Step:
        ended = seen.DialEnded(call_id=call_id, attempt=attempt, status=status, cause=cause)
        return self.do(ended)

    def leaves(self, call_id: CallId) -> Step:
        gone = seen.ChannelGone(call_id=call_id, channel=caller_channel(call_id), cause=16)
        return self.do(gone)

    def agent(self, agent_id: AgentId) -> Agent:
        return self.floor.agents[agent_id]

    def call(self, call_id: CallId) -> Call:
        return self.floor.calls[call_id]

    def kinds(self) -> list[str]:
        return [event.TYPE for step in self.steps for event in step.changes.events]


def kinds(step: Step) -> list[str]:
    return [event.TYPE for event in step.changes.events]
