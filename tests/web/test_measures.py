"""Figures over HTTP and the wallboard over the socket."""

import asyncio
from typing import Any

import pytest

from cti.core.events import CallCleared, ClearedBy, Offered, Outcome, Queued, QueueLeft
from cti.core.ids import CallId, ChannelName, EventId, QueueName
from cti.core.measures.facts import MeasureRules
from cti.core.measures.measuring import CHINA
from cti.services.measure_drilldown import DrillDown
from cti.services.measures import Measures
from cti.services.own_figures import OwnFigures
from cti.services.ports import Recorded
from cti.services.queue_lengths import QueueLengths
from cti.services.wallboard import BoardParts, Pending, Wallboard
from cti.web.parts import PARTS, MeasureParts
from tests.unit.core.measures.lives import any_day, at
from tests.web.browsers import Desk
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.measure_store import BookStore
from tests.web.memory import Clock
from tests.web.parts import World
from tests.web.samples import LIMIT_S

RULES = MeasureRules()
PERIOD = "from=2026-11-22&to=2026-11-23"


def measure_parts(world: World) -> MeasureParts:
    """One made-up day."""
    recorded = [Recorded(EventId(f"0-{n + 1}"), one) for n, one in enumerate(any_day(11, 60))]
    store = BookStore(recorded, RULES)
    measures = Measures(store, RULES, CHINA, world.clock)

    async def pending() -> Pending:
        return Pending(work_open=3, work_due=1, complaints_due=2)

    board = Wallboard(
        BoardParts(
            feed=world.feed,
            stream=world.stream,
            events=store,
            snapshot=world.desk.snapshot,
            pending=pending,
            queues=[QueueName("motor"), QueueName("consult")],
            rules=RULES,
            zone=CHINA,
            now=world.clock,
        )
    )
    lengths = QueueLengths(store, lambda: world.desk.snapshot()[1], CHINA, world.clock)
    drill_down = DrillDown(measures)
    return MeasureParts(
        measures=measures,
        drill_down=drill_down,
        board=board,
        lengths=lengths,
        own=OwnFigures(measures, world.wrap_ups),
    )


@pytest.fixture
async def world(open_world: OpenWorld) -> World:
    """A web server over that day, late in its morning."""
    clock = Clock()
    clock.now = at(30_000)
    return await open_world(clock=clock, measures=measure_parts)


async def test_figures_come_with_numerator_and_denominator(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/measures?{PERIOD}&by=queue&figures=answered,answer_rate"
    status, body, _ = await browser.request("GET", path)
    assert status == 200
    rows = {row["row"]: row["values"] for row in body["rows"]}
    assert set(rows) >= {"motor", "consult", "*"}
    answered, requests, rate = rows["*"]["answer_rate"]
    assert rows["*"]["answered"] == [answered, None, answered]
    assert rate == pytest.approx(answered / requests, abs=1e-6)


async def test_areas_are_named_in_the_readers_language(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/measures?{PERIOD}&by=area&figures=arrived&language=en"
    _, body, _ = await browser.request("GET", path)
    named = {row["row"]: row.get("label") for row in body["rows"]}
    assert named["971"] == "Xining, Qinghai"
    assert named["*"] is None


async def test_the_calls_behind_a_figure_are_as_many_and_masked(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/measures/calls?{PERIOD}&figure=answered&queue=motor&limit=1000"
    _, body, _ = await browser.request("GET", path)
    assert body["numerator"] == len(body["behind"]) == sum(b["amount"] for b in body["behind"]) > 0
    assert all("****" in one["callerNumber"] for one in body["behind"])
    assert {one["place"]["zh"] for one in body["behind"] if one["place"]} == {"新疆乌鲁木齐"}


async def test_how_many_waited_is_measured_by_quarters(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/measures/waiting?{PERIOD}"
    status, body, _ = await browser.request("GET", path)
    assert (status, len(body)) == (200, 96)
    assert max(row["most"] for row in body) > 0
    assert all(0 <= row["mean"] <= row["most"] for row in body)
    _, of_queue, _ = await browser.request("GET", f"{path}&queue=motor&interval=1h")
    assert len(of_queue) == 24


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"{PERIOD}&interval=month", "measures.wrong_interval"),
        (f"{PERIOD}&interval=week", "measures.wrong_word"),
        ("from=2026-11-22&to=2026-11-22", "measures.empty_period"),
        ("from=2020-11-22&to=2026-11-22", "measures.too_many_intervals"),
    ],
)
async def test_a_length_of_the_queue_that_makes_no_sense_is_refused(
    world: World, open_browser: OpenBrowser, query: str, code: str
) -> None:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"/api/v1/measures/waiting?{query}")
    assert (status, body["code"]) == (400, code)


async def test_abandons_come_by_bands_of_waiting_time_with_the_calls_of_each(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = f"/api/v1/measures?{PERIOD}&by=wait&figures=abandoned_all"
    _, body, _ = await browser.request("GET", path)
    rows = {row["row"]: row["values"]["abandoned_all"][0] for row in body["rows"]}
    assert list(rows) == ["0-5", "5-10", "10-20", "20-30", "30-60", "60-120", "120+", "*"]
    calls = f"/api/v1/measures/calls?{PERIOD}&figure=abandoned_all&limit=1000&wait="
    for band in list(rows)[:-1]:
        _, found, _ = await browser.request("GET", calls + band.replace("+", "%2B"))
        assert found["numerator"] == len(found["behind"]) == rows[band]
    assert rows["*"] > 0


async def test_an_agent_sees_his_own_figures_and_no_rating(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    own = await browser.request("GET", f"/api/v1/measures?{PERIOD}")
    named = {one["figure"] for one in own[1]["figures"]}
    assert own[0] == 200
    assert not {"satisfied_rate", "survey_rate"} & named
    for asked in ("agent=1024", "figures=satisfied_rate"):
        status, body, _ = await browser.request("GET", f"/api/v1/measures?{PERIOD}&{asked}")
        assert (status, body["code"]) == (403, "measures.not_yours")
    calls = f"/api/v1/measures/calls?{PERIOD}&figure=satisfied_rate"
    assert (await browser.request("GET", calls))[0] == 403
    assert (await browser.request("GET", "/api/v1/wallboard"))[0] == 403


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("from=x&to=2026-11-23", "request.wrong_time"),
        ("from=2026-11-22", "request.wrong_time"),
        ("from=2026-11-23&to=2026-11-22", "measures.empty_period"),
        (f"{PERIOD}&by=moon", "measures.wrong_word"),
        (f"{PERIOD}&interval=2h", "measures.wrong_word"),
        (f"{PERIOD}&figures=luck", "measures.unknown_figure"),
        (f"{PERIOD}&wait=0-7", "measures.unknown_band"),
        ("from=0001-01-01&to=9999-12-31&interval=15m", "measures.too_many_intervals"),
        ("from=0001-02-01&to=0001-02-02&compare=year", "measures.empty_period"),
        ("from=2020-01-01&to=2026-12-31&interval=15m", "measures.too_many_intervals"),
    ],
)
async def test_a_senseless_wish_gets_words(
    world: World, open_browser: OpenBrowser, asked: str, code: str
) -> None:
    browser = await open_browser(world, "supervisor")
    status, body, _ = await browser.request("GET", f"/api/v1/measures?{asked}")
    assert (status, body["code"]) == (400, code)


async def test_a_year_before_stands_beside_each_row(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = "/api/v1/measures?from=2027-11-22&to=2027-11-23&figures=arrived&compare=year"
    _, body, _ = await browser.request("GET", path)
    now_path = f"/api/v1/measures?{PERIOD}&figures=arrived"
    _, now, _ = await browser.request("GET", now_path)
    assert body["rows"][-1]["yearBefore"] == now["rows"][-1]["values"]


async def test_definitions_come_in_the_readers_language(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "supervisor")
    path = "/api/v1/measures/figures?language=en"
    found = {one["figure"]: one for one in (await browser.request("GET", path))[1]}
    assert found["answer_rate"]["formula"] == "answered ÷ requests"


async def test_the_wallboard_is_the_days_figures_and_follows(
    world: World, open_browser: OpenBrowser, open_desk: OpenDesk
) -> None:
    parts = world.parts.measures
    assert parts is not None
    running = asyncio.create_task(parts.board.run())
    try:
        await world.until(lambda: parts.board.complete)
        browser = await open_browser(world, "supervisor")
        before = (await browser.request("GET", "/api/v1/wallboard"))[1]
        path = f"/api/v1/measures?{PERIOD}&figures=arrived,answered,abandon_rate,answer_rate"
        values = (await browser.request("GET", path))[1]["rows"][-1]["values"]
        for shown, name in (("arrived", "arrived"), ("answered", "answered")):
            assert before["centre"][shown] == values[name][0]
        assert before["centre"]["abandoned"] == values["abandon_rate"][0]
        assert (before["workOpen"], before["workDue"], before["complaintsDue"]) == (3, 1, 2)
        desk = await open_desk(world, "supervisor")
        await desk.resume()
        for event in _lost_call():
            await world.stream.append(event)
        async with asyncio.timeout(LIMIT_S):
            told = await _board(desk)
            while told["centre"]["abandoned"] == before["centre"]["abandoned"]:
                told = await _board(desk)
        assert told["centre"]["abandoned"] == before["centre"]["abandoned"] + 1
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _board(desk: Desk) -> dict[str, Any]:
    while (told := await desk.hear())["type"] != "wallboard":
        pass
    return told


def _lost_call() -> list[Offered | Queued | QueueLeft | CallCleared]:
    call_id, queue, now = CallId("fresh"), QueueName("motor"), at(30_000)
    return [
        Offered(
            at=now,
            call_id=call_id,
            caller_number="13997000009",
            dialed_number="95518",
            channel=ChannelName("PJSIP/trunk-9"),
        ),
        Queued(at=now, call_id=call_id, queue=queue, priority=1, needs={}, language="zh"),
        QueueLeft(at=now, call_id=call_id, queue=queue, outcome=Outcome.ABANDONED, waited_s=0.0),
        CallCleared(at=now, call_id=call_id, cleared_by=ClearedBy.CALLER),
    ]


async def test_without_figures_there_is_no_such_place(
    open_world: OpenWorld, open_browser: OpenBrowser
) -> None:
    found = await open_world()
    assert found.app[PARTS].measures is None
    browser = await open_browser(found, "supervisor")
    assert (await browser.request("GET", f"/api/v1/measures?{PERIOD}"))[0] == 404


async def test_an_agent_sees_his_own_day_without_how_callers_rated_him(
    world: World, open_browser: OpenBrowser
) -> None:
    world.wrap_ups.unwritten = 3
    status, found, _ = await (await open_browser(world, "ma")).request("GET", "/api/v1/figures/own")
    assert status == 200
    assert set(found) == {
        "since", "until", "offered", "answered", "missed", "talks", "talkMeanS", "wrapUpMeanS",
        "occupancy", "transfers", "wrapUpsMissing",
    }  # fmt: skip
    assert found["wrapUpsMissing"] == 3


async def test_who_takes_no_calls_has_no_day_of_his_own(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "auditor")
    assert (await browser.request("GET", "/api/v1/figures/own"))[0] == 403
