"""Open callbacks and urgent calls: who may see them, and who may act."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.call import Call, CallPhase, Ticket
from cti.core.ids import CallId
from cti.services.ports import Refused
from tests.web.conftest import OpenBrowser
from tests.web.parts import World
from tests.web.samples import NOW, call

TICKET = Ticket(origin=CallId("c-1"), number="13912345678", asked_at=NOW, due_at=NOW)
ACKNOWLEDGE = "/api/v1/calls/c-1/acknowledge"
CANCEL = "/api/v1/callbacks/callback-c-1"


def ticket(call_id: str, minutes: int = 0, phase: CallPhase = CallPhase.CALLBACK) -> Call:
    at = NOW - timedelta(minutes=minutes)
    return replace(call(call_id), ticket=TICKET, phase=phase, place_at=at)


async def test_supervision_sees_open_callbacks_with_masked_numbers_the_oldest_place_first(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.calls = {
        "c-9": call("c-9"),
        "callback-c-2": ticket("callback-c-2", 1),
        "callback-c-1": ticket("callback-c-1", 5, CallPhase.DIALLING),
    }
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", "/api/v1/callbacks")
    assert status == 200
    assert [one["callId"] for one in body] == ["callback-c-1", "callback-c-2"]
    assert [one["dialling"] for one in body] == [True, False]
    assert body[0]["number"] == "139****5678"
    assert body[0]["place"] == {"zh": "江苏常州", "en": "Changzhou, Jiangsu"}


async def test_a_supervisor_cancels_a_callback_with_a_reason(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    status, _, _ = await browser.request("DELETE", CANCEL, json={"reason": "来过电话"})
    assert status == 200
    [done] = world.desk.done
    assert done[0] == "cancel_callback"
    [line] = world.audit.lines
    assert (line[1], line[3]) == ("callback.cancel", done[3])
    assert (done[1], done[3]) == ("callback-c-1", "来过电话")


async def test_a_callback_is_not_cancelled_without_a_reason(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    status, _, _ = await browser.request("DELETE", CANCEL, json={})
    assert (status, world.desk.done) == (400, [])


async def test_a_refusal_says_why(world: World, open_browser: OpenBrowser) -> None:
    world.desk.refusal = Refused("alert_taken")
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("POST", ACKNOWLEDGE, json={})
    assert (status, body["code"]) == (409, "desk.alert_taken")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/callbacks"), ("DELETE", CANCEL), ("POST", ACKNOWLEDGE)],
)
async def test_agents_neither_see_nor_act(
    world: World, open_browser: OpenBrowser, method: str, path: str
) -> None:
    browser = await open_browser(world, "ma")
    status, _, _ = await browser.request(method, path, json={"reason": "x"})
    assert (status, world.desk.done) == (403, [])


async def test_a_supervisor_acknowledges_an_alert(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("POST", ACKNOWLEDGE, json={})
    assert status == 200
    assert world.desk.done == [("acknowledge_alert", "c-1", body["alert"])]
    assert world.audit.lines == [(body["alert"], "alert.acknowledge", "c-1", "-")]
