"""Published dialplans over HTTP: who may, what is said, and what is written into the audit."""

from typing import Any

from cti.core.ids import CallId
from cti.core.measures.canary import Counts
from cti.core.version_events import ShadowDiffered
from cti.services.version_ports import Follower
from tests.web.conftest import OpenBrowser
from tests.web.memory_versions import NOW
from tests.web.parts import World

VERSIONS = "/api/v1/versions"


def said(message: str, **more: Any) -> dict[str, Any]:
    return {"json": {"message": message, **more}}


async def test_an_admin_publishes_the_servers_folder_and_the_audit_knows(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    status, body, _ = await browser.request("POST", VERSIONS, **said("night greeting"))
    assert (status, body["number"], body["author"]) == (201, 1, "admin")
    world.versions.servers = [Follower(server="cti1", sequence=1, current=1, at=NOW)]
    status, body, _ = await browser.request("GET", VERSIONS)
    assert (body["inForce"]["current"], body["versions"][0]["state"]) == (1, "current")
    assert body["servers"] == [{"server": "cti1", "sequence": 1, "current": 1, "refused": []}]
    status, body, _ = await browser.request("GET", f"{VERSIONS}/1")
    assert body["files"] == {"95518.yaml": "first"}
    assert world.audit.lines == [("admin", "dialplan.publish.all", "version 1", "night greeting")]


async def test_a_refused_publish_answers_with_every_problem(
    world: World, open_browser: OpenBrowser
) -> None:
    world.versions.files = {"95518.yaml": "broken"}
    browser = await open_browser(world, "admin")
    status, body, _ = await browser.request("POST", VERSIONS, **said("bad"))
    assert (status, body["code"]) == (422, "versions.unfit")
    assert body["problems"][0]["place"] == "a.yaml:7:1"
    assert world.versions.held is None
    assert world.audit.lines == []


async def test_a_page_that_is_out_of_date_is_told_who_was_first(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    await browser.request("POST", VERSIONS, **said("first"))
    world.versions.files = {"95518.yaml": "second"}
    status, body, _ = await browser.request("POST", VERSIONS, **said("late", sequence=0))
    assert (status, body["code"]) == (409, "versions.outrun")
    assert "admin" in body["message"]
    assert (world.versions.held and world.versions.held.current) == 1


async def test_no_change_makes_no_version(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world, "admin")
    await browser.request("POST", VERSIONS, **said("first"))
    status, body, _ = await browser.request("POST", VERSIONS, **said("again"))
    assert (status, body["code"]) == (409, "versions.same_as_current")


async def test_a_canary_shows_its_counts_and_is_promoted_or_taken_back(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    await browser.request("POST", VERSIONS, **said("first"))
    world.versions.files = {"95518.yaml": "second"}
    for wrong in ({"way": "canary"}, {"way": "canary", "share": 100}, {"way": "nobody"}):
        assert (await browser.request("POST", VERSIONS, **said("m", **wrong)))[0] == 400
    trial = said("try", way="canary", share=5)
    assert (await browser.request("POST", VERSIONS, **trial))[0] == 201
    world.versions.counts = (Counts(visits=3, failed=1), Counts(visits=60))
    canary = (await browser.request("GET", VERSIONS))[1]["inForce"]["canary"]
    assert (canary["number"], canary["share"]) == (2, 5)
    assert canary["counts"]["canary"] == {"visits": 3, "failed": 1, "abandoned": 0}
    body = (await browser.request("POST", f"{VERSIONS}/promote", **said("good")))[1]
    assert body == {"number": 2}
    body = (await browser.request("POST", f"{VERSIONS}/rollback", **said("bad after all")))[1]
    assert body == {"number": 1}
    body = (await browser.request("POST", f"{VERSIONS}/2/rollback", **said("no, good")))[1]
    assert body == {"number": 2}
    assert [line[1] for line in world.audit.lines][-3:] == [
        "dialplan.promote",
        "dialplan.rollBack",
        "dialplan.rollBack",
    ]


async def test_a_shadows_differences_come_in_groups_until_it_is_ended(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    assert (await browser.request("GET", f"{VERSIONS}/shadow"))[0] == 409
    await browser.request("POST", VERSIONS, **said("first"))
    world.versions.files = {"95518.yaml": "second"}
    await browser.request("POST", VERSIONS, **said("beside", way="shadow"))
    world.versions.counted = {"same": 9, "differed": 1}
    world.versions.differed = [
        ShadowDiffered(
            at=NOW,
            call_id=CallId("c-1"),
            version=2,
            node="root",
            was="queue:motor",
            would="queue:major",
        )
    ]
    body = (await browser.request("GET", f"{VERSIONS}/shadow"))[1]
    assert (body["number"], body["counts"]) == (2, {"same": 9, "differed": 1})
    assert body["groups"] == [
        {
            "node": "root",
            "was": "queue:motor",
            "would": "queue:major",
            "count": 1,
            "examples": ["c-1"],
        }
    ]
    assert (await browser.request("DELETE", f"{VERSIONS}/shadow", **said("seen")))[0] == 200
    assert (await browser.request("GET", f"{VERSIONS}/shadow"))[0] == 409


async def test_a_version_that_never_was_is_refused_in_words(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world, "admin")
    for number in ("7", "x", "9" * 30):
        status, body, _ = await browser.request("GET", f"{VERSIONS}/{number}")
        assert (status, body["code"]) == (409, "versions.no_such_version")
