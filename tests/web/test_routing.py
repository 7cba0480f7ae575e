"""Waiting calls that supervisors look at and change."""

import pytest

from cti.core.events import AgentAllocated, Diverted, OfferEnd
from cti.core.ids import AgentId, CallId, EventId, QueueName
from cti.services.ports import Recorded
from cti.services.routing_ports import Change, Standing
from tests.web.conftest import OpenBrowser
from tests.web.parts import World
from tests.web.samples import NOW, call

WAITING = CallId("c-1")
STANDING = Standing(
    queue=QueueName("motor"),
    waited_s=12.5,
    points=61.25,
    step=1,
    wish=None,
    needs={"motor": 1},
    ahead=3,
    candidates=(),
    excluded={"1002": "skill motor 1 0"},
)
WHY = f"/api/v1/calls/{WAITING}/why"


async def test_a_supervisor_moves_a_waiting_call_with_a_reason(
    world: World, open_browser: OpenBrowser
) -> None:
    world.routing.standings[WAITING] = STANDING
    browser = await open_browser(world, "supervisor")
    fields = {"cmd": "changeWaitingCall", "ref": "1", "callId": WAITING, "queue": "consult"}
    status, answer, _ = await browser.request(
        "POST", "/api/v1/commands", json={**fields, "priority": 80, "reason": " 客户急 "}
    )
    assert (status, answer["ok"]) == (200, True)
    assert world.routing.changes == [
        Change(
            call_id=WAITING,
            by=world.routing.changes[0].by,
            reason="客户急",
            queue=QueueName("consult"),
            priority=80,
        )
    ]


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("ma", {"reason": "x"}, "desk.not_a_supervisor"),
        ("supervisor", {"reason": " "}, "protocol.wrong_field"),
        ("supervisor", {"reason": "x", "callId": "a b"}, "protocol.wrong_field"),
        ("supervisor", {"reason": "x", "priority": "high"}, "protocol.wrong_field"),
        ("supervisor", {"reason": "x", "callId": "c-7"}, "desk.not_waiting"),
    ],
)
async def test_a_wish_that_cannot_be_met_gets_a_code(
    world: World, open_browser: OpenBrowser, who: str, more: dict[str, object], code: str
) -> None:
    world.routing.standings[WAITING] = STANDING
    browser = await open_browser(world, who)
    fields = {"cmd": "changeWaitingCall", "ref": "1", "callId": WAITING, **more}
    _, answer, _ = await browser.request("POST", "/api/v1/commands", json=fields)
    assert answer["code"] == code
    assert world.routing.changes == []


async def test_why_tells_offers_and_how_a_call_stands(
    world: World, open_browser: OpenBrowser
) -> None:
    agent_id = AgentId("1001")
    offered = AgentAllocated(
        at=NOW,
        call_id=WAITING,
        agent_id=agent_id,
        attempt=1,
        queue=QueueName("motor"),
        waited_s=2.0,
        excluded={"1002": "logged_out"},
    )
    missed = Diverted(
        at=NOW, call_id=WAITING, agent_id=agent_id, attempt=1, cause=OfferEnd.NO_ANSWER
    )
    facts = enumerate((offered, missed), 1)
    world.history.stories[WAITING] = tuple(Recorded(EventId(f"{n}-0"), one) for n, one in facts)
    world.routing.standings[WAITING] = STANDING
    world.desk.calls = {WAITING: call(WAITING)}
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", WHY)
    assert status == 200
    assert body["waiting"]["ahead"] == 3
    assert body["waiting"]["excluded"] == {"1002": "skill motor 1 0"}
    [offer] = body["offers"]
    assert (offer["offer"], offer["agentId"], offer["result"]) == (1, "1001", "noAnswer")
    assert offer["excluded"] == {"1002": "logged_out"}


async def test_an_unknown_call_is_not_found_and_an_agent_may_not_ask(
    world: World, open_browser: OpenBrowser
) -> None:
    supervisor, agent = await open_browser(world, "supervisor"), await open_browser(world, "ma")
    assert (await supervisor.request("GET", "/api/v1/calls/zz-9/why"))[0] == 404
    assert (await agent.request("GET", WHY))[0] == 403
