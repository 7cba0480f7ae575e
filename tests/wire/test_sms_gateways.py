"""Text messages into a file and by HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    OutgoingSms,
    Receipt,
    SmsState,
)
from cti.sms.file_gateway import FileGateway
from cti.sms.http_gateway import HttpAccount, HttpGateway
from tests.servers import free_port
from tests.wire.test_smpp import News, message

SMS = OutgoingSms(
    sms_id=7,
    template="paid",
    number="+8613997000001",
    text="您的案件A1已支付。",
    attempt=1,
    expires_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
)


class Far:
    """The gateway's side: what came, and what is answered."""

    def __init__(self) -> None:
        self.came: list[tuple[Any, dict[str, str]]] = []
        self.status, self.body = 202, b'{"ids": ["a", "b"]}'
        self.silent = False
        self.url = ""

    async def serve(self, request: web.Request) -> web.Response:
        self.came.append((await request.json(), dict(request.headers)))
        if self.silent:
            await asyncio.sleep(5)
        return web.Response(status=self.status, body=self.body)


@contextlib.asynccontextmanager
async def far_gateway() -> AsyncIterator[Far]:
    far = Far()
    app = web.Application()
    app.router.add_post("/send", far.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    far.url = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    try:
        yield far
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def http_gateway(url: str, limit_s: float = 2.0) -> AsyncIterator[HttpGateway]:
    found = HttpGateway(HttpAccount(url=url, token="t0ken", sender="95518", limit_s=limit_s))
    running = asyncio.create_task(found.run(News()))
    await asyncio.sleep(0)
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_message_is_posted_with_our_id_and_token() -> None:
    async with far_gateway() as far, http_gateway(far.url) as found:
        assert await found.send(SMS) == ["a", "b"]
        ((body, headers),) = far.came
    assert body == {
        "id": "7",
        "to": "+8613997000001",
        "text": "您的案件A1已支付。",
        "from": "95518",
        "parts": 1,
        "validUntil": "2026-11-23T04:00:00+00:00",
    }
    assert headers["Authorization"] == "Bearer t0ken"
    assert headers["Idempotency-Key"] == "cti-7"


@pytest.mark.parametrize(
    ("status", "body", "why", "words"),
    [
        (400, b'{"code": "bad_number"}', GatewayRefused, "bad_number"),
        (422, b"<html>", GatewayRefused, "http_422"),
        (429, b"", GatewayBusy, "429"),
        (500, b"", GatewayBusy, "500"),
        (302, b"", GatewayBusy, "302"),
    ],
)
async def test_an_answer_says_whether_to_try_again(
    status: int, body: bytes, why: type[Exception], words: str
) -> None:
    async with far_gateway() as far, http_gateway(far.url) as found:
        far.status, far.body = status, body
        with pytest.raises(why, match=words):
            await found.send(SMS)


async def test_nobody_there_means_later() -> None:
    async with http_gateway(f"http://127.0.0.1:{free_port()}/send") as found:
        with pytest.raises(GatewayBusy):
            await found.send(SMS)


async def test_silence_is_doubt() -> None:
    async with far_gateway() as far, http_gateway(far.url, 0.2) as found:
        far.silent = True
        with pytest.raises(GatewayDoubt):
            await found.send(SMS)


async def test_a_taken_message_without_ids_has_ours() -> None:
    async with far_gateway() as far, http_gateway(far.url) as found:
        far.body = b"OK"
        assert await found.send(SMS) == ["http-7"]


async def test_a_line_in_the_file_is_a_delivered_message(tmp_path: Path) -> None:
    path, news = tmp_path / "sms" / "sent.jsonl", News()
    found = FileGateway(path)
    assert await found.send(message("您好", 3)) == ["file-3"]
    line = json.loads(path.read_text("utf-8"))
    assert line == {"id": 3, "template": "t", "to": "+8613997000001", "text": "您好", "parts": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    running = asyncio.create_task(found.run(news))
    assert await news.next() == Receipt(gateway_id="file-3", state=SmsState.DELIVERED)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_folder_that_takes_nothing_means_later(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("a file", "utf-8")
    with pytest.raises(GatewayBusy):
        await FileGateway(tmp_path / "sms" / "sent.jsonl").send(SMS)
