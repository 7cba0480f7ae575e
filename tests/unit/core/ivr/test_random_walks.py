"""Whatever callers press, the shipped menu ends or waits; it never raises and never faults."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.core.ivr import session as s
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.session import Facts, Fetch, Heard, Listen, Session, Turn
from cti.core.ivr.tree import Tree
from cti.dialplan_files import load_dialplan

MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
KEYS = st.one_of(
    st.sampled_from("0123456789*#").map(s.Pressed),
    st.text("0123456789*#ABCD", max_size=12).map(s.Pressed),
    st.from_regex(r"[0-9]{8}", fullmatch=True).map(s.Pressed),
    st.just(s.NoInput()),
)
STATES = st.sampled_from(["reported", "paid", "declined", "", "\N{PILE OF POO}"])
ANSWERS = st.one_of(
    STATES.map(lambda state: s.Found({"state": state, "tail": "0123", "reported_on": "03-21"})),
    st.sampled_from([s.Found({}), s.Missing(), s.Failed()]),
)
ENDS = st.sampled_from([s.HungUp(), s.Moved()])
STRAY = st.one_of(ANSWERS, st.just(s.Done({})))


def _shipped() -> Tree:
    site = load_dialplan(Path("dialplan")).site
    assert site is not None
    return site.trees["95518"]


TREE = _shipped()


def walk(data: st.DataObject, moment: datetime, fitting: bool) -> Turn:
    turn = start(TREE, Facts(caller_number="1", dialed_number="95518", now=moment))
    for _ in range(data.draw(st.integers(0, 40))):
        if not isinstance(turn.ask, Listen | Fetch):
            break
        expected = KEYS if isinstance(turn.ask, Listen) else ANSWERS
        heard = cast(Heard, data.draw(expected if fitting else st.one_of(KEYS, STRAY, ENDS)))
        moment += timedelta(seconds=data.draw(st.integers(0, 3600)))
        stored = json.loads(json.dumps(turn.session.to_plain()))
        turn = advance(TREE, Session.from_plain(stored), heard, moment)
    return turn


@settings(deadline=None)
@given(st.data(), MOMENTS)
def test_any_keys_and_silences_end_at_a_person_or_wait(
    data: st.DataObject, moment: datetime
) -> None:
    turn = walk(data, moment, fitting=True)
    assert isinstance(turn.ask, Listen | Fetch | s.ToQueue)
    assert turn.session.ended == isinstance(turn.ask, s.ToQueue)


@settings(deadline=None)
@given(st.data(), MOMENTS)
def test_even_answers_that_nobody_asked_for_raise_nothing(
    data: st.DataObject, moment: datetime
) -> None:
    turn = walk(data, moment, fitting=False)
    assert isinstance(turn.ask, Listen | Fetch | s.ToQueue | s.Gone | s.Fault)


@settings(deadline=None)
@given(MOMENTS)
def test_a_caller_who_only_keeps_silent_gets_a_person(moment: datetime) -> None:
    turn = start(TREE, Facts(caller_number="1", dialed_number="95518", now=moment))
    for _ in range(12):
        if isinstance(turn.ask, Listen):
            turn = advance(TREE, turn.session, s.NoInput(), moment)
    assert isinstance(turn.ask, s.ToQueue)
