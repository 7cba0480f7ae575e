"""The screen-pop on the desktop: in time, to one agent, masked."""

from cti.core.events import AgentReady
from cti.core.ids import AgentId
from tests.web.browsers import Desk
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.parts import World
from tests.web.samples import NOW, delivered

READY = AgentReady(at=NOW, agent_id=AgentId("1023"))


async def test_the_pop_comes_to_the_offered_agent_alone(world: World, open_desk: OpenDesk) -> None:
    ma, li = await open_desk(world), await open_desk(world, "li")
    await ma.resume()
    await li.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    assert (await ma.hear())["type"] == "delivered"
    pop = await ma.hear()
    assert pop == {
        "type": "screenPop",
        "id": "1-0",
        "callId": "c-1",
        "callerNumber": "138****1234",
        "place": "江苏连云港",
        "queue": "motor",
        "language": "zh",
        "keys": [{"digits": "1", "label": "zh 1"}, {"digits": "2", "label": "zh 2"}],
        "waitedS": 12.0,
        "priority": 60,
        "variables": {"report_no": "2026112200012345"},
        "flags": [],
        "brokenTalks": [],
        "customers": [
            {
                "customerId": 7,
                "name": "张三",
                "salutation": "先生",
                "segment": "vip",
                "idTail": "****123X",
                "area": "西宁",
                "alerts": ["repeat"],
                "policies": [
                    {
                        "policyNo": "PDAA2026",
                        "line": "motor",
                        "plate": "青A12345",
                        "startsOn": "2026-01-01",
                        "endsOn": "2026-12-31",
                        "status": "in_force",
                        "statusLabel": "有效",
                        "branch": "西宁",
                    }
                ],
                "claims": [
                    {
                        "reportNo": "2026112200012345",
                        "state": "assessed",
                        "stateLabel": "已定损",
                        "reportedAt": "2026-11-22T01:02:03+00:00",
                        "plate": None,
                        "surveyorName": None,
                        "documentsWanted": None,
                    }
                ],
            }
        ],
        "contacts": [
            {
                "callId": "c-0",
                "at": "2026-11-20T01:02:03+00:00",
                "direction": "inbound",
                "queue": "motor",
                "agentId": "1024",
                "agentName": "李强",
                "outcome": "answered",
                "talkedS": 61.5,
                "reason": "report_single",
                "remarks": "青A12345 追尾",
                "solved": False,
                "handling": "dispatched",
                "reference": "RDAA2026",
            }
        ],
        "cases": [
            {
                "kind": "complaint",
                "id": "26000014",
                "topic": "理赔时效",
                "state": "investigating",
                "stateLabel": "调查中",
                "openedAt": "2026-11-13T01:02:03+00:00",
                "dueAt": "2026-11-22T00:02:03+00:00",
                "takenBy": None,
                "overdue": True,
            },
            {
                "kind": "follow_up",
                "id": "12",
                "topic": "需要跟进",
                "state": "taken",
                "stateLabel": "处理中",
                "openedAt": "2026-11-21T01:02:03+00:00",
                "dueAt": "2026-11-22T04:02:03+00:00",
                "takenBy": "1024",
                "overdue": False,
            },
        ],
        "articles": [
            {
                "articleId": "motor",
                "title": "车险报案",
                "script": "请问人员是否受伤?",
                "text": "先问人伤。",
            }
        ],
    }
    await world.stream.append(READY)
    assert [(await li.hear())["type"] for _ in range(2)] == ["delivered", "agentReady"]


async def test_a_pop_speaks_the_language_of_its_desktop(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "ma")
    desk = Desk(await browser.socket("?language=en"))
    await desk.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    await desk.hear()
    pop = await desk.hear()
    assert pop["keys"][0]["label"] == "en 1"
    assert pop["customers"][0]["claims"][0]["stateLabel"] == "loss assessed"


async def test_a_pop_without_customers_is_followed_by_one_with_them(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(pop_deadline_s=0.02)
    world.customers.open.clear()
    desk = await open_desk(world)
    await desk.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    assert (await desk.hear())["type"] == "delivered"
    assert (await desk.hear())["customers"] is None
    world.customers.open.set()
    found = await desk.hear()
    assert (found["type"], found["customers"][0]["name"]) == ("screenPop", "张三")


async def test_late_customers_are_not_shown_when_the_call_has_left(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(pop_deadline_s=0.02)
    world.customers.open.clear()
    desk = await open_desk(world)
    await desk.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    assert [(await desk.hear())["type"] for _ in range(2)] == ["delivered", "screenPop"]
    world.desk.calls.clear()
    world.customers.open.set()
    await world.stream.append(READY)
    assert (await desk.hear())["type"] == "agentReady"
    assert (await desk.answer("ping"))["ok"] is True


async def test_a_reload_during_a_call_gets_the_pop_in_the_snapshot(
    world: World, open_desk: OpenDesk
) -> None:
    world.desk.ring()
    found = await (await open_desk(world)).resume()
    assert (found["pop"]["callId"], found["pop"]["customers"][0]["name"]) == ("c-1", "张三")


async def test_a_resume_during_a_call_is_followed_by_the_pop(
    world: World, open_desk: OpenDesk
) -> None:
    world.desk.ring()
    await world.stream.append(delivered())
    await world.until(lambda: world.feed.position == "1-0")
    desk = await open_desk(world)
    await desk.ask("resume", after="0-0")
    found = [(await desk.hear())["type"] for _ in range(3)]
    assert found == ["delivered", "resumed", "screenPop"]


async def test_late_contacts_follow_by_themselves(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(pop_deadline_s=0.02)
    world.contacts.open.clear()
    desk = await open_desk(world)
    await desk.resume()
    world.desk.ring()
    await world.stream.append(delivered())
    assert (await desk.hear())["type"] == "delivered"
    first = await desk.hear()
    assert (first["contacts"], len(first["cases"]), len(first["customers"])) == (None, 2, 1)
    world.contacts.open.set()
    assert (await desk.hear())["contacts"][0]["callId"] == "c-0"


async def test_a_snapshot_without_contacts_is_followed_by_a_pop_with_them(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(pop_deadline_s=0.02)
    world.contacts.open.clear()
    world.desk.ring()
    desk = await open_desk(world)
    assert (await desk.resume())["pop"]["contacts"] is None
    world.contacts.open.set()
    found = await desk.hear()
    assert (found["type"], found["contacts"][0]["callId"]) == ("screenPop", "c-0")


async def test_a_call_that_leaves_while_its_snapshot_is_made_is_not_in_it(
    open_world: OpenWorld, open_desk: OpenDesk
) -> None:
    world = await open_world(pop_deadline_s=0.2)
    world.contacts.open.clear()
    world.desk.ring()
    desk = await open_desk(world)
    await desk.ask("resume", after=None)
    await world.until(lambda: bool(world.contacts.asked))
    world.desk.calls.clear()
    found = await desk.hear()
    assert (found["type"], found["pop"]) == ("snapshot", None)
    world.contacts.open.set()
    await world.stream.append(READY)
    assert (await desk.hear())["type"] == "agentReady"
