"""How far a person is: exact figures on small trees, and never less than callers really need."""

import math
import random
from datetime import UTC, datetime

import pytest

from cti.core.ivr import session as out
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.rules.figures import Figures, figures_of
from cti.core.ivr.rules.places import Place, places_of
from cti.core.ivr.rules.sounds import Sounds, speaker_of
from cti.core.ivr.rules.waits import ERRAND_S
from cti.core.ivr.session import Facts, Session, Turn
from cti.core.ivr.tree import Tree
from cti.services.ivr_errands import ERRAND_LIMIT_S
from tests.unit.core.ivr.rules_site import SECONDS
from tests.unit.core.ivr.trees import tree_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOUNDS = Sounds({"zh": SECONDS})
HEAD = """
tree: "1"
numbers: ["1"]
defaults: {human: people, no_input_s: 5, inter_digit_s: 3, attempts: 2}
start: root
nodes:
  people: {enqueue: desk, say: bye}
"""
MENUS = (
    HEAD
    + """
  root: {menu: hello, keys: {"1": below, "2": ask}}
  below: {menu: hello, keys: {"1": root, "2": told}}
  told: {say: hello, barge_in: false, next: looked}
  looked: {lookup: s, with: {a: 1}, into: x, timeout_s: 3, found: below, missing: people, failed: human}
  ask: {collect: hello, into: n, digits: 4, next: people, on_failure: human}
"""
)


def figures(text: str) -> dict[str, Figures]:
    tree = tree_of(text)
    return figures_of(places_of(tree), speaker_of(tree, SOUNDS))


def test_who_knows_his_keys_talks_over_the_menu() -> None:
    found = figures(MENUS)["root"]
    assert (found.keys, found.to_human) == (1, True)
    assert found.knowing_s == 0.5 + SECONDS["bye"]


def test_the_silent_caller_hears_the_menu_as_often_as_there_are_attempts() -> None:
    found = figures(MENUS)["root"]
    once = SECONDS["hello"] + 5
    assert found.silent_s == pytest.approx(
        2 * once + SECONDS["no_input"] + SECONDS["too_many_errors"] + SECONDS["bye"]
    )
    assert found.silent_end == "people"


def test_the_silent_caller_in_a_lower_menu_fails_upwards_first() -> None:
    found = figures(MENUS)
    twice = 2 * (SECONDS["hello"] + 5) + 2 * SECONDS["no_input"]
    assert found["below"].silent_s == pytest.approx(twice + found["root"].silent_s)


def test_the_worst_caller_errs_before_every_key_and_then_fails() -> None:
    found = figures(MENUS)["root"]
    assert found.worst_way[:2] == ("root", "below")
    assert found.worst_s > figures(MENUS)["below"].silent_s


def test_a_prompt_that_cannot_be_interrupted_counts_for_everybody() -> None:
    text = HEAD + "  root: {say: hello, barge_in: false, next: people}\n"
    found = figures(text)["root"]
    assert found.knowing_s == found.silent_s == found.worst_s == SECONDS["hello"] + SECONDS["bye"]


def test_a_loop_of_failures_is_endless_for_who_presses_nothing() -> None:
    text = HEAD + '  root: {menu: hello, keys: {"1": people}, on_failure: root}\n'
    found = figures(text)["root"]
    assert found.silent_s == math.inf
    assert found.knowing_s < math.inf


def test_a_retry_that_a_condition_ends_is_counted() -> None:
    text = (
        HEAD
        + """
  root: {collect: hello, into: n, digits: 4, next: looked, on_failure: human}
  looked: {lookup: s, with: {a: 1}, into: x, timeout_s: 3, found: people, missing: tried, failed: people}
  tried: {branch: [{var: again, is: true, go: people}], else: once}
  once: {set: {again: true}, next: root}
"""
    )
    assert figures(text)["root"].worst_s < math.inf
    endless = text.replace("missing: tried", "missing: once")
    assert figures(endless)["root"].worst_s == math.inf


def test_a_visit_that_some_circumstances_end_without_a_person_says_so() -> None:
    text = HEAD + "  root: {branch: [{hours: closed, of: desk, go: off}], else: people}\n"
    found = figures(text + "  off: {hangup: closed, say: bye}\n")["root"]
    assert not found.to_human
    assert found.keys == 0


def test_a_spoken_number_is_no_longer_than_callers_may_key_in() -> None:
    sounds = Sounds({"zh": {**SECONDS, **{f"digits/{n:02}": 0.5 for n in range(100)}}})
    text = HEAD + "  root: {collect: hello, into: n, digits: 4, next: told}\n"
    text += "  told: {say: {digits: $n}, next: people}\n"
    tree = tree_of(text)
    known = figures_of(places_of(tree), speaker_of(tree, sounds))["told"].silent_s
    unknown = figures_of(places_of(tree), speaker_of(tree_of(HEAD), sounds))["told"].silent_s
    assert SECONDS["bye"] < known < unknown


def test_an_errand_counts_with_the_limit_that_it_has() -> None:
    assert ERRAND_S == ERRAND_LIMIT_S


def _turn_s(turn: Turn) -> float:
    prompts = [each for each in turn.play if isinstance(each, out.Prompt)]
    return sum(SOUNDS.prompt(each.id, "zh") for each in prompts)


def _walk(tree: Tree, dice: random.Random, silent: bool) -> tuple[float, list[Session]]:
    """One caller who hears everything out; the seconds he took, and where he was."""
    turn = start(tree, Facts(caller_number="1", dialed_number="1", now=NOW))
    seconds, sessions = _turn_s(turn), [turn.session]
    while not turn.session.ended:
        heard, waited = _answer(turn, dice, silent)
        turn = advance(tree, turn.session, heard, NOW)
        seconds += waited + _turn_s(turn)
        sessions.append(turn.session)
    return seconds, sessions


def _answer(turn: Turn, dice: random.Random, silent: bool) -> tuple[out.Heard, float]:
    if isinstance(turn.ask, out.Fetch):
        answers: list[out.Heard] = [out.Found({}), out.Missing(), out.Failed()]
        return dice.choice(answers), turn.ask.timeout_s
    assert isinstance(turn.ask, out.Listen)
    if silent or dice.random() < 0.3:
        return out.NoInput(), turn.ask.no_input_s
    return out.Pressed(dice.choice(["1", "2", "4", "*", "0", "1234"])), turn.ask.no_input_s


@pytest.mark.parametrize("seed", range(30))
def test_nobody_is_ever_where_the_rules_do_not_look(seed: int) -> None:
    tree = tree_of(MENUS)
    known = set(places_of(tree).places)
    _, sessions = _walk(tree, random.Random(seed), silent=False)  # noqa: S311
    visited = {Place(each.node, each.menus, each.returns) for each in sessions}
    assert visited <= known


@pytest.mark.parametrize("seed", range(10))
def test_a_silent_caller_takes_exactly_the_time_that_is_told(seed: int) -> None:
    tree = tree_of(MENUS)
    seconds, _ = _walk(tree, random.Random(seed), silent=True)  # noqa: S311
    assert seconds == pytest.approx(figures(MENUS)["root"].silent_s)
