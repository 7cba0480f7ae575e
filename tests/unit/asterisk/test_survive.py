"""The menu as native dialplan: what may stand in it, and what a node becomes that may not."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cti.asterisk.survive import NOTHING, Outside, compile_site, compile_tree
from cti.asterisk.survive_hours import calendar_contexts
from cti.asterisk.survive_nodes import _NODES
from cti.asterisk.survive_words import Variables, literal, named_apart
from cti.asterisk.text import UnsafeText
from cti.core.clock.hours import Calendar, OpeningHours, Span
from cti.core.ivr.check import Site
from cti.core.ivr.conditions import CallerIs, Compared, ModeIs, Not, Operator, Variable
from cti.core.ivr.parts import DigitCount, PlayPrompt, SayValue
from cti.core.ivr.tree import (
    NODE_TYPES,
    Collect,
    Defaults,
    Enqueue,
    Hangup,
    Menu,
    Node,
    Say,
    SetVariables,
    Tree,
)
from cti.core.ivr.wording import Said
from cti.core.problems import Mark

MARK = Mark("t.yaml")
OUTSIDE = Outside(
    fallback_queue="motor", dial_string=lambda target: f"PJSIP/{target}", since=date(2026, 1, 1)
)
CALENDAR = Calendar(zone=ZoneInfo("Asia/Shanghai"))


def tree(*nodes: Node, **more: Any) -> Tree:
    named = {node.id: node for node in nodes}
    human = Enqueue(id="agent", mark=MARK, enqueue="motor")
    fields: dict[str, Any] = {"sensitive": frozenset(), **more}
    return Tree(
        name="t",
        start=nodes[0].id,
        nodes={**named, "agent": human},
        calendar=CALENDAR,
        numbers=("95518",),
        defaults=Defaults(human="agent"),
        **fields,
    )


def compiled(*nodes: Node, **more: Any) -> Any:
    return compile_tree(tree(*nodes, **more), "acd-survive-tree-1", OUTSIDE)


def test_every_node_type_has_its_steps() -> None:
    assert set(_NODES) == set(NODE_TYPES.values())


@pytest.mark.parametrize(
    "text", ["${SHELL(id)}", "a;b", 'a"b', "a\nexten => x", "a&b", "a|b", "$[1]", "a\\,b", "a)b"]
)
def test_nothing_of_yaml_becomes_dialplan(text: str) -> None:
    with pytest.raises(UnsafeText):
        literal(text)
    node = SetVariables(id="start", mark=MARK, assign={"note": text}, next="agent")
    found = compiled(node)
    assert text not in found.text
    assert "exten => n_start,1,Goto(lost,1)" in found.text
    assert [(note.code, note.values["node"]) for note in found.notes] == [
        ("check.survive_unsafe", "start")
    ]


def test_words_and_numbers_of_any_script_may_be_values() -> None:
    node = SetVariables(id="start", mark=MARK, assign={"note": "重大 3.5"}, next="agent")
    assert not compiled(node).notes


def test_a_value_that_only_the_server_can_speak_is_left_out_and_named() -> None:
    spoken = SayValue("money", Variable("amount"))
    node = Say(id="start", mark=MARK, say=(PlayPrompt("intro"), spoken), next="agent")
    found = compiled(node)
    assert "95518/intro" in found.text
    assert [note.code for note in found.notes] == ["check.survive_unspoken"]


def test_only_what_can_be_reached_without_the_server_is_written() -> None:
    menu = Menu(id="start", mark=MARK, menu=(PlayPrompt("root"),), keys={"1": "bye"})
    bye = Hangup(id="bye", mark=MARK, hangup="done")
    lonely = Hangup(id="lonely", mark=MARK, hangup="done")
    found = compiled(menu, bye, lonely).text
    assert "exten => n_bye," in found
    assert "n_lonely" not in found


def test_personal_values_are_not_handed_on() -> None:
    ask = Collect(
        id="start",
        mark=MARK,
        collect=(PlayPrompt("ask"),),
        into="id_no",
        digits=DigitCount(18, 18),
        next="agent",
        sensitive=True,
    )
    open_, hidden = compiled(ask).text, compiled(ask, sensitive=frozenset({"id_no"})).text
    assert "&id_no=" in open_
    assert "&id_no=" not in hidden


def test_names_that_look_alike_are_kept_apart() -> None:
    found = named_apart(["a.b", "a_b", "a-b"], "V_")
    assert len(set(found.values())) == 3


def test_a_caller_class_and_a_mode_never_hold() -> None:
    variables = Variables([])
    assert variables.holds(CallerIs("vip"), {}) == "(0 = 1)"
    assert variables.holds(Not(ModeIs("disaster")), {}) == "((0 = 1) = 0)"


def test_text_is_compared_as_text_and_numbers_as_numbers() -> None:
    variables = Variables(["n"])
    same = variables.holds(Compared("n", Operator.IS, "010"), {})
    assert same == '(("x${V_n}" = "x010"))'
    least = variables.holds(Compared("n", Operator.AT_LEAST, 5), {})
    assert "0${FILTER(0-9.,${V_n})} >= 5" in least


def test_an_hour_that_changes_with_the_season_is_compiled_in() -> None:
    opening = OpeningHours(week=((Span(1320, 1800),),) * 7, holiday=())
    calendar = Calendar(zone=ZoneInfo("Europe/Paris"), hours={"night": opening})
    text = "\n".join(calendar_contexts(calendar, ["night"], date(2026, 1, 1)))
    assert "Set(W_OFFSET_S=3600)" in text
    change = int(datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("UTC")).timestamp())
    assert f"ExecIf($[${{W_NOW}} >= {change}]?Set(W_OFFSET_S=7200))" in text
    assert '"${W_YESTERDAY}" = "0"' in text


def test_without_a_tree_everybody_goes_to_the_queue() -> None:
    assert "exten => _d!,1,Goto(acd-survive,s,queue)" in NOTHING.text
    assert compile_site(Site(), OUTSIDE).text == NOTHING.text


def test_words_of_the_version_are_said_in_the_languages_that_have_them() -> None:
    node = Say(id="start", mark=MARK, say=(PlayPrompt("intro"), PlayPrompt("bye")), next="agent")
    wording = {
        "zh": {"intro": Said("spoken/00ff", "您好")},
        "en": {"intro": Said("spoken/11ee", "Hello")},
    }
    menu = tree(node, fallback={"bo-adx": "zh"})
    text = compile_tree(menu, "acd-survive-tree-1", OUTSIDE, wording).text
    zh, en, bo = (f'"${{CHANNEL(language)}}" = "{each}"' for each in ("zh", "en", "bo-adx"))
    own = (
        f"${{IF($[{en}]?95518-spoken/11ee:${{IF($[{zh} | {bo}]?95518-spoken/00ff:95518/intro)}})}}"
    )
    assert f"Set(W_PLAY=${{W_PLAY}}&{own})" in text
    assert "Set(W_PLAY=${W_PLAY}&95518/bye)" in text
