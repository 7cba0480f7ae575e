"""Keys that callers press: during sounds, after them, ahead of them."""

from cti.asterisk.agi_wire import (
    CallerHungUp,
    PromptMissing,
)
from cti.asterisk.fastagi import AgiConnection, Digits, EndedBy, Entry
from tests.wire.agi_desk import DEAD, talk

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
