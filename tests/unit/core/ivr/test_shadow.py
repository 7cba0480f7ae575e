"""Where another version would have led a caller who did the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.ids import CallId
from cti.core.ivr import session as out
from cti.core.ivr.session import Facts, Heard
from cti.core.ivr.shadow import Parted, Visit, compare
from cti.core.ivr.shadow_report import grouped
from cti.core.version_events import ShadowDiffered
from tests.unit.core.ivr.trees import tree_of

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LIVE = """\
tree: "95518"
numbers: ["95518"]
defaults: {human: person}
start: hello
nodes:
  hello: {say: welcome, next: root}
  root: {menu: root, keys: {"1": motor, "2": ask, "3": bye}}
  motor: {enqueue: motor}
  ask:
    collect: enter
    into: report_no
    digits: 4
    next: find
    sensitive: true
  find:
    lookup: claims.status
    with: {report_no: $report_no}
    into: claim
    timeout_s: 3
    found: told
    missing: person
    failed: person
  told: {say: found, next: bye}
  bye: {hangup: done}
  person: {enqueue: consult, set: {report_no: $report_no}}
"""


def visit(*heard: Heard) -> Visit:
    steps = [(each, NOW + timedelta(seconds=n)) for n, each in enumerate(heard, 1)]
    return Visit(
        facts=Facts(caller_number="13900000001", dialed_number="95518", now=NOW), heard=steps
    )


def compared(change: tuple[str, str], *heard: Heard) -> Parted | None:
    assert change[0] in LIVE
    return compare(tree_of(LIVE), tree_of(LIVE.replace(*change)), visit(*heard))


ONE = out.Pressed("1")


def test_other_words_on_the_same_way_are_no_difference() -> None:
    assert compared(("say: welcome", "say: welcome_night"), ONE) is None


def test_another_queue_is_told_with_the_place_where_the_ways_part() -> None:
    found = compared(("enqueue: motor", "enqueue: major, priority: 90"), ONE)
    assert found == Parted(node="root", was="queue:motor", would="queue:major/90")


def test_a_key_that_leads_elsewhere_is_told() -> None:
    found = compared(('"1": motor', '"1": ask'), ONE)
    assert found == Parted(node="root", was="queue:motor", would="still:ask")


def test_a_menu_in_between_leaves_the_shadow_where_it_waits() -> None:
    between = "next: extra}\n  extra: {menu: extra, keys: {'7': root}}"
    found = compared(("next: root}", between), ONE)
    assert found is not None
    assert (found.node, found.was, found.would) == ("hello", "queue:motor", "still:extra")


def test_an_end_that_comes_sooner_is_told() -> None:
    found = compared(('"2": ask', '"2": bye'), out.Pressed("2"), out.Pressed("1234"), out.Missing())
    assert found == Parted(node="root", was="queue:consult", would="hangup:done")


def test_digits_of_the_caller_are_never_in_a_difference() -> None:
    found = compared(
        ("missing: person", "missing: bye"), out.Pressed("2"), out.Pressed("6226"), out.Missing()
    )
    assert found == Parted(node="find", was="queue:consult", would="hangup:done")
    assert "6226" not in repr(found)


def test_an_answer_to_another_question_is_no_answer() -> None:
    found = compared(
        ("lookup: claims.status", "lookup: claims.newest"),
        out.Pressed("2"),
        out.Pressed("1234"),
        out.Found({}),
    )
    assert found == Parted(node="find", was="hangup:done", would="still:find")


def test_a_number_with_more_digits_is_another_question() -> None:
    found = compared(
        ("digits: 4", "digits: 8"), out.Pressed("2"), out.Pressed("1234"), out.Missing()
    )
    assert found == Parted(node="ask", was="queue:consult", would="still:ask")


def test_a_caller_who_hangs_up_in_both_went_the_same_way() -> None:
    assert compared(('"1": motor', '"1": ask'), out.Pressed("2"), out.HungUp()) is None


def test_a_caller_who_hangs_up_where_the_shadow_had_served_him_is_told() -> None:
    found = compared(('"2": ask', '"2": motor'), out.Pressed("2"), out.HungUp())
    assert found == Parted(node="root", was="gone", would="queue:motor")


def test_opening_hours_are_those_of_the_visit() -> None:
    shut = "branch: [{hours: closed, of: desk, go: bye}], else: root"
    assert compared(("say: welcome, next: root", shut), ONE) == Parted(
        node="hello", was="queue:motor", would="hangup:done"
    )


HEARD = st.one_of(
    st.text("0123456789*#", max_size=4).map(out.Pressed),
    st.sampled_from([out.NoInput(), out.HungUp(), out.Missing(), out.Failed(), out.Found({})]),
)


@given(st.lists(HEARD, max_size=12))
def test_a_version_never_differs_from_itself(heard: list[Heard]) -> None:
    tree = tree_of(LIVE)
    assert compare(tree, tree, visit(*heard)) is None


@given(
    st.lists(HEARD, max_size=12),
    st.sampled_from([
        ('"1": motor', '"1": ask'), ("missing: person", "missing: root"), ("digits: 4", "digits: 2"),
        ("say: welcome", "say: other"), ("timeout_s: 3", "timeout_s: 5"),
    ]),
)  # fmt: skip
def test_whatever_callers_do_a_difference_names_two_different_ends(
    heard: list[Heard], change: tuple[str, str]
) -> None:
    found = compared(change, *heard)
    assert found is None or found.was != found.would


def differed(call_id: str, was: str, would: str) -> ShadowDiffered:
    return ShadowDiffered(
        at=NOW, call_id=CallId(call_id), version=2, node="root", was=was, would=would
    )


def test_differences_are_grouped_with_counts_and_the_newest_examples() -> None:
    found = [differed(f"c{n}", "queue:motor", "queue:major") for n in range(5)]
    found.append(differed("x", "gone", "queue:motor"))
    groups = grouped(found)
    assert [(group.count, group.would) for group in groups] == [
        (5, "queue:major"),
        (1, "queue:motor"),
    ]
    assert groups[0].examples == ("c0", "c1", "c2")


@pytest.mark.parametrize("needs", [{}, {"motor": 2, "lang:en": 1}])
def test_skills_are_part_of_where_a_caller_goes(needs: dict[str, int]) -> None:
    wanted = f"enqueue: motor, needs: {{{', '.join(f'{n}: {v}' for n, v in needs.items())}}}"
    found = compared(("enqueue: motor", wanted), ONE)
    assert (found and found.would) == ("queue:motor lang:en=1 motor=2" if needs else None)
