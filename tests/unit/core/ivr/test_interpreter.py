"""Turns at the edges of what golden flows show: notes, limits, faults."""

from dataclasses import replace
from datetime import UTC, datetime

from cti.core.ivr import session as s
from cti.core.ivr.interpreter import MAX_WAITS, advance, start
from cti.core.ivr.session import Facts, Listen, Session, Turn
from cti.core.ivr.tree import NODE_TYPES, Subtree, Tree
from cti.core.ivr.visits import ANSWERS, MAX_DEPTH, VISITS
from tests.unit.core.ivr.trees import tree_of

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
FACTS = Facts(caller_number="13897000001", dialed_number="1", now=NOW)
MENU = """
tree: "1"
numbers: ["1"]
defaults: {human: people, keys: {"*": back, "9": repeat, "0": human, "5": return}}
start: notice
nodes:
  notice: {say: notice, barge_in: false, next: main}
  main:
    menu: [main, {digits: 12}]
    keys: {"1": below, "2": id, "3": number, "#4": people, "7": nowhere, "8": human}
    barge_in: false
    type_ahead: false
    no_input_s: 7
  below: {menu: below, keys: {"1": below, "3": number}, on_failure: people}
  id: {collect: ask, into: id_tail, digits: 6, sensitive: true, next: people, no_input_s: 9, inter_digit_s: 4}
  number: {collect: ask, into: number, digits: {least: 2, most: 4}, next: people, attempts: 1}
  people: {enqueue: desk}
"""


def started(tree: Tree | None = None) -> Turn:
    return start(tree or tree_of(MENU), FACTS)


def after(*heard: s.Heard, tree: Tree | None = None) -> Turn:
    tree = tree or tree_of(MENU)
    turn = start(tree, FACTS)
    for each in heard:
        turn = advance(tree, turn.session, each, NOW)
    return turn


def test_every_node_type_can_be_visited() -> None:
    assert set(VISITS) == set(NODE_TYPES.values())
    assert set(ANSWERS) <= set(VISITS)


def test_a_notice_that_cannot_be_cut_short_keeps_its_mark_before_a_menu() -> None:
    turn = started()
    assert turn.play == (
        s.Prompt("notice", barge_in=False),
        s.Prompt("main", barge_in=False),
        s.Spoken("digits", "12", barge_in=False),
    )


def test_a_menu_listens_for_one_key_with_its_own_limits() -> None:
    assert started().ask == Listen(
        max_digits=1, no_input_s=7, inter_digit_s=3, barge_in=False, type_ahead=False
    )


def test_the_rest_of_a_longer_key_is_awaited_shortly_and_nothing_is_thrown_away() -> None:
    turn = after(s.Pressed("#"))
    assert turn.play == ()
    assert turn.ask == Listen(
        max_digits=1, no_input_s=3, inter_digit_s=3, barge_in=False, type_ahead=True
    )


def test_a_number_is_listened_for_up_to_the_hash_key() -> None:
    assert after(s.Pressed("2")).ask == Listen(
        max_digits=7, end_key="#", no_input_s=9, inter_digit_s=4
    )


def test_the_notes_say_which_nodes_were_entered_and_which_key_led_there() -> None:
    assert started().notes == (s.NodeEntered("notice", "say"), s.NodeEntered("main", "menu"))
    assert after(s.Pressed("1")).notes == (
        s.KeyChosen("main", "1", "below"),
        s.NodeEntered("below", "menu"),
    )


def test_a_reserved_target_is_noted_as_the_node_it_led_to() -> None:
    assert after(s.Pressed("0")).notes[0] == s.KeyChosen("main", "0", "people", "human")
    assert after(s.Pressed("1"), s.Pressed("*")).notes[0] == s.KeyChosen(
        "below", "*", "main", "back"
    )


def test_silence_and_wrong_keys_are_noted_apart() -> None:
    assert after(s.NoInput()).notes == (s.NoInputHeard("main"),)
    assert after(s.Pressed("6")).notes == (s.NoMatchHeard("main", "6"),)


def test_digits_of_a_sensitive_node_are_never_noted() -> None:
    good = after(s.Pressed("2"), s.Pressed("12345*"))
    wrong = after(s.Pressed("2"), s.Pressed("123"))
    assert good.notes[0] == s.KeyChosen("id", "", "people")
    assert wrong.notes == (s.NoMatchHeard("id", ""),)


def test_personal_data_is_not_handed_on_with_the_call() -> None:
    assert after(s.Pressed("2"), s.Pressed("12345*")).ask == s.ToQueue(queue="desk")


def test_a_number_with_one_digit_too_many_is_not_cut_to_fit() -> None:
    turn = after(s.Pressed("2"), s.Pressed("1234567"))
    assert turn.notes == (s.NoMatchHeard("id", ""),)


def test_star_is_x_only_at_the_end_of_a_number() -> None:
    turn = after(s.Pressed("3"), s.Pressed("12*"))
    assert turn.ask == s.ToQueue(queue="desk", variables={"number": "12X"})
    assert isinstance(after(s.Pressed("3"), s.Pressed("*12")).notes[0], s.NoMatchHeard)


def test_letters_and_foreign_digits_are_no_number() -> None:
    for keys in ("AB", "１２", "1-2", "", "12345"):
        assert isinstance(after(s.Pressed("3"), s.Pressed(keys)).notes[0], s.NoMatchHeard), keys


def test_after_the_only_attempt_a_number_leads_to_the_menu_above() -> None:
    turn = after(s.Pressed("1"), s.Pressed("3"), s.NoInput())
    assert turn.session.node == "below"
    assert turn.play == (s.Prompt("no_input"), s.Prompt("below"))


def test_a_way_out_that_is_not_a_person_does_not_promise_one() -> None:
    turn = after(s.Pressed("1"), *[s.Pressed("6")] * 3)
    assert turn.play == (s.Prompt("invalid"),)
    assert turn.ask == s.ToQueue(queue="desk")


def test_coming_to_a_menu_again_shortens_the_way_back() -> None:
    turn = after(s.Pressed("1"), s.Pressed("1"), s.Pressed("1"))
    assert turn.session.menus == ("main", "below")


def test_human_as_a_menu_choice_leads_to_the_default_person() -> None:
    assert after(s.Pressed("8")).ask == s.ToQueue(queue="desk")


def test_a_caller_who_hangs_up_is_gone_wherever_he_is() -> None:
    for before in ([], [s.Pressed("1")], [s.Pressed("2")]):
        turn = after(*before, s.HungUp())
        assert (turn.ask, turn.play, turn.notes) == (s.Gone("caller"), (), ())


def test_a_call_that_was_moved_has_left_the_tree() -> None:
    assert after(s.Moved("acd-wait")).ask == s.Gone("moved")


def test_a_visit_that_has_ended_stays_ended() -> None:
    turn = after(s.Pressed("0"), s.Pressed("1"))
    assert turn.ask == s.Fault("already_ended", "people")
    assert turn.session.ended


def test_an_answer_that_does_not_fit_is_a_fault() -> None:
    answers = (s.Found({}), s.Missing(), s.Failed(), s.Done({}))
    for answer in answers:
        assert after(answer).ask == s.Fault("unexpected_answer", "main")
        assert after(s.Pressed("2"), answer).ask == s.Fault("unexpected_answer", "id")


def test_a_session_of_another_version_of_the_tree_is_a_fault() -> None:
    session = Session(
        tree="1", node="was_here", language="zh", caller_number="1", dialed_number="1"
    )
    turn = advance(tree_of(MENU), session, s.Pressed("1"), NOW)
    assert turn.ask == s.Fault("unexpected_answer", "was_here")


def test_a_target_that_is_no_node_is_a_fault() -> None:
    assert after(s.Pressed("7")).ask == s.Fault("no_such_node", "nowhere")


def test_return_outside_a_subtree_is_a_fault() -> None:
    assert after(s.Pressed("5")).ask == s.Fault("return_outside_subtree", "")


def test_a_hundred_nodes_without_a_wait_are_a_fault() -> None:
    loop = 'tree: "1"\nstart: a\nnodes:\n  a: {say: x, next: b}\n  b: {set: {y: 1}, next: a}\n'
    turn = started(tree_of(loop))
    assert isinstance(turn.ask, s.Fault)
    assert turn.ask.reason == "too_many_nodes"
    assert len(turn.notes) == 100


def test_a_hundred_nodes_that_end_in_a_queue_are_not_too_many() -> None:
    says = "".join(f"  n{n}: {{say: x, next: n{n + 1}}}\n" for n in range(1, 100))
    tree = tree_of('tree: "1"\nstart: n1\nnodes:\n' + says + "  n100: {enqueue: desk}\n")
    assert started(tree).ask == s.ToQueue(queue="desk")


def test_an_answer_that_does_not_fit_a_lookup_or_a_script_is_a_fault() -> None:
    limits = "timeout_s: 3, failed: q"
    for node in (
        "{lookup: a, with: {b: 1}, into: c, found: q, missing: q, " + limits + "}",
        "{script: a, next: q, " + limits + "}",
    ):
        tree = tree_of(f'tree: "1"\nstart: n\nnodes:\n  n: {node}\n  q: {{enqueue: desk}}\n')
        assert after(s.Pressed("1"), tree=tree).ask == s.Fault("unexpected_answer", "n")


def test_a_script_without_a_name_for_its_answers_sets_them_as_they_are() -> None:
    text = """
tree: "1"
start: n
nodes:
  n: {script: a, next: q, timeout_s: 3, failed: q}
  q: {enqueue: desk}
"""
    turn = after(s.Done({"sky": "blue"}), tree=tree_of(text))
    assert turn.ask == s.ToQueue(queue="desk", variables={"sky": "blue"})


def test_a_caller_who_never_stops_pressing_is_given_to_a_person_in_the_end() -> None:
    turn = after(*[s.Pressed("9")] * (MAX_WAITS - 1))
    assert isinstance(turn.ask, Listen)
    assert after(*[s.Pressed("9")] * MAX_WAITS).ask == s.Fault("too_many_waits", "main")


def test_subtrees_that_call_each_other_without_end_are_a_fault() -> None:
    plain = tree_of(MENU)
    node = Subtree(id="a", mark=plain.nodes["main"].mark, subtree="a", next="b")
    turn = started(replace(plain, start="a", nodes={"a": node}))
    assert turn.ask == s.Fault("too_deep", "a")
    assert len(turn.session.returns) == MAX_DEPTH


def test_back_before_any_menu_goes_to_the_start() -> None:
    text = """
tree: "1"
start: number
nodes:
  number: {collect: ask, into: number, digits: 4, next: people}
  people: {enqueue: desk}
"""
    turn = after(s.Pressed("*"), tree=tree_of(text))
    assert turn.session.node == "number"


def test_the_caller_keeps_his_language_unless_the_tree_changes_it() -> None:
    facts = Facts(caller_number="1", dialed_number="1", now=NOW, language="en")
    assert start(tree_of(MENU), facts).session.language == "en"
