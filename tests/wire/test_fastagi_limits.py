"""Errors, limits, garbage and crowds on the FastAGI port."""

import asyncio
import logging

import pytest

from cti.asterisk.agi_socket import AgiLimits
from cti.asterisk.agi_wire import (
    AgiSyntaxError,
    AgiTimeout,
    PeerClosed,
    ProtocolError,
)
from cti.asterisk.fastagi import AgiConnection
from tests.wire.agi_desk import Desk, desk, talk
from tests.wire.fake_asterisk import calling


async def test_a_usage_reply_is_one_error_and_the_next_command_gets_its_own_reply() -> None:
    async def act(agi: AgiConnection) -> object:
        with pytest.raises(AgiSyntaxError):
            await agi.command("SAY NUMBER")
        return await agi.channel_status()

    usage = "520-Invalid command syntax.  Proper usage follows:\nUsage: SAY\n520 End of usage.\n"
    outcome = await talk(act, ("SAY NUMBER", usage), ("CHANNEL STATUS", "200 result=6\n"))
    assert outcome == 6


async def test_an_unknown_application_is_an_error() -> None:
    outcome = await talk(
        lambda agi: agi.exec("Nonsense"), ('EXEC "Nonsense" ""', "200 result=-2\n")
    )
    assert isinstance(outcome, AgiSyntaxError)


async def test_a_command_without_reply_ends_at_its_limit_and_closes_the_connection() -> None:
    async with (
        desk(lambda agi: agi.command("NOOP", limit_s=0.1)) as made,
        calling(made.server.port) as asterisk,
    ):
        assert isinstance(await made.outcome(), AgiTimeout)
        assert await asterisk.closed_by_server()


async def test_a_short_limit_after_a_long_one_is_kept() -> None:
    async def act(agi: AgiConnection) -> object:
        await agi.command("NOOP", limit_s=60)
        return await agi.command("NOOP", limit_s=0.1)

    async with desk(act) as made, calling(made.server.port) as asterisk:
        await asterisk.expect("NOOP", "200 result=0\n")
        assert isinstance(await made.outcome(), AgiTimeout)


async def test_a_long_limit_after_a_short_one_is_kept() -> None:
    async def act(agi: AgiConnection) -> object:
        await agi.command("NOOP", limit_s=0.1)
        return (await agi.command("NOOP", limit_s=5)).result

    async with desk(act) as made, calling(made.server.port) as asterisk:
        await asterisk.expect("NOOP", "200 result=0\n")
        await asterisk.command()
        await asyncio.sleep(0.25)
        await asterisk.reply("200 result=7\n")
        assert await made.outcome() == "7"


async def test_a_cancelled_command_closes_the_connection() -> None:
    async def act(agi: AgiConnection) -> object:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await agi.command("NOOP")
        with pytest.raises(PeerClosed):
            await agi.command("NOOP")
        return "cancelled"

    async with desk(act) as made, calling(made.server.port) as asterisk:
        assert await made.outcome() == "cancelled"
        assert await asterisk.closed_by_server()


async def test_a_second_command_at_once_is_refused() -> None:
    async def act(agi: AgiConnection) -> object:
        first = agi.command("NOOP")
        with pytest.raises(RuntimeError):
            await agi.command("NOOP")
        return (await first).result

    assert await talk(act, ("NOOP", "200 result=0\n")) == "0"


async def test_asterisk_leaving_in_mid_command_ends_the_visit() -> None:
    async with desk(lambda agi: agi.answer()) as made:
        async with calling(made.server.port) as asterisk:
            await asterisk.command()
        assert isinstance(await made.outcome(), PeerClosed)


async def test_an_oversized_reply_closes_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async with (
        desk(lambda agi: agi.get_variable("A")) as made,
        calling(made.server.port) as asterisk,
    ):
        await asterisk.command()
        await asterisk.reply(b"200 result=1 (" + b"x" * 100_000)
        assert isinstance(await made.outcome(), ProtocolError)
        assert await asterisk.closed_by_server()
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00" + bytes(200),
        b"agi_x: " + b"y" * 20_000,
        b"agi_x: 1\nnonsense\n\n",
        b"agi_a: 1\n" * 300 + b"\n",
        b"\n\n",
    ],
)
async def test_garbage_is_closed_with_one_log_line_and_callers_are_unharmed(
    garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(agi: AgiConnection) -> object:
        return await agi.channel_status()

    async with desk(act) as made, calling(made.server.port) as good:
        async with calling(made.server.port, garbage) as bad:
            assert await bad.closed_by_server()
        warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
        assert len(warnings) == 1
        await good.expect("CHANNEL STATUS", "200 result=6\n")
        assert await made.outcome() == 6


async def test_a_port_probe_is_logged_and_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with desk(lambda agi: agi.channel_status()) as made:
        async with calling(made.server.port, b""):
            pass
        async with calling(made.server.port, b"agi_network: yes\n"):
            pass
        async with calling(made.server.port) as good:
            await good.expect("CHANNEL STATUS", "200 result=6\n")
            assert await made.outcome() == 6
    assert [r.message for r in caplog.records].count("agi peer gave no environment") == 2


async def test_a_half_open_peer_is_closed_after_its_time(caplog: pytest.LogCaptureFixture) -> None:
    async with desk(lambda agi: agi.answer()) as made, calling(made.server.port, b"") as silent:
        assert await silent.closed_by_server()
        assert made.outcomes.empty()


async def test_a_reply_to_no_command_closes_only_that_connection() -> None:
    hold = asyncio.Event()

    async def act(agi: AgiConnection) -> object:
        await hold.wait()
        return await agi.channel_status()

    async with desk(act) as made, calling(made.server.port) as odd:
        await odd.reply("200 result=1\n")
        assert await odd.closed_by_server()
        hold.set()
        assert isinstance(await made.outcome(), PeerClosed)


async def test_over_the_limit_a_connection_is_refused_and_the_others_go_on() -> None:
    async def act(agi: AgiConnection) -> object:
        return await agi.channel_status()

    async with desk(act, AgiLimits(sessions=1)) as made, calling(made.server.port) as first:
        await first.command()
        async with calling(made.server.port) as second:
            assert await second.closed_by_server()
        await first.reply("200 result=6\n")
        assert await made.outcome() == 6


async def test_an_exception_in_one_visit_is_logged_and_the_server_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing = True

    async def act(agi: AgiConnection) -> object:
        if failing:
            raise KeyError("bug")
        return await agi.channel_status()

    async with desk(act) as made:
        async with calling(made.server.port) as first:
            assert await first.closed_by_server()
        failing = False
        async with calling(made.server.port) as second:
            await second.expect("CHANNEL STATUS", "200 result=6\n")
            assert await made.outcome() == 6
    assert "agi visit failed" in caplog.messages


async def test_closing_the_server_ends_every_visit_and_leaves_no_connection() -> None:
    async def act(agi: AgiConnection) -> object:
        return await agi.wait_for_digit(60)

    made = Desk(act)
    await made.server.start()
    async with calling(made.server.port) as asterisk:
        await asterisk.command()
        assert made.server.sessions == 1
        await made.server.close()
        assert await asterisk.closed_by_server()
    assert made.server.sessions == 0


async def test_many_callers_are_served_side_by_side() -> None:
    async def act(agi: AgiConnection) -> object:
        return [await agi.get_variable("A") for _ in range(20)]

    async def one(port: int, number: int) -> None:
        async with calling(port) as asterisk:
            for turn in range(20):
                await asterisk.expect('GET VARIABLE "A"', f"200 result=1 ({number}-{turn})\n")
            assert await asterisk.command() == ""

    async with desk(act, AgiLimits()) as made:
        await asyncio.gather(*[one(made.server.port, number) for number in range(30)])
        seen = [await made.outcome() for _ in range(30)]
    expected = [[f"{number}-{turn}" for turn in range(20)] for number in range(30)]
    assert sorted(map(str, seen)) == sorted(map(str, expected))
