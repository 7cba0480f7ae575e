"""Values, variables and sounds over FastAGI."""

import asyncio

import pytest

from cti.asterisk.agi_wire import (
    CallerHungUp,
    DeadChannel,
    PromptMissing,
)
from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.text import UnsafeText
from tests.wire.agi_desk import DEAD, desk, talk
from tests.wire.fake_asterisk import calling


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
