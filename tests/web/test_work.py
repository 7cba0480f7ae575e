"""Work items, voice messages, and the gateway's news: who may see and do what."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.core import events, work_events
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.core.work import WorkKind
from cti.services.ports import Recorded
from cti.services.sms_ports import InboundSms, Receipt, SmsState
from cti.services.work_ports import NewWork
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_work import SqlWork
from cti.web.messages import View, is_hidden
from cti.web.parts import MessageParts
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.parts import World
from tests.web.samples import NOW

NUMBER = "13812341234"
ITEMS = "/api/v1/work-items"
TOKEN: Mapping[str, str] = {"Authorization": "Bearer t0ken"}


class News:
    """What the gateway told."""

    def __init__(self) -> None:
        self.told: list[Receipt | InboundSms] = []

    async def receive(self, receipt: Receipt) -> None:
        self.told.append(receipt)

    async def hear(self, inbound: InboundSms) -> None:
        self.told.append(inbound)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[SqlWork]:
    url = f"sqlite:///{tmp_path / 'work.db'}"
    await migrate(url)
    engine = open_engine(url)
    yield SqlWork(engine, lambda: NOW)
    await engine.dispose()


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
async def hotline(open_world: OpenWorld, book: SqlWork, news: News, tmp_path: Path) -> World:
    sound = tmp_path / "sound.wav"
    sound.write_bytes(b"RIFF0123456789")

    async def audio(message_id: str) -> Path | None:
        return sound if message_id == "m1" else None

    parts = MessageParts(work=book, audio=audio, news=news, token="t0ken")
    return await open_world(messages=parts)


async def opened(book: SqlWork, kind: WorkKind = WorkKind.VOICEMAIL, key: str = "k") -> int:
    details = {"message_id": "m1"} if kind is WorkKind.VOICEMAIL else {"rating": "4"}
    new = NewWork(
        kind=kind,
        key=key,
        due_at=NOW + timedelta(hours=1),
        queue="consult",
        call_id=CallId("c-1"),
        number=NUMBER,
        details=details,
    )
    item_id = await book.open(new, NOW)
    assert item_id
    return item_id


async def test_a_work_item_is_shown_with_its_number_masked(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    item_id = await opened(book)
    browser = await open_browser(hotline, "ma")
    status, body, _ = await browser.request("GET", ITEMS)
    assert status == 200
    (item,) = body
    assert item["itemId"] == item_id
    assert item["number"] == "138****1234"
    assert (item["kind"], item["state"], item["queue"]) == ("voicemail", "open", "consult")


async def test_an_agent_does_not_see_what_tells_how_he_was_rated(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    item_id = await opened(book, WorkKind.SURVEY_FOLLOW_UP)
    agent = await open_browser(hotline, "ma")
    assert (await agent.request("GET", ITEMS))[1] == []
    assert (await agent.request("GET", f"{ITEMS}?kind=survey_follow_up"))[1] == []
    assert (await agent.request("POST", f"{ITEMS}/{item_id}/take"))[0] == 404
    supervisor = await open_browser(hotline, "supervisor")
    assert len((await supervisor.request("GET", ITEMS))[1]) == 1


@pytest.mark.parametrize(
    "kind", [WorkKind.VOICEMAIL, WorkKind.CALLBACK_FAILED, WorkKind.SMS_FAILED, WorkKind.FOLLOW_UP]
)
async def test_what_is_everybodys_work_is_seen_taken_and_closed_by_any_agent(
    hotline: World, book: SqlWork, open_browser: OpenBrowser, kind: WorkKind
) -> None:
    path = f"{ITEMS}/{await opened(book, kind)}"
    agent = await open_browser(hotline, "li")
    (item,) = (await agent.request("GET", f"{ITEMS}?kind={kind}"))[1]
    assert (item["kind"], item["number"]) == (kind, "138****1234")
    assert (await agent.request("POST", f"{path}/take"))[0] == 200
    assert (await agent.request("POST", f"{path}/close", json={"result": "done"}))[0] == 200


async def test_an_item_is_taken_and_closed_with_its_result_and_both_are_audited(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    path = f"{ITEMS}/{await opened(book)}"
    agent, supervisor = await open_browser(hotline, "ma"), await open_browser(hotline, "supervisor")
    status, item, _ = await agent.request("POST", f"{path}/take")
    assert (status, item["state"]) == (200, "taken")
    assert (await supervisor.request("POST", f"{path}/take"))[1]["code"] == "work.not_free"
    done: Mapping[str, Any] = {"json": {"result": "done", "remarks": "已联系"}}
    status, item, _ = await agent.request("POST", f"{path}/close", **done)
    assert (status, item["result"], item["remarks"]) == (200, "done", "已联系")
    assert (await agent.request("POST", f"{path}/close", **done))[0] == 409
    assert (await agent.request("GET", ITEMS))[1] == []
    assert len((await agent.request("GET", f"{ITEMS}?state=done"))[1]) == 1
    actions = [action for _, action, _, _ in hotline.audit.lines]
    assert actions == ["work.take", "work.close"]


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("999/take", {}, 404),
        ("x/take", {}, 404),
        ("{}/close", {"json": {"result": "maybe"}}, 400),
        ("{}/close", {"json": {"result": "done", "remarks": 7}}, 400),
        ("{}/close", {"data": b"{"}, 400),
        ("{}/reveal", {"json": {}}, 400),
    ],
)
async def test_what_is_not_right_changes_nothing(
    hotline: World,
    book: SqlWork,
    open_browser: OpenBrowser,
    path: str,
    options: dict[str, Any],
    status: int,
) -> None:
    item_id = await opened(book)
    browser = await open_browser(hotline, "ma")
    found = await browser.request("POST", f"{ITEMS}/{path.format(item_id)}", **options)
    assert found[0] == status
    item = await book.get(item_id)
    assert item
    assert item.state == "open"


async def test_a_number_is_revealed_for_a_reason(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    path = f"{ITEMS}/{await opened(book)}/reveal"
    browser = await open_browser(hotline, "ma")
    asked: Mapping[str, Any] = {"json": {"reason": "回电"}}
    assert (await browser.request("POST", path, **asked))[1] == {"number": NUMBER}
    ((_, action, _, reason),) = hotline.audit.lines
    assert (action, reason) == ("reveal.workNumber", "回电")


async def test_a_message_is_played_in_ranges_and_its_hearing_is_audited_once(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    path = f"{ITEMS}/{await opened(book)}/audio"
    browser = await open_browser(hotline, "supervisor")
    status, body, headers = await browser.request("GET", path)
    assert (status, body) == (200, "RIFF0123456789")
    assert headers["Content-Type"] == "audio/wav"
    assert headers["Cache-Control"] == "no-store"
    status, body, _ = await browser.request("GET", path, headers={"Range": "bytes=4-6"})
    assert (status, body) == (206, "012")
    assert [action for _, action, _, _ in hotline.audit.lines] == ["work.audio"]


async def test_an_auditor_sees_items_and_hears_none(
    hotline: World, book: SqlWork, open_browser: OpenBrowser
) -> None:
    path = f"{ITEMS}/{await opened(book)}"
    browser = await open_browser(hotline, "auditor")
    assert (await browser.request("GET", ITEMS))[0] == 200
    assert (await browser.request("GET", f"{path}/audio"))[0] == 403


async def test_the_gateway_brings_receipts_and_replies_with_its_token(
    hotline: World, news: News, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(hotline)
    receipt = {"id": "g1", "state": "failed", "reason": "no_such_number"}
    options: Mapping[str, Any] = {"headers": TOKEN, "json": receipt}
    assert (await browser.request("POST", "/api/v1/sms/receipts", **options))[0] == 200
    said = {"id": "i1", "from": NUMBER, "text": "R"}
    options = {"headers": TOKEN, "json": said}
    assert (await browser.request("POST", "/api/v1/sms/inbound", **options))[0] == 200
    assert news.told == [
        Receipt(gateway_id="g1", state=SmsState.FAILED, reason="no_such_number"),
        InboundSms(gateway_id="i1", number=NUMBER, text="R"),
    ]


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "t0ke"])
async def test_without_the_token_nobody_brings_anything(
    hotline: World, news: News, open_browser: OpenBrowser, token: str
) -> None:
    browser = await open_browser(hotline, "supervisor")
    options: Mapping[str, Any] = {
        "headers": {"Authorization": token},
        "json": {"id": "g1", "state": "delivered"},
    }
    assert (await browser.request("POST", "/api/v1/sms/receipts", **options))[0] == 401
    assert news.told == []


@pytest.mark.parametrize("body", [{}, {"id": "g"}, {"id": "g", "state": "lost"}, {"id": 1}])
async def test_a_receipt_that_makes_no_sense_is_refused(
    hotline: World, news: News, open_browser: OpenBrowser, body: dict[str, Any]
) -> None:
    browser = await open_browser(hotline)
    options: Mapping[str, Any] = {"headers": TOKEN, "json": body}
    assert (await browser.request("POST", "/api/v1/sms/receipts", **options))[0] == 400
    assert news.told == []


def _survey_events() -> list[events.Event]:
    call_id = CallId("c-1")
    return [
        events.NodeEntered(at=NOW, call_id=call_id, node="after_call/why", kind="menu"),
        events.DigitsDialed(
            at=NOW, call_id=call_id, node="after_call/ask", digits="4", target="not_satisfied"
        ),
        events.SurveyAnswered(at=NOW, call_id=call_id, survey="s", answers={"rating": "4"}),
        work_events.WorkItemOpened(
            at=NOW, item_id=1, kind="survey_follow_up", call_id=call_id, due_at=NOW
        ),
    ]


async def test_no_event_of_the_survey_reaches_an_agent(
    hotline: World, open_browser: OpenBrowser
) -> None:
    told = _survey_events()
    assert all(is_hidden(event, View.AGENT) for event in told)
    assert not any(is_hidden(event, View.SUPERVISION) for event in told)
    offered = events.NodeEntered(at=NOW, call_id=CallId("c-1"), node="main", kind="menu")
    assert not is_hidden(offered, View.AGENT)
    delivered = events.Delivered(
        at=NOW,
        call_id=CallId("c-1"),
        agent_id=AgentId("1023"),
        queue=QueueName("motor"),
        attempt=1,
        agent_channel=ChannelName("p"),
    )
    hotline.history.stories = {
        CallId("c-1"): tuple(
            Recorded(EventId(f"{n}-0"), event) for n, event in enumerate([delivered, *told], 1)
        )
    }
    agent = await open_browser(hotline, "ma")
    status, body, _ = await agent.request("GET", "/api/v1/calls/c-1/story")
    assert status == 200
    assert [event["type"] for event in body["events"]] == ["delivered"]
