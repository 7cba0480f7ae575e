"""docs/protocol says what the server does: every route, message and field, and no other."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cti.core.agent_state import AgentState, AgentStatus
from cti.core.call import BrokenTalk, CallPhase
from cti.core.event_wire import EVENT_TYPES, to_wire
from cti.core.ids import AgentId, CallId, EventId
from cti.services.caller_pages import Line
from cti.services.screen_pop import Pop, ScreenPops
from cti.web import caller_socket, desktop, messages, pop_messages
from cti.web.commands import COMMANDS
from cti.web.desktop import Close
from cti.web.measures_api import board_message, board_record
from cti.web.messages import Records
from cti.web.openapi import document
from cti.web.own_state import own_state_message
from cti.web.phone_api import SIP_PATH
from cti.web.server import ROUTES, SOCKETS
from tests.web.boards import EMPTY_BOARD
from tests.web.memory_pop import sources
from tests.web.samples import NOW, agent, call

DOCS = Path(__file__).parents[2] / "docs" / "protocol"
MESSAGES = Path(caller_socket.__file__).parents[1] / "messages"
FRAMES = {
    "snapshot",
    "resumed",
    "replaced",
    "screenPop",
    "wallboard",
    "ownState",
    "done",
    "notDone",
}
CALLER_PAGE = {"token", "saidLine", "stateLine"}


@cache
def asyncapi() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text("utf-8"))
    return found


def fields_of(schema: Mapping[str, Any]) -> set[str]:
    """Names of all fields, through $ref and allOf."""
    if ref := schema.get("$ref"):
        schema = asyncapi()["components"]["schemas"][ref.rsplit("/", 1)[1]]
    found = set(schema.get("properties", ()))
    return found.union(*(fields_of(part) for part in schema.get("allOf", ())))


def message_fields(name: str) -> set[str]:
    return fields_of(asyncapi()["components"]["messages"][name]["payload"])


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = asyncapi()["components"]["schemas"][name]
    return found


def test_every_message_is_described_and_no_other() -> None:
    expected = set(EVENT_TYPES) | FRAMES | set(COMMANDS)
    assert set(asyncapi()["components"]["messages"]) == expected | CALLER_PAGE
    assert set(asyncapi()["channels"]["desktop"]["messages"]) == expected
    assert set(asyncapi()["channels"]["callerPage"]["messages"]) == CALLER_PAGE


def _named(operation: str) -> Iterator[str]:
    for one in asyncapi()["operations"][operation]["messages"]:
        yield one["$ref"].rsplit("/", 1)[1]


def test_each_side_says_its_own_messages() -> None:
    assert set(_named("tell")) == set(EVENT_TYPES) | FRAMES
    assert set(_named("hear")) == set(COMMANDS)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_events_fields_are_described(name: str) -> None:
    event = object.__new__(EVENT_TYPES[name])
    for field in fields(event):
        object.__setattr__(event, field.name, None)
    wire = to_wire(event)
    beside = {"partyAgent"} if "partyAgentId" in wire else set()
    assert message_fields(name) == {*wire, "id", "agent", "call", *beside}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_fields_are_described(name: str) -> None:
    assert message_fields(name) == {"cmd", "ref", *COMMANDS[name]}


async def _pop() -> Pop:
    return await anext(ScreenPops(sources()).follow(call(), "zh", NOW))


async def test_the_frames_have_the_fields_described() -> None:
    records = Records.of(((agent(),), (call(),)))
    pop = await _pop()
    frames = {
        "snapshot": messages.snapshot_message(EventId("1-0"), NOW, records, None, messages.Extra()),
        "resumed": messages.resumed_message(EventId("1-0")),
        "replaced": messages.REPLACED,
        "screenPop": pop_messages.pop_message(EventId("1-0"), pop, {}),
        "wallboard": board_message(EMPTY_BOARD),
        "ownState": own_state_message(EventId("1-0"), agent()),
        "done": messages.done("1"),
        "notDone": messages.not_done("1", "a", "b"),
    }
    assert {name: set(json.loads(frame)) for name, frame in frames.items()} == {
        name: message_fields(name) for name in FRAMES
    }


async def test_the_records_have_the_fields_described() -> None:
    broken = BrokenTalk(agent_id=AgentId("1001"), at=NOW)
    pop = pop_messages.pop_record(replace(await _pop(), broken=(broken,)), {})
    (customer,) = pop["customers"]
    assert set(pop) == fields_of(schema("Pop"))
    assert set(pop["brokenTalks"][0]) == fields_of(
        schema("Pop")["properties"]["brokenTalks"]["items"]
    )
    described = schema("Customer")["properties"]
    assert set(messages.agent_record(agent())) == fields_of(schema("Agent"))
    assert set(messages.call_record(call())) == fields_of(schema("Call"))
    assert set(customer) == set(described)
    assert set(customer["policies"][0]) == fields_of(described["policies"]["items"])
    assert set(customer["claims"][0]) == fields_of(described["claims"]["items"])
    for part, name in (("contacts", "Contact"), ("cases", "OpenCase"), ("articles", "Article")):
        assert set(pop[part][0]) == fields_of(schema(name))


def test_the_wallboard_has_the_fields_described() -> None:
    shown, described = board_record(EMPTY_BOARD), schema("Wallboard")["properties"]
    assert set(shown) == set(described)
    assert set(shown["centre"]) == fields_of(schema("DayFigures"))
    for part in ("queues", "states"):
        assert set(shown[part][0]) == fields_of(described[part]["items"])


def test_the_states_are_the_described_ones() -> None:
    described = schema("Agent")["properties"]
    assert described["status"]["enum"] == [status.value for status in AgentStatus]
    assert described["state"]["enum"] == [state.value for state in AgentState]
    phases = [phase.value for phase in CallPhase if phase is not CallPhase.ENDED]
    assert schema("Call")["properties"]["phase"]["enum"] == phases


def test_the_caller_pages_lines_have_the_fields_described() -> None:
    line = Line(n=1, at=NOW, call_id=CallId("1.0"), node="root", language="zh", text="x")
    assert set(caller_socket.record(line, "zh")) == message_fields("saidLine")
    assert set(caller_socket.record(replace(line, state="menu"), "zh")) == message_fields(
        "stateLine"
    )


def test_the_caller_pages_states_are_the_described_ones() -> None:
    state = asyncapi()["components"]["messages"]["stateLine"]["payload"]["allOf"][1]
    described = state["properties"]["state"]["enum"]
    words = yaml.safe_load((MESSAGES / "zh" / "caller.yaml").read_text("utf-8"))
    assert sorted(described) == sorted(words)


def test_every_socket_and_its_close_codes_are_described() -> None:
    channels = {one["address"]: one for one in asyncapi()["channels"].values()}
    assert set(channels) | {SIP_PATH} == set(SOCKETS)
    told = channels["/ws/caller"]["description"]
    for close in vars(caller_socket).values():
        assert not isinstance(close, Close) or str(close.code) in told


def test_every_close_code_of_ours_is_described() -> None:
    told = asyncapi()["info"]["description"]
    codes = [one.code for one in vars(desktop).values() if isinstance(one, Close)]
    assert len(codes) == 7
    assert all(str(code) in told for code in codes)


def test_openapi_json_is_what_the_server_serves() -> None:
    """After a change of routes: save what /api/openapi.json answers."""
    written = json.loads((DOCS / "openapi.json").read_text("utf-8"))
    assert written == document(ROUTES)


def test_every_route_is_in_openapi_and_every_reference_leads_somewhere() -> None:
    found = document(ROUTES)
    routes = {(route.path, route.method.lower()) for route in ROUTES}
    assert {(path, method) for path, ways in found["paths"].items() for method in ways} == routes
    for ref in _references(found):
        here: Any = found
        for part in ref.removeprefix("#/").split("/"):
            here = here[part]


def test_every_reference_of_asyncapi_leads_somewhere() -> None:
    for ref in _references(asyncapi()):
        here: Any = asyncapi()
        for part in ref.removeprefix("#/").split("/"):
            here = here[part]


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if "$ref" in found:
            yield found["$ref"]
        for part in found.values():
            yield from _references(part)
    elif isinstance(found, list):
        for part in found:
            yield from _references(part)
