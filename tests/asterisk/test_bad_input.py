"""Hostile callers, probes and garbage: refused or harmless, and nobody else notices."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from cti.simulation.phones import Phone
from tests.asterisk.house import AGENT_TONES_HZ, DIRECT, House, hearing
from tests.asterisk.raw_sip import raw_caller

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

OWNED = Path("/tmp/owned")
HOSTILE_NAMES = {
    "quotes": rb'"a \"quoted\" \\ name; \"x"',
    "escaped line break": rb'"x%0d%0aAction: Hangup%0d%0a"',
    "shell": b'"${SHELL(id > /tmp/owned)}"',
    "dialplan": b'"${EVAL(${GLOBAL(ACD_HB)})},,$[1/0]"',
    "four bytes": '"𠀀😀\u202e"'.encode(),
    "not utf-8": b'"\xff\xfe\xc3"',
    "long": b'"' + b"A" * 900 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
async def test_a_hostile_caller_name_is_only_a_name(house: House, name: bytes) -> None:
    motor = house.seats["1001"]
    await motor.ready()
    async with raw_caller(house.registrar.host, house.registrar.port) as caller:
        code = await caller.invite(DIRECT["motor"], name + b" <sip:13997000009@127.0.0.1>")
        assert code == 200
        offered = await house.board.until(type="offered", callerNumber="139****0009")
        established = await house.event("established", offered["callId"], agentId="1001")
        assert established["call"]["phase"] == "talking"
        assert "uid=" not in motor.phone.leg.headers
        assert "\nAction:" not in motor.phone.leg.headers
        await caller.bye()
    await house.event("callCleared", offered["callId"])
    assert not OWNED.exists()  # noqa: ASYNC240 (one look)
    assert "not_live" not in house.site.log("server")


async def test_a_name_with_a_line_break_is_not_even_a_call(house: House) -> None:
    name = b'"one\r\n two" <sip:13997000009@127.0.0.1>'
    async with raw_caller(house.registrar.host, house.registrar.port) as caller:
        with pytest.raises(TimeoutError):
            await caller.invite(DIRECT["motor"], name, limit_s=1.0)
    assert await house.site.channels() == 0


@pytest.mark.parametrize("number", ["99999", "8001", "13900000000", "s", "h", "acd-in"])
async def test_a_number_that_is_not_ours_is_refused(house: House, number: str) -> None:
    async with raw_caller(house.registrar.host, house.registrar.port) as caller:
        code = await caller.invite(number, b"<sip:13997000009@127.0.0.1>")
    assert code in (403, 404, 484, 488, 603)
    assert await house.site.channels() == 0


async def test_somebody_who_says_he_is_an_agent_must_prove_it(house: House) -> None:
    async with raw_caller(house.registrar.host, house.registrar.port) as caller:
        assert await caller.invite("95518", b"<sip:8001@127.0.0.1>") == 401


async def test_a_wrong_sip_password_is_refused(house: House) -> None:
    phone = Phone("8002", house.registrar)
    house.phones.add(phone, "wrong")
    with pytest.raises(PermissionError):
        await phone.until_registered()
    contacts = await house.site.asterisk_says("pjsip show contacts")
    assert contacts.count("Contact:  8002/") == 1


async def test_an_agents_phone_cannot_dial_out(house: House) -> None:
    leg = house.seats["1002"].phone.dial("13900000000")
    await leg.until("DISCONNECTED")
    assert leg.reason in (403, 404, 603)


GARBAGE = (
    b"",
    b"GET / HTTP/1.0\r\n\r\n",
    b"\x16\x03\x01\x02\x00" + bytes(range(256)),
    b"Action: Login\r\nUsername: cti\r\nSecret: guess\r\n\r\nAction: Command\r\nCommand: x\r\n\r\n",
    b"agi_network: yes\n" * 50,
    b"A" * 200_000,
    "agi_callerid: \ud83d\n\n".encode("utf-8", "surrogatepass"),
)


async def test_garbage_on_every_port_leaves_a_talk_unharmed(house: House, tmp_path: Path) -> None:
    motor = house.seats["1001"]
    await motor.ready()
    leg, call_id = await house.call(house.caller(record_to=tmp_path), DIRECT["motor"])
    await house.event("established", call_id)
    settings = house.site.configuration.settings
    ports = (settings.http.port, settings.fastagi.port, settings.ami.port, settings.sip.port)
    await asyncio.gather(*(throw(port, data) for port in ports for data in GARBAGE))
    async with raw_caller("127.0.0.1", settings.sip.port) as caller:
        for data in GARBAGE:
            caller.send(data[:1400])
    await motor.do("clearConnection")
    await house.rate(leg, call_id)
    await house.event("callCleared", call_id, clearedBy="agent")
    # Two callers more: the ports serve on.
    _, after = await house.call(house.caller("13997000002"), DIRECT["motor"])
    await house.event("queued", after)
    assert (await hearing(leg)).tone(AGENT_TONES_HZ["1001"]).longest_gap_s < 0.4


async def throw(port: int, data: bytes) -> None:
    """Connect, write, wait a little for an answer, go without good-bye."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(0.7):
                await reader.read(4096)
        writer.transport.abort()


async def test_half_open_connections_do_not_keep_callers_out(house: House) -> None:
    settings = house.site.configuration.settings
    held = [await asyncio.open_connection("127.0.0.1", settings.fastagi.port) for _ in range(40)]
    try:
        _, call_id = await house.call(house.caller(), DIRECT["motor"])
        await house.event("queued", call_id, 5)
    finally:
        for _, writer in held:
            writer.transport.abort()
