"""Modes of the centre over HTTP: everybody sees them, supervisors switch them."""

from tests.web.conftest import OpenBrowser
from tests.web.parts import World

NIGHT = "/api/v1/modes/night"
ON = {"on": True, "hours": 2, "reason": "大雪封路"}


async def test_everybody_sees_what_is_on_until_when_and_why(
    world: World, open_browser: OpenBrowser
) -> None:
    supervisor, agent = await open_browser(world, "supervisor"), await open_browser(world, "ma")
    status, body, _ = await supervisor.request("PUT", NIGHT, json=ON)
    assert status == 200
    _, seen, _ = await agent.request("GET", "/api/v1/modes")
    assert seen == body
    assert seen[0] == {
        "name": "night",
        "label": {"zh": "夜间", "en": "Night"},
        "longestH": 12.0,
        "on": {
            "since": "2026-11-22T01:02:03+00:00",
            "until": "2026-11-22T03:02:03+00:00",
            "by": "supervisor",
            "reason": "大雪封路",
        },
    }
    assert seen[1]["on"] is None


async def test_a_switch_is_in_the_audit_with_its_reason(
    world: World, open_browser: OpenBrowser
) -> None:
    admin = await open_browser(world, "admin")
    await admin.request("PUT", NIGHT, json=ON)
    status, body, _ = await admin.request("PUT", NIGHT, json={"on": False, "reason": "天晴"})
    assert (status, body[0]["on"]) == (200, None)
    assert world.audit.lines == [
        ("admin", "mode.on", "night", "大雪封路"),
        ("admin", "mode.off", "night", "天晴"),
    ]


async def test_an_agent_switches_nothing(world: World, open_browser: OpenBrowser) -> None:
    agent = await open_browser(world, "ma")
    assert (await agent.request("PUT", NIGHT, json=ON))[0] == 403
    assert world.modes.facts == []


async def test_a_wish_that_is_not_whole_or_not_allowed_is_refused_with_words(
    world: World, open_browser: OpenBrowser
) -> None:
    admin = await open_browser(world, "admin")
    for path, wish, wanted in (
        (NIGHT, {**ON, "reason": " "}, (400, "request.wrong_field")),
        (NIGHT, {**ON, "on": "yes"}, (400, "request.wrong_yes_no")),
        (NIGHT, {**ON, "hours": True}, (400, "request.wrong_number")),
        (NIGHT, {**ON, "hours": 13}, (409, "desk.mode_too_long")),
        ("/api/v1/modes/peek", ON, (409, "desk.mode_unknown")),
        (NIGHT, {"on": False, "reason": "x"}, (409, "desk.mode_not_on")),
    ):
        status, body, _ = await admin.request("PUT", path, json=wish)
        assert (status, body["code"]) == wanted
    assert world.modes.facts == []
