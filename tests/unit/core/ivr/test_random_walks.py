"""Whatever callers and the world do, every shipped tree comes to a defined end, in bounded time."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.config_files import load_configuration
from cti.core.ivr import session as s
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.conditions import Value
from cti.core.ivr.interpreter import MAX_WAITS, advance, start
from cti.core.ivr.rules.figures import Figures, figures_of
from cti.core.ivr.rules.places import places_of
from cti.core.ivr.rules.sounds import Speaker, speaker_of
from cti.core.ivr.rules.waits import ERRAND_S
from cti.core.ivr.session import Facts, Fetch, Heard, Listen, Session, Turn
from cti.core.ivr.tree import Tree
from cti.core.speech import SpokenKind
from cti.dialplan_files import load_dialplan
from cti.house_files import house_of, load_rules

MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CALLERS = st.sets(
    st.sampled_from(["vip", "elderly", "blocked", "known", "repeat", "open_complaint"])
)
MODES = st.sets(st.sampled_from(["night", "disaster", "emergency", "peak", "evacuation"]))
KEYS = st.one_of(
    st.sampled_from("0123456789*#").map(s.Pressed),
    st.sampled_from(["*518", "12345*", "13897000001", "4711"]).map(s.Pressed),
    st.text("0123456789*#ABCD", max_size=12).map(s.Pressed),
    st.from_regex(r"[0-9]{8}", fullmatch=True).map(s.Pressed),
    st.just(s.NoInput()),
)
WORDS = st.sampled_from(
    ["", "ok", "wrong", "locked", "true", "0", "1", "paid", "declined", "assigned", "cargo",
     "2026-03-21", "13897000001", "\N{PILE OF POO}", "${CHANNEL}"]
)  # fmt: skip
NAMES = (
    *("state", "tail", "reported_on", "surveyor_phone", "registered_phone", "plate", "level"),
    *("locked", "result", "kind", "status", "starts_on", "ends_on", "name", "address", "phone"),
)
VALUES = st.dictionaries(st.sampled_from(NAMES), WORDS)
LOOKED_UP = st.one_of(VALUES.map(s.Found), st.sampled_from([s.Missing(), s.Failed()]))
SCRIPTED = st.one_of(VALUES.map(s.Done), st.just(s.Failed()))
ERRANDS = st.sampled_from([s.Done(), s.Failed()])
RECORDED = st.sampled_from([s.Done(), s.NoInput(), s.Failed()])
ENDS = st.sampled_from([s.HungUp(), s.Moved()])
ASKED = (Listen, Fetch, s.RunScript, s.Record, s.PlaceCallback, s.SendSms)
GOOD_ENDS = (s.ToQueue, s.Transfer, s.HangUp, s.Returned)
MOST_S = 24 * 3600.0


@dataclass(frozen=True)
class Shipped:
    """A shipped tree, how long its sounds last, and how far a person is from each node."""

    tree: Tree
    speaker: Speaker
    figures: dict[str, Figures]


def _shipped() -> dict[str, Shipped]:
    configuration, _ = load_configuration(Path("config"), {})
    assert configuration is not None
    house = house_of(configuration, load_rules(Path("config"))[0])
    site = load_dialplan(Path("dialplan"), Known(), house).site
    assert site is not None
    found = {}
    for name, tree in site.trees.items():
        speaker = speaker_of(tree, house.sounds)
        found[name] = Shipped(tree, speaker, figures_of(places_of(tree), speaker))
    return found


SHIPPED = _shipped()
every_tree = pytest.mark.parametrize("name", SHIPPED)


def begin(data: st.DataObject, tree: Tree) -> Turn:
    known: dict[str, Value] = {"queue": "motor", "agent_id": "1001", "waited_s": 65}
    facts = Facts(
        caller_number="13897000001",
        dialed_number="95518",
        now=data.draw(MOMENTS),
        language=data.draw(st.sampled_from(tree.languages)),
        caller=dict.fromkeys(data.draw(CALLERS), True),
        modes=tuple(sorted(data.draw(MODES))),
        variables=known if tree.entry else {},
    )
    return start(tree, facts)


def fitting(data: st.DataObject, turn: Turn) -> Heard:
    """An answer of the sort that the turn asks for."""
    answers: dict[type, st.SearchStrategy[Any]] = {
        Listen: KEYS,
        Fetch: LOOKED_UP,
        s.RunScript: SCRIPTED,
        s.Record: RECORDED,
    }
    return cast(Heard, data.draw(answers.get(type(turn.ask), ERRANDS)))


def walk(data: st.DataObject, tree: Tree, stray: bool = False) -> Turn:
    """Some steps through the tree; the session is stored and read back at each."""
    turn, moment = begin(data, tree), data.draw(MOMENTS)
    for _ in range(data.draw(st.integers(0, 30))):
        if isinstance(turn.ask, s.ENDINGS):
            break
        others = st.one_of(KEYS, LOOKED_UP, SCRIPTED, ENDS)
        heard = cast(Heard, data.draw(others)) if stray else fitting(data, turn)
        moment += timedelta(seconds=data.draw(st.integers(0, 3600)))
        stored = json.loads(json.dumps(turn.session.to_plain()))
        turn = advance(tree, Session.from_plain(stored), heard, moment)
    return turn


@every_tree
@settings(deadline=None)
@given(data=st.data())
def test_any_keys_silences_and_answers_lead_to_a_good_end_or_a_question(
    name: str, data: st.DataObject
) -> None:
    turn = walk(data, SHIPPED[name].tree)
    assert isinstance(turn.ask, (*ASKED, *GOOD_ENDS))
    assert turn.session.ended == isinstance(turn.ask, GOOD_ENDS)


@every_tree
@settings(deadline=None)
@given(data=st.data())
def test_even_answers_that_nobody_asked_for_raise_nothing(name: str, data: st.DataObject) -> None:
    turn = walk(data, SHIPPED[name].tree, stray=True)
    assert isinstance(turn.ask, (*ASKED, *s.ENDINGS))


@every_tree
@settings(deadline=None)
@given(data=st.data())
def test_a_caller_may_hang_up_anywhere(name: str, data: st.DataObject) -> None:
    tree = SHIPPED[name].tree
    turn = walk(data, tree)
    if not turn.session.ended:
        gone = advance(tree, turn.session, s.HungUp(), data.draw(MOMENTS))
        assert gone.ask == s.Gone("caller")
        assert gone.play == ()


def spoken_s(turn: Turn, speaker: Speaker) -> float:
    """How long the turn's words last at most."""
    return sum(
        speaker.prompt(each.id)
        if isinstance(each, s.Prompt)
        else speaker.sounds.value(SpokenKind(each.kind), speaker.languages[0], len(each.value))
        for each in turn.play
    )


def waited_s(turn: Turn) -> float:
    """How long somebody who never presses a key is waited for."""
    match turn.ask:
        case Listen(no_input_s=no_input_s):
            return no_input_s
        case Fetch(timeout_s=timeout_s) | s.RunScript(timeout_s=timeout_s):
            return timeout_s
        case s.Record(longest_s=longest_s):
            return longest_s
        case s.ToQueue() | s.Transfer() | s.HangUp() | s.Returned():
            return 0.0
    return ERRAND_S


@every_tree
@settings(deadline=None)
@given(data=st.data())
def test_whoever_falls_silent_ends_within_the_seconds_that_the_check_promises(
    name: str, data: st.DataObject
) -> None:
    it = SHIPPED[name]
    turn = walk(data, it.tree)
    moment = data.draw(MOMENTS)
    # He falls silent as a fresh node asks him; errors made there before count for him.
    promised_s = it.figures[turn.session.node].silent_s
    assert promised_s < MOST_S
    passed_s = waited_s(turn)
    for _ in range(MAX_WAITS):
        if turn.session.ended:
            break
        moment += timedelta(seconds=waited_s(turn))
        heard = s.NoInput() if isinstance(turn.ask, Listen) else fitting(data, turn)
        turn = advance(it.tree, turn.session, heard, moment)
        passed_s += spoken_s(turn, it.speaker) + waited_s(turn)
    assert isinstance(turn.ask, GOOD_ENDS)
    assert passed_s <= promised_s + 0.001


@every_tree
@settings(deadline=None)
@given(data=st.data())
def test_whoever_only_presses_wrong_keys_gets_to_a_good_end(name: str, data: st.DataObject) -> None:
    tree = SHIPPED[name].tree
    turn, moment = walk(data, tree), data.draw(MOMENTS)
    for _ in range(MAX_WAITS):
        if turn.session.ended:
            break
        heard = s.Pressed("A") if isinstance(turn.ask, Listen) else fitting(data, turn)
        turn = advance(tree, turn.session, heard, moment)
    assert isinstance(turn.ask, GOOD_ENDS)


@every_tree
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_flood_of_keys_ends_at_the_bound_of_waits(name: str, data: st.DataObject) -> None:
    tree = SHIPPED[name].tree
    turn, moment = begin(data, tree), data.draw(MOMENTS)
    keys = data.draw(st.lists(KEYS, min_size=1, max_size=5))
    for count in range(MAX_WAITS + 1):
        if turn.session.ended:
            break
        heard = keys[count % len(keys)] if isinstance(turn.ask, Listen) else fitting(data, turn)
        turn = advance(tree, turn.session, heard, moment)
    assert turn.session.ended
    assert turn.session.waits <= MAX_WAITS
