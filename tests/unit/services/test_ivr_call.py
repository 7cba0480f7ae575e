"""One visit to the menu: what the caller hears, what is written down, and how it ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from cti.core import events
from cti.core.acd.signals import ChannelGone
from cti.core.call import CallPhase
from cti.core.callers import CallerClass, CallerProfile
from cti.core.ids import ChannelName
from cti.core.ivr.wording import Said
from cti.services.caller_line import ScriptBroke
from cti.services.ports import Refused
from tests.unit.services.visits import CALL, LIMIT_S, TREE, FakeLine, FakeSource, Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    found = Stage()
    running = asyncio.create_task(found.dispatcher.run())
    async with asyncio.timeout(LIMIT_S):
        await found.dispatcher.wait_live()
    try:
        yield found
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def of(line: FakeLine, what: str) -> list[object]:
    return [value for did, value in line.did if did == what]


async def test_a_version_that_says_a_prompt_in_its_own_words_plays_their_sound(
    stage: Stage,
) -> None:
    stage.wording = {
        "zh": {"main": Said("spoken/1", "主菜单")},
        "en": {"main": Said("spoken/2", "")},
    }
    line = await stage.walked("2", "1")
    assert of(line, "listen") == [["spoken/1"], ["spoken/2"]]
    assert of(line, "play to the end")[0] == ["notice"]


async def test_what_must_be_heard_is_played_first_and_the_rest_may_be_cut_short(
    stage: Stage,
) -> None:
    stage.text = TREE.replace("start: notice", "start: welcome")
    line = await stage.walked("1")
    assert line.did[:3] == [
        ("play", ["welcome"]),
        ("play to the end", ["notice"]),
        ("listen", ["main"]),
    ]


async def test_a_deaf_menu_is_played_before_the_caller_is_listened_to(stage: Stage) -> None:
    stage.text = TREE.replace("menu: main\n", "menu: main\n    barge_in: false\n")
    line = await stage.walked("1")
    assert line.did[:2] == [("play to the end", ["notice", "main"]), ("listen", [])]


async def test_keys_of_before_are_thrown_away_where_nobody_may_type_ahead(stage: Stage) -> None:
    stage.text = TREE.replace("menu: main\n", "menu: main\n    type_ahead: false\n")
    line = await stage.walked("1")
    assert line.did[:3] == [
        ("forget keys", ""),
        ("play to the end", ["notice"]),
        ("listen", ["main"]),
    ]


async def test_the_queue_is_on_the_line_before_it_is_written_down_and_he_waits_after(
    stage: Stage,
) -> None:
    line = await stage.walked("1")
    assert line.did[-3:] == [
        ("play to the end", ["connecting"]),
        ("choose", "advice"),
        ("to queue", None),
    ]
    assert (line.queued_before["choose"], line.queued_before["to queue"]) == (False, True)


async def test_keys_language_and_variables_reach_the_call_that_waits(stage: Stage) -> None:
    await stage.walked("2", "1")
    call = stage.dispatcher.floor.calls[CALL]
    assert (call.phase, call.queue, call.priority) == (CallPhase.WAITING, "advice", 90)
    assert (call.keys, call.language) == (("2", "1"), "en")
    assert call.choices == ("english", "motor")
    assert (call.needs, call.variables) == ({"motor": 2}, {"call_type": "report"})


async def test_sensitive_digits_reach_neither_the_call_nor_the_journal(stage: Stage) -> None:
    await stage.walked("7", "6226")
    assert stage.dispatcher.floor.calls[CALL].keys == ("7",)
    await stage.store.until("digitsDialed", 2)
    assert "6226" not in repr(stage.store.journal)


async def test_silence_and_a_wrong_key_are_written_down_and_asked_again(stage: Stage) -> None:
    line = await stage.walked("", "99", "1")
    assert of(line, "listen") == [["main"], ["no_input", "main"], ["invalid", "main"]]
    assert (await stage.told(events.NoInputHeard)).node == "main"
    assert (await stage.told(events.NoMatchHeard)).digits == "99"


async def test_another_language_is_on_the_line_before_the_next_prompt(stage: Stage) -> None:
    line = await stage.walked("2", "1")
    assert line.did[2:4] == [("speak", "en"), ("listen", ["main"])]


async def test_a_line_that_speaks_the_trees_language_already_is_not_told_again(
    stage: Stage,
) -> None:
    assert of(await stage.walked("1"), "speak") == []


async def test_a_tree_of_another_language_than_the_lines_is_heard_in_its_own(
    stage: Stage,
) -> None:
    stage.text = TREE.replace("[zh, en]", "[en, zh]")
    line = await stage.walked("1")
    assert line.did[0] == ("speak", "en")
    assert stage.dispatcher.floor.calls[CALL].language == "en"


async def test_what_a_source_knows_is_spoken(stage: Stage) -> None:
    stage.source.values = {"amount": "12"}
    line = await stage.walked("3", "0123")
    assert stage.source.asked == [("claims.status", {"report_no": "0123"})]
    [asked, told] = of(line, "play")
    assert asked == ["one_moment"]
    assert isinstance(told, list)
    assert (told[0], told[-1]) == ("found", "thanks")
    assert len(told) > 2
    ended = await stage.told(events.LookupEnded)
    assert (ended.source, ended.result) == ("claims.status", "found")


async def test_a_value_that_cannot_be_spoken_is_left_out_and_the_call_goes_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.source.values = {"amount": "a lot"}
    line = await stage.walked("3", "0123")
    assert of(line, "play") == [["one_moment"], ["found", "thanks"]]
    assert line.did[-1] == ("to queue", None)
    assert "value cannot be spoken" in caplog.messages
    assert "a lot" not in caplog.text


async def test_nothing_is_played_where_no_value_can_be_spoken(stage: Stage) -> None:
    stage.text = TREE.replace("[found, {money: $claim.amount}, thanks]", "[{money: $claim.amount}]")
    stage.source.values = {"amount": ""}
    line = await stage.walked("3", "0123")
    assert of(line, "play") == [["one_moment"]]
    assert line.did[-1] == ("to queue", None)


async def test_a_source_that_knows_nothing_leads_to_missing(stage: Stage) -> None:
    stage.source.values = None
    line = await stage.walked("3", "0123")
    assert of(line, "play") == [["one_moment"], ["not_found"]]
    assert (await stage.told(events.LookupEnded)).result == "missing"


def _too_slow(source: FakeSource) -> None:
    source.answers = False


def _broken(source: FakeSource) -> None:
    source.values = ValueError("no table")


@pytest.mark.parametrize("ails", [_too_slow, _broken])
async def test_a_source_that_is_late_or_broken_leads_to_failed(
    stage: Stage, ails: Callable[[FakeSource], None]
) -> None:
    ails(stage.source)
    line = await stage.walked("3", "0123")
    assert of(line, "play") == [["one_moment"], ["not_now"]]
    assert of(line, "choose") == ["motor"]
    assert (await stage.told(events.LookupEnded)).result == "failed"


async def test_what_a_script_returns_decides_the_way(stage: Stage) -> None:
    line = stage.line("4")
    line.script = {"state": "clear"}
    await stage.visit(line)
    assert of(line, "script") == [("weather", {"city": "Xining"}, 2)]
    assert of(line, "choose") == ["advice"]
    assert stage.dispatcher.floor.calls[CALL].variables["sky.state"] == "clear"


async def test_a_script_that_broke_leads_to_failed(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    line = stage.line("4")
    line.script = ScriptBroke("weather: KeyError")
    await stage.visit(line)
    assert of(line, "play") == [["not_now"]]
    assert "script failed: weather: KeyError" in caplog.messages


async def test_a_transfer_is_written_down_and_leaves_the_menu(stage: Stage) -> None:
    line = await stage.walked("5")
    assert line.did[-2:] == [("play to the end", ["connecting"]), ("to number", "4008895518")]
    assert (await stage.told(events.Transferred)).target == "4008895518"
    assert stage.dispatcher.floor.calls[CALL].phase is CallPhase.TRANSFERRED


async def test_a_visit_that_ends_says_good_bye(stage: Stage) -> None:
    line = await stage.walked("6")
    assert line.did[-2:] == [("play to the end", ["good_bye"]), ("good-bye", None)]


async def test_a_fault_of_the_menu_gives_the_caller_to_a_person(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    line = await stage.walked("8")
    assert line.did[-2:] == [("choose", "motor"), ("to queue", None)]
    assert stage.dispatcher.floor.calls[CALL].queue == "motor"
    assert "menu fault no_such_node at gone" in caplog.messages


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ("play to the end", "1"),
        ("listen", "1"),
        ("speak", "2"),
        ("play", "30123"),
        ("script", "4"),
        ("choose", "1"),
        ("to queue", "1"),
        ("to number", "5"),
        ("good-bye", "6"),
    ],
)
async def test_a_caller_who_leaves_ends_the_visit_wherever_he_is(
    stage: Stage, where: str, keys: str
) -> None:
    line = stage.line(*filter(None, (keys[0], keys[1:])))
    line.leaves_at = where
    await stage.visit(line)
    assert where not in dict(line.did)
    assert stage.dispatcher.live


async def test_a_caller_gone_before_he_is_queued_is_not_queued(stage: Stage) -> None:
    line = stage.line("1")
    line.leaves_at = "choose"
    await stage.visit(line)
    gone = ChannelGone(call_id=CALL, channel=ChannelName("PJSIP/trunk-1"), cause=16)
    await stage.dispatcher.ask(gone)
    assert "queued" not in stage.store.kinds()
    assert stage.dispatcher.floor.calls == {}


async def test_a_caller_who_cannot_be_written_down_is_refused_and_hears_nothing(
    stage: Stage,
) -> None:
    stage.store.down = True
    line = stage.line("1")
    with pytest.raises(Refused):
        await stage.visit(line)
    assert line.did == []


async def test_a_queue_that_cannot_be_written_down_is_on_the_line_for_the_fallback(
    stage: Stage,
) -> None:
    line = stage.line("1")
    line.down_after = "choose"
    with pytest.raises(Refused):
        await stage.visit(line)
    assert line.did[-1] == ("choose", "advice")


async def test_what_is_known_of_the_caller_goes_with_his_call(stage: Stage) -> None:
    stage.profile = CallerProfile(classes=(CallerClass.KNOWN, CallerClass.VIP), points=20)
    await stage.walked("1")
    assert (await stage.told(events.Offered)).flags == ("known", "vip")
    queued = await stage.told(events.Queued)
    assert (queued.flags, queued.priority) == (("known", "vip"), 99)


async def test_where_his_number_was_issued_is_told_with_a_callers_arrival(stage: Stage) -> None:
    await stage.walked("1")
    assert (await stage.told(events.Offered)).area == "971"


async def test_a_caller_is_greeted_in_the_language_he_chose_before(stage: Stage) -> None:
    stage.profile = CallerProfile(language="en")
    line = await stage.walked("1")
    assert line.did[0] == ("speak", "en")
    assert (await stage.told(events.Offered)).language == "en"
    assert stage.chosen == []


async def test_a_language_that_the_tree_does_not_speak_is_no_ones_language(stage: Stage) -> None:
    stage.profile = CallerProfile(language="bo")
    await stage.walked("1")
    assert (await stage.told(events.Offered)).language == "zh"


async def test_the_language_that_a_caller_chose_is_kept(stage: Stage) -> None:
    await stage.walked("2", "1")
    assert stage.chosen == ["en"]


async def test_a_condition_knows_the_callers_classes(stage: Stage) -> None:
    stage.profile = CallerProfile(classes=(CallerClass.BLOCKED,))
    stage.text = TREE.replace("start: notice", "start: door").replace(
        "nodes:\n", "nodes:\n  door: {branch: [{caller: blocked, go: bye}], else: notice}\n", 1
    )
    line = await stage.walked()
    assert of(line, "play to the end") == [["good_bye"]]
