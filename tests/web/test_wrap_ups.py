"""Agents' records of their calls: saved, corrected, and drafts that no crash loses."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from cti.core.ids import AgentId, CallId
from cti.core.wrap_ups import CallerRole, Emotion, Handling
from cti.services.ports import Refused, WrapUp
from cti.services.wrap_ups import Standing, WrapUpDraft, WrapUpSweep
from tests.web.conftest import OpenBrowser, OpenDesk
from tests.web.memory_pop import MemoryWrapUps
from tests.web.parts import World
from tests.web.samples import NOW

DRAFTS = "/api/v1/wrap-up-drafts"
RECORD = {"reason": "report", "remarks": "更正"}
HIS = {("c-9", "1023"): Standing(took_part=True)}


def draft(changed_at: str = NOW.isoformat(), **fields: Any) -> dict[str, Any]:
    return {"changedAt": changed_at, "fields": fields}


async def test_a_record_says_how_it_was_handled_who_called_and_by_when(
    world: World, open_desk: OpenDesk
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    answer = await desk.answer(
        "saveWrapUp",
        callId="c-1",
        reason="report",
        followUp=True,
        handling="dispatched",
        callerRole="third_party",
        emotion="worried",
        reference="RDAA-2026",
        followUpDue="2026-11-25",
    )
    assert answer["ok"] is True
    assert world.desk.done == [
        (
            "save_wrap_up",
            "1023",
            WrapUp(
                call_id=CallId("c-1"),
                reason="report",
                follow_up=True,
                handling=Handling.DISPATCHED,
                caller_role=CallerRole.THIRD_PARTY,
                emotion=Emotion.WORRIED,
                reference="RDAA-2026",
                follow_up_due=date(2026, 11, 25),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("handling", "ignored"),
        ("callerRole", "wife"),
        ("emotion", "x"),
        ("reference", "PDAA 2026"),
        ("reference", "A" * 33),
        ("followUpDue", "tomorrow"),
    ],
)
async def test_a_record_with_a_wrong_value_is_refused_by_the_fields_name(
    world: World, open_desk: OpenDesk, field: str, value: str
) -> None:
    desk = await open_desk(world)
    await desk.resume()
    answer = await desk.answer("saveWrapUp", **{"callId": "c-1", "reason": "report", field: value})
    assert (answer["ok"], answer["code"], field in answer["message"]) == (
        False,
        "protocol.wrong_field",
        True,
    )


async def test_a_day_that_no_calendar_has_is_refused(world: World, open_desk: OpenDesk) -> None:
    desk = await open_desk(world)
    await desk.resume()
    answer = await desk.answer(
        "saveWrapUp", callId="c-1", reason="report", followUpDue="2026-02-30"
    )
    assert (answer["ok"], answer["code"]) == (False, "desk.no_such_day")


async def test_an_agent_corrects_his_record_for_a_day(world: World, open_desk: OpenDesk) -> None:
    world.wrap_ups.standings["c-1", "1023"] = Standing(True, NOW - timedelta(hours=23, minutes=59))
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.answer("saveWrapUp", callId="c-1", reason="report"))["ok"] is True
    assert world.desk.done[0][3:] == ("his",)


async def test_after_a_day_the_agent_is_told_who_can_correct_it(
    world: World, open_desk: OpenDesk
) -> None:
    world.wrap_ups.standings["c-1", "1023"] = Standing(True, NOW - timedelta(hours=24, seconds=1))
    desk = await open_desk(world)
    await desk.resume()
    answer = await desk.answer("saveWrapUp", callId="c-1", reason="report")
    assert (answer["ok"], answer["code"]) == (False, "desk.wrap_up_closed")
    assert world.desk.done == []


async def test_a_record_is_saved_while_history_is_away(world: World, open_desk: OpenDesk) -> None:
    world.wrap_ups.down = True
    desk = await open_desk(world)
    await desk.resume()
    assert (await desk.answer("saveWrapUp", callId="c-1", reason="report"))["ok"] is True
    assert world.desk.done[0][3:] == ()


async def test_a_supervisor_corrects_any_record_and_the_audit_says_why(
    world: World, open_browser: OpenBrowser
) -> None:
    world.wrap_ups.talked["c-1"] = AgentId("1024")
    browser = await open_browser(world, "supervisor")
    body = {**RECORD, "solved": False, "why": "客户来电更正"}
    status, found, _ = await browser.request("PUT", "/api/v1/calls/c-1/wrap-up", json=body)
    assert (status, found) == (200, {"callId": "c-1"})
    wrap_up = WrapUp(call_id=CallId("c-1"), reason="report", remarks="更正", solved=False)
    assert world.desk.done == [("save_wrap_up", "1024", wrap_up, "supervisor")]
    assert world.audit.lines[-1] == ("supervisor", "wrapUp.correct", "c-1", "客户来电更正")


async def test_a_correction_without_its_reason_changes_nothing(
    world: World, open_browser: OpenBrowser
) -> None:
    world.wrap_ups.talked["c-1"] = AgentId("1024")
    browser = await open_browser(world, "supervisor")
    status, _, _ = await browser.request("PUT", "/api/v1/calls/c-1/wrap-up", json=RECORD)
    assert (status, world.desk.done) == (400, [])


async def test_a_call_in_which_nobody_talked_has_no_record_to_correct(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    body = {**RECORD, "why": "x"}
    status, found, _ = await browser.request("PUT", "/api/v1/calls/c-1/wrap-up", json=body)
    assert (status, found["code"]) == (409, "desk.no_talk_recorded")
    assert world.audit.lines == []


@pytest.mark.parametrize("login", ["ma", "qa", "auditor"])
async def test_only_supervisors_and_admins_correct_records(
    world: World, open_browser: OpenBrowser, login: str
) -> None:
    browser = await open_browser(world, login)
    body = {**RECORD, "why": "x"}
    assert (await browser.request("PUT", "/api/v1/calls/c-1/wrap-up", json=body))[0] == 403


async def test_what_was_typed_is_found_at_another_seat(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.ring()
    browser = await open_browser(world, "ma")
    status, found, _ = await browser.request("PUT", f"{DRAFTS}/c-1", json=draft(remarks="一半"))
    assert status == 200
    assert found == {"callId": "c-1", "changedAt": NOW.isoformat(), "fields": {"remarks": "一半"}}
    elsewhere = await open_browser(world, "ma")
    assert (await elsewhere.request("GET", DRAFTS))[1] == {"drafts": [found]}
    assert (await (await open_browser(world, "li")).request("GET", DRAFTS))[1] == {"drafts": []}


async def test_a_draft_of_an_earlier_call_is_kept(world: World, open_browser: OpenBrowser) -> None:
    world.wrap_ups.standings.update(HIS)
    browser = await open_browser(world, "ma")
    assert (await browser.request("PUT", f"{DRAFTS}/c-9", json=draft()))[0] == 200


async def test_a_draft_of_somebody_elses_call_is_refused(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.ring(agent_id="1024")
    browser = await open_browser(world, "ma")
    status, found, _ = await browser.request("PUT", f"{DRAFTS}/c-1", json=draft())
    assert (status, found["code"]) == (403, "call.not_yours")


async def test_an_older_draft_does_not_replace_a_newer_one(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.ring()
    browser = await open_browser(world, "ma")
    await browser.request("PUT", f"{DRAFTS}/c-1", json=draft(remarks="新"))
    older = draft((NOW - timedelta(seconds=1)).isoformat(), remarks="旧")
    status, found, _ = await browser.request("PUT", f"{DRAFTS}/c-1", json=older)
    assert (status, found["code"]) == (409, "wrap_up.draft_older")
    assert found["draft"]["fields"] == {"remarks": "新"}


async def test_a_page_whose_clock_is_ahead_does_not_lock_its_draft(
    world: World, open_browser: OpenBrowser
) -> None:
    world.desk.ring()
    browser = await open_browser(world, "ma")
    ahead = draft((NOW + timedelta(days=1)).isoformat(), remarks="快")
    await browser.request("PUT", f"{DRAFTS}/c-1", json=ahead)
    world.clock.move(1)
    right = draft((NOW + timedelta(seconds=1)).isoformat(), remarks="准")
    assert (await browser.request("PUT", f"{DRAFTS}/c-1", json=right))[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        {"changedAt": NOW.isoformat()},
        {"changedAt": NOW.isoformat(), "fields": ["x"]},
        {"changedAt": NOW.isoformat(), "fields": {"remarks": "x" * 8200}},
        {"changedAt": "2026-11-22T01:02:03", "fields": {}},
        {"changedAt": 7, "fields": {}},
        {"fields": {}},
    ],
)
async def test_a_malformed_draft_is_refused(
    world: World, open_browser: OpenBrowser, body: dict[str, Any]
) -> None:
    world.desk.ring()
    browser = await open_browser(world, "ma")
    assert (await browser.request("PUT", f"{DRAFTS}/c-1", json=body))[0] == 400
    assert world.wrap_ups.kept == {}


async def test_a_draft_is_gone_when_it_was_saved_or_dropped(
    world: World, open_browser: OpenBrowser, open_desk: OpenDesk
) -> None:
    world.desk.ring()
    browser, desk = await open_browser(world, "ma"), await open_desk(world)
    await desk.resume()
    await browser.request("PUT", f"{DRAFTS}/c-1", json=draft(remarks="a"))
    await desk.answer("saveWrapUp", callId="c-1", reason="report")
    assert world.wrap_ups.kept == {}
    await browser.request("PUT", f"{DRAFTS}/c-1", json=draft(remarks="b"))
    assert (await browser.request("DELETE", f"{DRAFTS}/c-1"))[0] == 200
    assert world.wrap_ups.kept == {}
    assert (await browser.request("DELETE", f"{DRAFTS}/c-1"))[0] == 200


async def test_a_draft_stays_when_the_record_was_refused(
    world: World, open_browser: OpenBrowser, open_desk: OpenDesk
) -> None:
    world.desk.ring()
    browser, desk = await open_browser(world, "ma"), await open_desk(world)
    await desk.resume()
    await browser.request("PUT", f"{DRAFTS}/c-1", json=draft(remarks="a"))
    world.desk.refusal = Refused("not_your_call")
    assert (await desk.answer("saveWrapUp", callId="c-1", reason="report"))["ok"] is False
    assert list(world.wrap_ups.kept) == [("1023", "c-1")]


async def test_who_takes_no_calls_has_no_drafts(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "supervisor")
    assert (await browser.request("GET", DRAFTS))[0] == 403


async def test_old_drafts_are_forgotten_and_an_outage_does_not_end_that() -> None:
    book = MemoryWrapUps()
    book.kept["1023", "old"] = WrapUpDraft(
        call_id=CallId("old"), changed_at=NOW - timedelta(days=7, seconds=1), fields={}
    )
    book.kept["1023", "new"] = WrapUpDraft(
        call_id=CallId("new"), changed_at=NOW - timedelta(days=6), fields={}
    )
    sweep = WrapUpSweep(book, lambda: NOW)
    for book.down in (True, False):
        running = asyncio.create_task(sweep.run())
        await asyncio.sleep(0)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert list(book.kept) == [("1023", "new")]
