"""Records and facts for the store's tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.events import AgentAllocated, Offered
from cti.core.ids import AgentId, CallId, ChannelName, QueueName

NOW = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)


def agent(agent_id: str = "1023", version: int = 1) -> Agent:
    return Agent(
        agent_id=AgentId(agent_id),
        name="马晓梅",
        extension="8001",
        skills={"motor": 3},
        languages=frozenset({"zh", "bo"}),
        status=AgentStatus.READY,
        since=NOW,
        idle_since=NOW,
        version=version,
    )


def call(call_id: str = "1764000000.1", version: int = 1) -> Call:
    return Call(
        call_id=CallId(call_id),
        channel=ChannelName("PJSIP/trunk-00000001"),
        caller_number="13997000001",
        dialed_number="95518",
        arrived_at=NOW,
        caller_name='a"b\\\n${X}😀',
        phase=CallPhase.WAITING,
        queue=QueueName("motor"),
        priority=60,
        needs={"motor": 2},
        queued_at=NOW + timedelta(seconds=20),
        keys=("1", "2"),
        variables={"call_type": "motor_report"},
        version=version,
    )


def offered(call_id: str = "1764000000.1") -> Offered:
    return Offered(
        at=NOW,
        call_id=CallId(call_id),
        caller_number="13997000001",
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-00000001"),
    )


def allocated(call_id: str, agent_id: str = "1023") -> AgentAllocated:
    return AgentAllocated(
        at=NOW,
        call_id=CallId(call_id),
        agent_id=AgentId(agent_id),
        queue=QueueName("motor"),
        attempt=1,
        waited_s=1.5,
    )


def reserved(free: Agent, waiting: Call) -> tuple[Agent, Call]:
    """Both records one version on, after the agent was reserved for the call."""
    return (
        replace(free, state=AgentState.RESERVED, call_id=waiting.call_id, version=free.version + 1),
        replace(
            waiting,
            phase=CallPhase.RESERVED,
            agent_id=free.agent_id,
            version=waiting.version + 1,
        ),
    )
