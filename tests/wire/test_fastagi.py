import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cti.asterisk.agi_socket import AgiLimits
from cti.asterisk.agi_wire import (
    AgiError,
    AgiSyntaxError,
    AgiTimeout,
    CallerHungUp,
    DeadChannel,
    PeerClosed,
    PromptMissing,
    ProtocolError,
)
from cti.asterisk.fastagi import AgiConnection, Digits, EndedBy, Entry, FastAgiServer
from cti.asterisk.text import UnsafeText
from tests.wire.fake_asterisk import LIMIT_S, calling

DEAD = "511 Command Not Permitted on a dead channel or intercept routine\n"
QUICK = AgiLimits(sessions=5, environment_s=0.2, close_s=1.0)
Act = Callable[[AgiConnection], Awaitable[object]]


class Desk:
    """A FastAGI server whose visits do ``act``; what came of each visit is kept in order."""

    def __init__(self, act: Act, limits: AgiLimits = QUICK) -> None:
        self._act = act
        self.outcomes: asyncio.Queue[object] = asyncio.Queue()
        self.server = FastAgiServer(self._visit, "127.0.0.1", 0, limits)

    async def _visit(self, connection: AgiConnection) -> None:
        try:
            self.outcomes.put_nowait(await self._act(connection))
        except AgiError as error:
            self.outcomes.put_nowait(error)
            raise

    async def outcome(self) -> object:
        async with asyncio.timeout(LIMIT_S):
            return await self.outcomes.get()


@asynccontextmanager
async def desk(act: Act, limits: AgiLimits = QUICK) -> AsyncIterator[Desk]:
    made = Desk(act, limits)
    await made.server.start()
    try:
        yield made
    finally:
        await made.server.close()


async def talk(act: Act, *exchanges: tuple[str, str | bytes]) -> object:
    """Run one visit against these exchanges; its result, or its AGI error."""
    async with desk(act) as made, calling(made.server.port) as asterisk:
        for command, reply in exchanges:
            await asterisk.expect(command, reply)
        outcome = await made.outcome()
        assert await asterisk.command() == ""
        return outcome


async def test_a_visit_knows_who_calls_and_which_script_is_asked_for() -> None:
    async def act(agi: AgiConnection) -> object:
        return agi.path, agi.env["agi_uniqueid"], agi.env["agi_accountcode"]

    assert await talk(act) == ("ivr", "1795333693.17", "")


async def test_an_environment_in_many_segments_is_put_together() -> None:
    async def act(agi: AgiConnection) -> object:
        return agi.env["agi_calleridname"]

    name = "王小明𠮷".encode()
    async with desk(act) as made, calling(made.server.port, b"agi_netwo") as asterisk:
        await asterisk.reply(b"rk: yes\nagi_calleridname: " + name[:4], name[4:], b"\n", b"\n")
        assert await made.outcome() == "王小明𠮷"


async def test_a_variable_is_set_with_its_text_quoted() -> None:
    outcome = await talk(
        lambda agi: agi.set_variable("NAME", 'a "b" \\ ${X} 王'),
        (r'SET VARIABLE "NAME" "a \"b\" \\ ${X} 王"', "200 result=1\n"),
    )
    assert outcome is None


async def test_text_with_a_line_feed_never_reaches_asterisk(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def act(agi: AgiConnection) -> object:
        with pytest.raises(UnsafeText):
            await agi.set_variable("NAME", "x\nEXEC System id")
        return await agi.get_variable("NAME")

    assert await talk(act, ('GET VARIABLE "NAME"', "200 result=0\n")) is None


async def test_plain_variables_go_in_one_command() -> None:
    await talk(
        lambda agi: agi.set_variables({"A": "1", "B": "x,y", "C": "wait"}),
        ('EXEC "MSet" "A=1,C=wait"', "200 result=0\n"),
        ('SET VARIABLE "B" "x,y"', "200 result=1\n"),
    )


async def test_a_value_split_inside_a_character_is_put_together() -> None:
    async with (
        desk(lambda agi: agi.get_variable("NAME")) as made,
        calling(made.server.port) as asterisk,
    ):
        await asterisk.command()
        reply = "200 result=1 (中文姓名)\n".encode()
        await asterisk.reply(reply[:16], reply[16:20], reply[20:])
        assert await made.outcome() == "中文姓名"


async def test_a_value_of_several_lines_does_not_shift_the_next_reply() -> None:
    async def act(agi: AgiConnection) -> object:
        return await agi.get_variable("A"), await agi.get_variable("B")

    outcome = await talk(
        act,
        ('GET VARIABLE "A"', "200 result=1 (x)\nHANGUP\ny)\n"),
        ('GET VARIABLE "B"', "200 result=1 (second)\n"),
    )
    assert outcome == ("x)\nHANGUP\ny", "second")


async def test_an_unset_variable_is_none_and_an_empty_one_is_empty() -> None:
    async def act(agi: AgiConnection) -> object:
        return await agi.get_variable("A"), await agi.get_full_variable("${B}")

    outcome = await talk(
        act,
        ('GET VARIABLE "A"', "200 result=0\n"),
        ('GET FULL VARIABLE "${B}"', "200 result=1 ()\n"),
    )
    assert outcome == (None, "")


async def test_a_hangup_line_does_not_shift_the_replies() -> None:
    async def act(agi: AgiConnection) -> object:
        await agi.set_variable("A", "1")
        return await agi.channel_status(), agi.hangup_told

    outcome = await talk(
        act,
        ('SET VARIABLE "A" "1"', "HANGUP\n200 result=1\n"),
        ("CHANNEL STATUS", "200 result=6\n"),
    )
    assert outcome == (6, True)


async def test_a_hangup_line_between_two_commands_is_remembered() -> None:
    go_on = asyncio.Event()

    async def act(agi: AgiConnection) -> object:
        await agi.answer()
        await go_on.wait()
        return await agi.channel_status(), agi.hangup_told

    async with desk(act) as made, calling(made.server.port) as asterisk:
        await asterisk.expect("ANSWER", "200 result=0\n", "HANGUP\n")
        go_on.set()
        await asterisk.expect("CHANNEL STATUS", "200 result=6\n")
        assert await made.outcome() == (6, True)


async def test_a_missing_sound_is_told_from_a_hang_up() -> None:
    missing = await talk(
        lambda agi: agi.stream_file("zh/nothing"),
        ('STREAM FILE "zh/nothing" ""', "200 result=-1 endpos=0\n"),
        ("CHANNEL STATUS", "200 result=6\n"),
    )
    gone = await talk(
        lambda agi: agi.stream_file("zh/welcome"),
        ('STREAM FILE "zh/welcome" ""', "200 result=-1 endpos=8000\n"),
        ("CHANNEL STATUS", DEAD),
    )
    assert isinstance(missing, PromptMissing)
    assert missing.name == "zh/nothing"
    assert isinstance(gone, DeadChannel)
    assert isinstance(gone, CallerHungUp)


async def test_a_key_pressed_during_a_sound_is_returned() -> None:
    outcome = await talk(
        lambda agi: agi.stream_file("zh/menu", "123#"),
        ('STREAM FILE "zh/menu" "123#"', "200 result=35 endpos=800\n"),
    )
    assert outcome == "#"


ALL = "0123456789*#"


async def test_sounds_are_played_one_after_another() -> None:
    outcome = await talk(
        lambda agi: agi.playback(["a", "b"]),
        (f'STREAM FILE "a" "{ALL}" 0', "200 result=0 endpos=8000\n"),
        (f'STREAM FILE "b" "{ALL}" 0', "200 result=0 endpos=8000\n"),
    )
    assert outcome is None


async def test_keys_pressed_while_a_sound_is_played_to_its_end_count_for_what_is_asked_next() -> (
    None
):
    async def act(agi: AgiConnection) -> object:
        await agi.playback(["a"])
        return await agi.read(["menu"]), await agi.wait_for_digit(1), await agi.wait_for_digit(1)

    outcome = await talk(
        act,
        (f'STREAM FILE "a" "{ALL}" 0', "200 result=55 endpos=800\n"),
        (f'STREAM FILE "a" "{ALL}" 800', "200 result=35 endpos=2400\n"),
        (f'STREAM FILE "a" "{ALL}" 2400', "200 result=0 endpos=8000\n"),
        ("WAIT FOR DIGIT 1000", "200 result=0\n"),
    )
    assert outcome == (Digits("7", EndedBy.LENGTH), "#", None)


async def test_a_missing_sound_is_named_after_the_others_are_played() -> None:
    outcome = await talk(
        lambda agi: agi.playback(["a", "b"]),
        (f'STREAM FILE "a" "{ALL}" 0', "200 result=-1 endpos=0\n"),
        ("CHANNEL STATUS", "200 result=6\n"),
        (f'STREAM FILE "b" "{ALL}" 0', "200 result=0 endpos=8000\n"),
    )
    assert isinstance(outcome, PromptMissing)
    assert outcome.name == "a"


READ = 'EXEC "Read" "CTI_KEYS,a&b,1,t(),1,5"'
ASK = 'GET FULL VARIABLE "${READSTATUS} ${CTI_KEYS}"'


async def test_one_key_is_read_in_two_commands() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"]),
        (READ, "200 result=0\n"),
        (ASK, "200 result=1 (OK 7)\n"),
    )
    assert outcome == Digits("7", EndedBy.LENGTH)


async def test_silence_is_none() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"]),
        (READ, "200 result=0\n"),
        (ASK, "200 result=1 (TIMEOUT )\n"),
    )
    assert outcome is None


async def test_further_keys_have_a_timer_of_their_own() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"], Entry(max_digits=4, inter_digit_s=2.5)),
        (READ, "200 result=0\n"),
        (ASK, "200 result=1 (OK 1)\n"),
        ("WAIT FOR DIGIT 2500", "200 result=50\n"),
        ("WAIT FOR DIGIT 2500", "200 result=0\n"),
    )
    assert outcome == Digits("12", EndedBy.SILENCE)


async def test_the_terminator_ends_an_entry_and_is_no_part_of_it() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"], Entry(max_digits=4, inter_digit_s=2.5)),
        (READ, "200 result=0\n"),
        (ASK, "200 result=1 (OK 1)\n"),
        ("WAIT FOR DIGIT 2500", "200 result=35\n"),
    )
    assert outcome == Digits("1", EndedBy.TERMINATOR)


async def test_a_lone_terminator_is_not_silence() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"]), (READ, "200 result=0\n"), (ASK, "200 result=1 (OK #)\n")
    )
    assert outcome == Digits("", EndedBy.TERMINATOR)


async def test_a_hang_up_while_reading_is_seen_in_spite_of_result_0() -> None:
    outcome = await talk(
        lambda agi: agi.read(["a", "b"]),
        (READ, "200 result=0\n"),
        (ASK, "200 result=1 (HANGUP )\n"),
        ("CHANNEL STATUS", DEAD),
    )
    assert isinstance(outcome, CallerHungUp)


async def test_a_hang_up_while_waiting_for_a_key_is_seen() -> None:
    outcome = await talk(
        lambda agi: agi.wait_for_digit(2), ("WAIT FOR DIGIT 2000", "200 result=-1\n")
    )
    assert isinstance(outcome, CallerHungUp)


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
