"""A call read back: the list of calls, one call's story, and `cti trace`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

STORY = [
    "offered", "nodeEntered", "queued", "agentAllocated", "delivered", "agentAnswered",
    "established", "queueLeft", "connectionCleared", "agentWorkingAfterCall", "wrapUpSaved",
    "wrapUpEnded", "callCleared",
]  # fmt: skip


RECORD = {"reason": "report_single", "remarks": "车损", "solved": True}


async def whole_call(house: House, **record: object) -> str:
    motor = house.seats["1001"]
    await motor.ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id)
    await motor.do("clearConnection")
    await motor.until_state("wrap_up")
    await motor.do("saveWrapUp", callId=call_id, **{**RECORD, **record})
    await house.rate(leg, call_id)
    await house.event("callCleared", call_id)
    return call_id


async def row_of(house: House, call_id: str, limit_s: float = 10.0) -> dict[str, Any]:
    """The call's row once history has its end."""
    since = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    async with asyncio.timeout(limit_s):
        while True:
            rows = await house.board.get(f"/api/v1/calls?since={since}")
            found = [row for row in rows if row["callId"] == call_id and row["endedAt"]]
            if found:
                return dict(found[0])
            await asyncio.sleep(0.1)


async def test_a_call_can_be_read_back_as_history(house: House) -> None:
    call_id = await whole_call(house)
    row = await row_of(house, call_id)
    assert row["outcome"] == "answered"
    assert (row["queue"], row["agentId"]) == ("motor", "1001")
    assert row["wrapUpReason"] == "report_single"
    assert (row["callerNumber"], row["clearedBy"]) == ("139****0001", "agent")
    assert row["place"] == {"zh": "青海西宁", "en": "Xining, Qinghai"}
    told = await house.board.get(f"/api/v1/calls/{call_id}/story?language=zh")
    kinds = [event["type"] for event in told["events"]]
    assert [kind for kind in STORY if kind in kinds] == STORY
    assert len(told["lines"]) == len(kinds)
    code, out = await trace(house, call_id)
    assert code == 0, out
    assert len(out.strip().splitlines()) == len(kinds) + 1
    for words in ("139****0001", "1001", "motor", "report_single"):
        assert words in out
    assert "13997000001" not in out


async def test_a_callers_second_call_shows_the_first_with_its_record_and_what_was_promised(
    house: House,
) -> None:
    first = await whole_call(
        house,
        solved=False,
        followUp=True,
        handling="dispatched",
        reference="RDAA2026",
        followUpDue="2099-01-02",
    )
    await row_of(house, first)
    item = await promised(house, first)
    motor = house.seats["1001"]
    await motor.ready(Answering(after_s=None))
    house.board.frames.clear()  # the second call of the same number is another one
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    pop = await motor.desktop.until(5, type="screenPop", callId=call_id)
    while pop["contacts"] is None or pop["cases"] is None:
        pop = await motor.desktop.until(5, type="screenPop", callId=call_id)
    contact = pop["contacts"][0]
    assert contact["callId"] == first
    assert (contact["agentId"], bool(contact["agentName"])) == ("1001", True)
    assert (contact["reason"], contact["remarks"]) == ("report_single", "车损")
    assert (contact["solved"], contact["handling"]) == (False, "dispatched")
    assert contact["reference"] == "RDAA2026"
    assert call_id not in [one["callId"] for one in pop["contacts"]]
    [case] = [one for one in pop["cases"] if one["id"] == str(item["itemId"])]
    assert (case["kind"], case["topic"], case["overdue"]) == ("follow_up", "车损", False)
    assert case["dueAt"].startswith("2099-01-02T15:59")
    assert pop["articles"][0]["articleId"] == "motor_report"
    leg.hang_up()
    await house.event("callCleared", call_id)


async def promised(house: House, call_id: str, limit_s: float = 10.0) -> dict[str, Any]:
    """The work item of the call's promise, once it is there."""
    async with asyncio.timeout(limit_s):
        while True:
            items = await house.board.get("/api/v1/work-items?kind=follow_up")
            if found := [item for item in items if item["callId"] == call_id]:
                return dict(found[0])
            await asyncio.sleep(0.1)


async def trace(house: House, call_id: str) -> tuple[int, str]:
    environment = dict(house.site.environment)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cti", "trace", call_id,
        "--config", environment["CTI_CONFIG"], "--language", "zh",
        env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out.decode()


async def test_the_log_never_tells_a_callers_number_or_name(house: House) -> None:
    await whole_call(house)
    log = house.site.log("server")
    assert "13997000001" not in log
    assert "马秀花" not in log
