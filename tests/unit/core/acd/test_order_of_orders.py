"""In which order Asterisk is asked to do what a step wants."""

from datetime import UTC, datetime

from cti.core.acd.floor import Floor, FloorRules
from cti.core.acd.orders import MirrorMember, RingAgent
from cti.core.acd.queue import QueuePolicy
from cti.core.acd.signals import CallerWaits, ChooseStatus
from cti.core.acd.step import take
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.ids import AgentId, CallId, ChannelName, QueueName

NOW = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
MOTOR = QueueName("motor")
AGENT = Agent(
    agent_id=AgentId("1001"),
    name="马晓梅",
    extension="8001",
    skills={"motor": 3},
    status=AgentStatus.NOT_READY,
    reason="BREAK",
)
CALL = Call(
    call_id=CallId("c1"),
    channel=ChannelName("PJSIP/trunk-1"),
    caller_number="13997000001",
    dialed_number="95518",
    arrived_at=NOW,
    phase=CallPhase.WAITING,
    queue=MOTOR,
    queued_at=NOW,
)


def test_the_phone_rings_before_the_native_queue_is_told() -> None:
    policy = QueuePolicy(name=MOTOR, needs={"motor": 2})
    floor = Floor(FloorRules(policies={MOTOR: policy}, fallback_queue=MOTOR))
    floor.load([AGENT], [CALL])
    take(floor, CallerWaits(call_id=CALL.call_id, channel=CALL.channel), NOW)
    chosen = ChooseStatus(agent_id=AGENT.agent_id, status=AgentStatus.READY, reason=None)
    orders = take(floor, chosen, NOW).orders
    assert [type(order) for order in orders] == [RingAgent, MirrorMember]
