"""Agents, calls, facts, customers and accounts for the web's tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent, AgentStatus
from cti.core.call import Call, CallPhase
from cti.core.clock.hours import ModeRule
from cti.core.events import Delivered, Offered
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.services.ports import Account, Claim, Customer, Policy, Recorded, Role
from cti.web.parts import Choice, DeskOptions, StoryLine

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


LIMIT_S = 5.0


PASSWORD = "correct horse"

MODE_RULES = {
    "night": ModeRule(label={"zh": "夜间", "en": "Night"}, longest_h=12),
    "disaster": ModeRule(label={"zh": "大灾", "en": "Disaster"}, longest_h=72),
}

POLICIES = {
    QueueName("motor"): QueuePolicy(name=QueueName("motor"), needs={"motor": 2}),
    QueueName("advice"): QueuePolicy(name=QueueName("advice"), needs={"consult": 1}),
}


def agent(agent_id: str = "1023", **changes: Any) -> Agent:
    plain = Agent(
        agent_id=AgentId(agent_id),
        name="马晓梅",
        extension="8001",
        skills={"motor": 3},
        status=AgentStatus.READY,
        since=NOW,
    )
    return replace(plain, **changes)


def call(call_id: str = "c-1", **changes: Any) -> Call:
    plain = Call(
        call_id=CallId(call_id),
        channel=ChannelName("PJSIP/trunk-00000001"),
        caller_number="13812341234",
        caller_name="张三",
        area="518",
        dialed_number="95518",
        arrived_at=NOW - timedelta(seconds=40),
        queued_at=NOW - timedelta(seconds=12),
        queue=QueueName("motor"),
        priority=60,
        phase=CallPhase.WAITING,
        keys=("1", "2"),
        variables={"report_no": "2026112200012345"},
    )
    return replace(plain, **changes)


def offered(call_id: str = "c-1") -> Offered:
    return Offered(
        at=NOW,
        call_id=CallId(call_id),
        caller_number="13812341234",
        caller_name="张三",
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-00000001"),
    )


def delivered(call_id: str = "c-1", agent_id: str = "1023") -> Delivered:
    return Delivered(
        at=NOW,
        call_id=CallId(call_id),
        agent_id=AgentId(agent_id),
        queue=QueueName("motor"),
        attempt=1,
        agent_channel=ChannelName("PJSIP/8001-00000002"),
    )


CUSTOMER = Customer(
    customer_id=7,
    name="张三",
    salutation="先生",
    segment="vip",
    id_tail="12123X",
    area="西宁",
    alerts=("repeat",),
    policies=(
        Policy(
            policy_no="PDAA2026",
            line="motor",
            plate="青A12345",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            status="in_force",
            branch="西宁",
        ),
    ),
    claims=(
        Claim(
            report_no="2026112200012345", policy_no="PDAA2026", state="assessed", reported_at=NOW
        ),
    ),
)


ACCOUNTS: dict[str, Account] = {
    "ma": Account(login="ma", name="马晓梅", role=Role.AGENT, agent_id=AgentId("1023")),
    "li": Account(login="li", name="李强", role=Role.AGENT, agent_id=AgentId("1024")),
    **{
        str(role): Account(login=role, name=role, role=role)
        for role in Role
        if role is not Role.AGENT
    },
}


def key_labels(call: Call, language: str) -> Sequence[str]:
    return [f"{language} {key}" for key in call.keys]


def tell(recorded: Sequence[Recorded], language: str) -> Sequence[StoryLine]:
    return [
        StoryLine(at=one.event.at, text=f"{language} {one.event.TYPE}", type=one.event.TYPE)
        for one in recorded
    ]


OPTIONS = DeskOptions(
    queues=(Choice(code="motor", label={"zh": "车险报案", "en": "motor"}),),
    reasons=(Choice(code="REST", label={"zh": "小休", "en": "break"}, max_s=900),),
    wrap_up_reasons=(
        Choice(
            code="report",
            label={"zh": "报案", "en": "report"},
            children=(Choice(code="report.motor", label={"zh": "车险", "en": "motor"}),),
        ),
    ),
)
