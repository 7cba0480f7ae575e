import asyncio
import sys
import time

import pytest

from cti.asterisk.agi_wire import CallerHungUp
from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.script import ScriptAgi, ScriptFailed, run_script
from tests.wire.agi_desk import DEAD, Act, desk, talk
from tests.wire.fake_asterisk import calling


def running(function: object, limit_s: float = 3.0) -> Act:
    """A visit that runs the script and gives its result, or the ScriptFailed it raised."""

    async def act(agi: AgiConnection) -> object:
        try:
            return await run_script(agi, function, limit_s=limit_s)  # type: ignore[arg-type]
        except ScriptFailed as failed:
            return failed

    return act


async def test_a_script_speaks_pyst2s_verbs_on_the_callers_connection() -> None:
    def script(agi: ScriptAgi) -> object:
        agi.answer()
        agi.set_variable("NAME", 'a "b" 王')
        key = agi.stream_file("zh/menu", "12")
        return key, agi.get_variable("CITY"), agi.env["agi_uniqueid"], agi.get_data("x", 1000, 3)

    outcome = await talk(
        running(script),
        ("ANSWER", "200 result=0\n"),
        (r'SET VARIABLE "NAME" "a \"b\" 王"', "200 result=1\n"),
        ('STREAM FILE zh/menu "12" 0', "HANGUP\n200 result=50 endpos=80\n"),
        ('GET VARIABLE "CITY"', "200 result=1 (line1)\nline2)\n"),
        ("GET DATA x 1000 3", "200 result=12 (timeout)\n"),
    )
    assert outcome == ("2", "line1)\nline2", "1795333693.17", "12")


async def test_a_script_cannot_inject_a_second_command() -> None:
    def script(agi: ScriptAgi) -> None:
        agi.set_variable("NAME", "x\nEXEC System id")

    outcome = await talk(running(script))
    assert isinstance(outcome, ScriptFailed)
    assert "control character" in str(outcome)


async def test_applications_and_the_database_are_reached_with_their_text_quoted() -> None:
    def script(agi: ScriptAgi) -> object:
        agi.exec_command("Playback", "a", "noanswer")
        return agi.database_get("fam", "key")

    outcome = await talk(
        running(script),
        ('EXEC Playback "a,noanswer"', "200 result=0\n"),
        ('DATABASE GET "fam" "key"', "200 result=1 (v)\n"),
    )
    assert outcome == "v"


async def test_an_error_in_a_script_is_told_and_the_call_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def act(agi: AgiConnection) -> object:
        with pytest.raises(ScriptFailed, match="ZeroDivisionError"):
            await run_script(agi, lambda _: 1 / 0, limit_s=3)
        return await agi.channel_status()

    assert await talk(act, ("CHANNEL STATUS", "200 result=6\n")) == 6
    assert capsys.readouterr().err == ""


async def test_sys_exit_in_a_script_ends_only_the_script() -> None:
    outcome = await talk(running(lambda _: sys.exit(3)))
    assert isinstance(outcome, ScriptFailed)


async def test_a_hang_up_in_a_script_is_a_hang_up_and_no_failure() -> None:
    def script(agi: ScriptAgi) -> None:
        agi.wait_for_digit(1000)

    outcome = await talk(
        running(script), ("WAIT FOR DIGIT 1000", "200 result=-1\n"), ("CHANNEL STATUS", DEAD)
    )
    assert isinstance(outcome, CallerHungUp)


async def test_a_missing_sound_in_a_script_is_a_failure() -> None:
    def script(agi: ScriptAgi) -> None:
        agi.stream_file("nothing")

    outcome = await talk(
        running(script),
        ('STREAM FILE nothing "" 0', "200 result=-1 endpos=0\n"),
        ("CHANNEL STATUS", "200 result=6\n"),
    )
    assert isinstance(outcome, ScriptFailed)


async def test_a_script_that_blocks_stalls_nobody_and_ends_at_its_limit() -> None:
    async def act(agi: AgiConnection) -> object:
        if agi.env["agi_uniqueid"] == "slow":
            with pytest.raises(ScriptFailed, match="more than"):
                await run_script(agi, lambda _: time.sleep(0.6), limit_s=0.3)
            return await agi.channel_status()
        return await agi.get_variable("A")

    async with desk(act) as made, calling(made.server.port, b"agi_uniqueid: slow\n\n") as slow:
        async with calling(made.server.port) as other:
            began = time.monotonic()
            await other.expect('GET VARIABLE "A"', "200 result=1 (x)\n")
            assert await made.outcome() == "x"
            assert time.monotonic() - began < 0.25
        await slow.expect("CHANNEL STATUS", "200 result=6\n")
        assert await made.outcome() == 6


async def test_a_script_that_never_ends_is_stopped() -> None:
    steps = 0

    def script(_: ScriptAgi) -> object:
        nonlocal steps
        while True:
            steps += 1

    outcome = await talk(running(script, limit_s=0.2))
    assert isinstance(outcome, ScriptFailed)
    await asyncio.sleep(0.1)
    seen = steps
    await asyncio.sleep(0.1)
    assert steps == seen


async def test_a_command_under_way_at_the_limit_may_end_and_the_call_goes_on() -> None:
    async def act(agi: AgiConnection) -> object:
        with pytest.raises(ScriptFailed):
            await run_script(agi, lambda script: script.stream_file("long"), limit_s=0.1)
        return await agi.channel_status()

    async with desk(act) as made, calling(made.server.port) as asterisk:
        await asterisk.command()
        await asyncio.sleep(0.3)
        await asterisk.reply("200 result=0 endpos=1\n")
        await asterisk.expect("CHANNEL STATUS", "200 result=6\n")
        assert await made.outcome() == 6


async def test_a_scripts_connection_lost_ends_the_visit() -> None:
    def script(agi: ScriptAgi) -> None:
        agi.answer()

    async with desk(running(script)) as made:
        async with calling(made.server.port) as asterisk:
            await asterisk.command()
        outcome = await made.outcome()
    assert type(outcome).__name__ == "PeerClosed"
