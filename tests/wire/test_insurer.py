"""An insurer's system that hangs, refuses, lies or dawdles costs the caller a moment, no more."""

import asyncio
import json
import logging
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from cti.core.circuit import CircuitRules, CircuitState
from cti.insurer.http_lookups import LARGEST_BODY, HttpLookups
from cti.services.sources import SourceDown, UnknownSource
from tests.insurer_server import TOKEN, asking, insurer
from tests.servers import free_port

ASKED = ("branches.by_area", {"area": "1"})
BRANCH = {"name": "西宁", "address": "五四西路", "phone": "09716100000"}
GOOD = {"found": True, "values": BRANCH}


class Server:
    """Answers in turn with what it was given, the last one for ever; keeps the requests."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/json")
        if callable(answer):
            found: web.StreamResponse = await answer(request)
            return found
        return web.json_response(answer)


async def hang(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for sign in json.dumps(GOOD):
        await response.write(sign.encode())
        await asyncio.sleep(0.05)
    return response


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"found": ')
    assert request.transport is not None
    request.transport.abort()
    return response


async def elsewhere(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/steal")


async def test_a_question_carries_the_token_and_the_arguments() -> None:
    server = Server(GOOD)
    async with insurer(server) as url, asking(f"{url}/hotline/") as lookups:
        assert await lookups.fetch(*ASKED) == BRANCH
    [request] = server.asked
    assert (request.method, request.path) == ("POST", "/hotline/v1/lookups/branches.by_area")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(server.bodies[0]) == {"arguments": {"area": "1"}}


@pytest.mark.parametrize(
    "answer",
    [
        *(hang, drip, endless, cut, elsewhere),
        *(204, 301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504),
        *(b"", b"garbage", b"\xff\xfe", b"null", b"[]", b"[" * 60_000, b'"found"', b"NaN"),
        *({}, {"found": "yes"}, {"found": 1}, {"found": None}, {"found": True, "values": []}),
        {"found": True},
        {"found": True, "values": {**BRANCH, "phone": 9716100000}},
        {"found": True, "values": {**BRANCH, "name": None}},
        {"found": True, "values": {**BRANCH, "name": "x" * 1000}},
        {"found": True, "values": {**BRANCH, "name": "a\nb"}},
        b" " * (LARGEST_BODY + 1) + json.dumps(GOOD).encode(),
    ],
    ids=lambda answer: getattr(answer, "__name__", str(answer)[:40]),
)
async def test_a_bad_answer_is_no_answer_and_costs_no_more_than_the_deadline(answer: Any) -> None:
    async with insurer(Server(answer)) as url, asking(url) as lookups:
        began = time.monotonic()
        with pytest.raises(SourceDown):
            await lookups.fetch(*ASKED)
        assert time.monotonic() - began < 1.5


async def test_nobody_who_listens_is_no_answer() -> None:
    async with asking(f"http://127.0.0.1:{free_port()}") as lookups:
        with pytest.raises(SourceDown):
            await lookups.fetch(*ASKED)


async def test_one_who_takes_the_connection_and_says_nothing_ends_at_the_deadline() -> None:
    connected: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(
        lambda _reader, writer: connected.append(writer), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    async with asking(f"http://127.0.0.1:{port}") as lookups:
        with pytest.raises(SourceDown, match="TimeoutError"):
            await lookups.fetch(*ASKED)
    server.close()
    for each in connected:
        each.close()
        await each.wait_closed()


async def test_what_nobody_asked_for_is_dropped() -> None:
    answer = {"found": True, "values": {**BRANCH, "manager": "张三"}, "more": 1}
    async with insurer(Server(answer)) as url, asking(url) as lookups:
        assert await lookups.fetch(*ASKED) == BRANCH


async def test_missing_is_an_answer_but_not_where_there_always_is_one() -> None:
    async with insurer(Server({"found": False})) as url, asking(url) as lookups:
        assert await lookups.fetch(*ASKED) is None
        with pytest.raises(SourceDown, match="always"):
            await lookups.fetch("identity.level", {"caller_number": "1"})


@pytest.mark.parametrize("first", [500, 503, cut])
async def test_a_question_is_asked_once_more_when_the_system_stumbles(first: Any) -> None:
    server = Server(first, GOOD)
    async with insurer(server) as url, asking(url) as lookups:
        assert await lookups.fetch(*ASKED) == BRANCH
    assert len(server.asked) == 2


async def test_a_refusal_is_not_asked_again() -> None:
    server = Server(403, GOOD)
    async with insurer(server) as url, asking(url) as lookups:
        with pytest.raises(SourceDown):
            await lookups.fetch(*ASKED)
    assert len(server.asked) == 1


async def test_an_identity_number_is_never_sent_twice() -> None:
    server = Server(500, {"found": True, "values": {"result": "ok"}})
    async with insurer(server) as url, asking(url) as lookups:
        with pytest.raises(SourceDown):
            await lookups.fetch("identity.check", {"caller_number": "1", "id_tail": "2"})
    assert len(server.asked) == 1


async def test_an_identity_number_has_a_connection_of_its_own_and_other_questions_share() -> None:
    came_from: list[object] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        came_from.append(request.transport.get_extra_info("peername"))
        values = {"result": "ok"} if request.path.endswith("check") else BRANCH
        return web.json_response({"found": True, "values": values})

    async with insurer(answer) as url, asking(url) as lookups:
        for _ in range(2):
            await lookups.fetch(*ASKED)
        for _ in range(2):
            await lookups.fetch("identity.check", {"caller_number": "1", "id_tail": "2"})
    assert came_from[0] == came_from[1]
    assert len(set(came_from)) == 3


async def test_a_system_that_fails_time_after_time_is_left_alone_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    server = Server(403)
    rules = CircuitRules(failures=3, rest_s=0.2)
    async with insurer(server) as url, asking(url, rules=rules) as lookups:
        for _ in range(10):
            with pytest.raises(SourceDown):
                await lookups.fetch(*ASKED)
        assert len(server.asked) == 3
        assert lookups.state == "open"
        server.answers = [GOOD]
        for _ in range(250):
            if await _answered(lookups):
                break
            await asyncio.sleep(0.02)
        assert lookups.state == "closed"
    assert len(server.asked) == 4
    facts = [record.__dict__["fact"] for record in caplog.records if "fact" in record.__dict__]
    assert facts == ["insurer_away", "insurer_back"]


async def _answered(lookups: HttpLookups) -> bool:
    try:
        return await lookups.fetch(*ASKED) == BRANCH
    except SourceDown:
        return False


async def test_a_question_given_up_by_the_caller_counts_as_a_failure() -> None:
    rules = CircuitRules(failures=1, rest_s=60)
    async with insurer(Server(hang)) as url, asking(url, rules=rules) as lookups:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await lookups.fetch(*ASKED)
        assert lookups.state is CircuitState.OPEN


async def test_no_more_questions_than_allowed_are_asked_at_once() -> None:
    under_way, most = 0, 0

    async def count(_request: web.Request) -> web.StreamResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return web.json_response(GOOD)

    async with insurer(count) as url, asking(url, at_once=3, deadline_s=5.0) as lookups:
        found = await asyncio.gather(*(lookups.fetch(*ASKED) for _ in range(20)))
    assert found == [BRANCH] * 20
    assert most == 3


async def test_no_error_repeats_what_the_system_or_the_caller_said() -> None:
    secret = b'{"found": true, "values": {"name": ["13997000001"]}}'
    for answer in (secret, b"13997000001", 500, elsewhere):
        async with insurer(Server(answer)) as url, asking(url) as lookups:
            with pytest.raises(SourceDown) as refused:
                await lookups.fetch("claims.newest", {"caller_number": "13997000001"})
            assert "13997000001" not in str(refused.value)


async def test_a_source_nobody_knows_is_not_asked_for() -> None:
    server = Server(GOOD)
    async with insurer(server) as url, asking(url) as lookups:
        with pytest.raises(UnknownSource):
            await lookups.fetch("../admin", {})
    assert server.asked == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that no authority signed; its key lies beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


@pytest.fixture
async def encrypted(certificate: Path) -> AsyncIterator[str]:
    """The address of an https server with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    async with insurer(Server(GOOD), context) as url:
        yield url


async def test_a_certificate_that_nobody_signed_is_refused(encrypted: str) -> None:
    async with asking(encrypted) as lookups:
        with pytest.raises(SourceDown, match="Certificate"):
            await lookups.fetch(*ASKED)


async def test_a_certificate_of_the_insurers_own_authority_is_taken(
    encrypted: str, certificate: Path
) -> None:
    async with asking(encrypted, ca_file=certificate) as lookups:
        assert await lookups.fetch(*ASKED) == BRANCH
