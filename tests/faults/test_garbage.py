"""Hostile bytes on every port and hostile names while a call talks: nothing stops, nothing is injected."""

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from cti.simulation.phones import Answering
from tests.asterisk.house import DIRECT
from tests.asterisk.raw_sip import raw_caller
from tests.asterisk.site import desktop
from tests.faults.books import books_agree
from tests.faults.hotline import Hotline
from tests.faults.matrix import Seen, fault
from tests.faults.scenes import agents_in, talk

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(150)]

OWNED = Path("/tmp/owned-by-a-caller")
NAME = b'"x%0d%0aAction: Hangup%0d%0aChannel: /.*/ ${SHELL(id > /tmp/owned-by-a-caller)}"'
FORGED_AGI = (
    b"agi_network: yes\nagi_network_script: ivr\nagi_request: agi://127.0.0.1/ivr\n"
    b"agi_channel: PJSIP/none-1\nagi_uniqueid: 1.1\nagi_callerid: 1\\nHANGUP\n"
    b"agi_extension: 95518\nagi_dnid: 95518\n\n200 result=\xff\n520-x\n"
)
FRAMES = (
    "",
    "null",
    "[]",
    "{",
    '{"cmd": null, "ref": {}}',
    '{"cmd": "clearConnection", "ref": "1", "callId": "../../etc"}',
    '{"cmd": "makeCall", "ref": "2", "number": "1\\r\\nAction: Hangup"}',
    '{"cmd": "' + "A" * 10_000 + '", "ref": "3"}',
)
SEED, PIECES = 7, 40


def pieces() -> list[bytes]:
    dice = random.Random(SEED)  # noqa: S311 (the same bytes every time)
    plain = [dice.randbytes(dice.randint(1, 2000)) for _ in range(PIECES)]
    return [*plain, FORGED_AGI, b"GET / HTTP/1.1\r\n\r\n", b"A" * 200_000, b"\r\n" * 1000]


async def throw(host: str, port: int, content: bytes) -> None:
    """Into a port, and away."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(content)
                writer.write_eof()
                await reader.read()
            finally:
                writer.close()


class Udp(asyncio.DatagramProtocol):
    """Only sends."""


async def throw_datagrams(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Udp, remote_addr=(host, port))
    for piece in pieces():
        transport.sendto(piece[:1400])
    transport.close()


async def throw_frames(hotline: Hotline) -> None:
    """Down the socket of somebody who is signed in; he may be cut off for it."""
    async with desktop(hotline.site, "1002") as rude:
        for frame in FRAMES:
            with contextlib.suppress(ConnectionError):
                await rude.say(frame)
        with contextlib.suppress(ConnectionError):
            await rude.say(random.Random(SEED).randbytes(500))  # noqa: S311


def broken(hotline: Hotline) -> list[str]:
    """Lines of log in which something of ours met what it did not expect."""
    lines = hotline.site.log("server").splitlines()
    return [line for line in lines if '"logger": "cti.' in line and '"trace"' in line]


@fault("garbage", "FastAGI", "HTTP", "WebSocket", "SIP", "caller name")
async def test_a_talk_outlives_garbage_on_every_port(hotline: Hotline, seen: Seen) -> None:
    settings = hotline.site.configuration.settings
    async with hotline.board() as board, hotline.seats("1001", "1003") as seats:
        talking = await talk(hotline, board, seats["1001"])
        live_before = hotline.site.log("server").count('"not_live"')
        for port in (settings.fastagi.port, settings.http.port):
            await asyncio.gather(*(throw("127.0.0.1", port, piece) for piece in pieces()))
        await throw_datagrams(settings.sip.host, settings.sip.port)
        await throw_frames(hotline)
        await seats["1003"].ready(Answering(after_s=0.1))
        async with raw_caller(hotline.registrar.host, hotline.registrar.port) as hostile:
            assert (
                await hostile.invite(DIRECT["motor"], NAME + b" <sip:13997000009@127.0.0.1>") == 200
            )
            offered = await board.until(15, type="offered", callerNumber="139****0009")
            named = str(offered["callId"])
            await board.until(15, type="established", callId=named, agentId="1003")
            await hostile.bye()
        await board.until(15, type="callCleared", callId=named)
        assert hotline.site.log("server").count('"not_live"') == live_before
        assert not broken(hotline)
    assert not OWNED.exists()  # noqa: ASYNC240 (one look)
    assert hotline.agents["1001"].leg.state == "CONFIRMED"
    async with hotline.board() as board:
        assert agents_in(board)["1001"] == ("talking", talking)
    hotline.hang_up_all()
    await hotline.until_quiet()
    thrown = float(2 * len(pieces()) + len(FRAMES))
    seen.record(thrown=thrown, **await books_agree(hotline, talking, named))
