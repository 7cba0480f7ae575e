"""Versions of a dialplan: which ones are in force after which change, and who meets a canary."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.ivr import versions as core
from cti.core.ivr.versions import Act, Canary, InForce, NotPossible, Version, digest_of, is_canary
from cti.core.version_events import CanaryEnded, DialplanPublished, DialplanRolledBack

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ACT = Act(author="2001", message="night greeting", at=NOW, ticket="t1")


def version(number: int) -> Version:
    files = {"95518.yaml": f"number {number}"}
    return Version(
        number=number, author="2001", message="m", at=NOW, digest=digest_of(files), files=files
    )


def published(*numbers: int) -> InForce:
    held = InForce()
    for number in numbers:
        held = core.publish(held, version(number), ACT).after
    return held


def test_a_published_version_is_current_and_the_one_before_is_kept_in_mind() -> None:
    change = core.publish(published(1), version(2), ACT)
    held = change.after
    assert (held.sequence, held.current, held.previous, held.newest) == (2, 2, 1, 2)
    assert change.facts == (
        DialplanPublished(
            at=NOW,
            version=2,
            previous=1,
            author="2001",
            message="night greeting",
            digest=version(2).digest,
        ),
    )


def test_a_rollback_goes_forward_to_an_earlier_version() -> None:
    change = core.roll_back(published(1, 2, 3), version(1), ACT)
    held = change.after
    assert (held.sequence, held.current, held.previous, held.newest) == (4, 1, 3, 3)
    assert isinstance(change.facts[0], DialplanRolledBack)


def test_the_current_version_cannot_be_rolled_back_to() -> None:
    with pytest.raises(NotPossible, match="current_already"):
        core.roll_back(published(1, 2), version(2), ACT)


def test_nothing_is_published_over_a_canary() -> None:
    held = core.start_canary(published(1), version(2), 5, ACT).after
    with pytest.raises(NotPossible, match="canary_runs"):
        core.publish(held, version(3), ACT)
    with pytest.raises(NotPossible, match="canary_runs"):
        core.start_canary(held, version(3), 5, ACT)


def test_a_canary_that_is_promoted_becomes_current() -> None:
    held = core.start_canary(published(1), version(2), 5, ACT).after
    assert (held.current, held.state_of(2), held.numbers) == (1, "canary", frozenset({1, 2}))
    change = core.promote(held, version(2), ACT)
    assert (change.after.current, change.after.canary) == (2, None)
    assert [type(fact) for fact in change.facts] == [CanaryEnded, DialplanPublished]


def test_a_canary_that_is_taken_back_leaves_the_current_version() -> None:
    held = core.start_canary(published(1), version(2), 5, ACT).after
    change = core.end_canary(held, ACT)
    assert (change.after.current, change.after.canary, change.after.newest) == (1, None, 2)


def test_a_rollback_ends_a_canary_too() -> None:
    held = core.start_canary(published(1, 2), version(3), 5, ACT).after
    change = core.roll_back(held, version(1), ACT)
    assert (change.after.current, change.after.canary) == (1, None)
    assert [type(fact) for fact in change.facts] == [CanaryEnded, DialplanRolledBack]


def test_a_shadow_changes_nothing_that_callers_meet_and_may_be_promoted_or_ended() -> None:
    held = core.start_shadow(published(1), version(2), ACT).after
    assert (held.current, held.state_of(2)) == (1, "shadow")
    assert core.promote(held, version(2), ACT).after.current == 2
    assert core.end_shadow(held, ACT).after.shadow is None


def test_a_trial_needs_something_that_is_in_force() -> None:
    with pytest.raises(NotPossible, match="nothing_published"):
        core.start_canary(InForce(), version(1), 5, ACT)
    with pytest.raises(NotPossible, match="nothing_published"):
        core.start_shadow(InForce(), version(1), ACT)


@pytest.mark.parametrize("ends", [core.end_canary, core.end_shadow])
def test_what_does_not_run_cannot_be_ended(ends: Callable[[InForce, Act], object]) -> None:
    with pytest.raises(NotPossible):
        ends(published(1), ACT)
    with pytest.raises(NotPossible, match="nothing_on_trial"):
        core.on_trial(published(1))


def test_a_digest_tells_a_text_that_moved_to_another_file() -> None:
    assert digest_of({"a": "bc", "d": ""}) != digest_of({"a": "b", "cd": ""})
    assert digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"})


@given(st.dictionaries(st.text(), st.text(), max_size=4), st.dictionaries(st.text(), st.text()))
def test_only_the_same_files_have_one_digest(ours: dict[str, str], theirs: dict[str, str]) -> None:
    assert (digest_of(ours) == digest_of(theirs)) == (ours == theirs)


def canary(share: float, salt: str = "s") -> Canary:
    return Canary(number=2, share=share, salt=salt, since=NOW)


def test_the_share_of_the_callers_is_as_asked_and_stable() -> None:
    numbers = [f"139{n:08}" for n in range(20_000)]
    met = {number for number in numbers if is_canary(number, canary(5))}
    assert 0.045 < len(met) / len(numbers) < 0.055
    assert met == {number for number in numbers if is_canary(number, canary(5))}
    assert met < {number for number in numbers if is_canary(number, canary(20))}


def test_another_canary_meets_other_callers() -> None:
    numbers = [f"139{n:08}" for n in range(2_000)]
    first = {number for number in numbers if is_canary(number, canary(10, "a"))}
    second = {number for number in numbers if is_canary(number, canary(10, "b"))}
    assert len(first & second) < len(first) / 3


def test_a_caller_who_hides_his_number_stays_with_the_current_version() -> None:
    assert not is_canary("", canary(100))
    assert is_canary("1", canary(100))


@given(st.lists(st.sampled_from(["publish", "canary", "shadow", "promote", "back", "end"])))
def test_whatever_is_done_every_change_counts_one_and_a_version_stays_in_force(
    deeds: list[str],
) -> None:
    held = published(1)
    for deed in deeds:
        before = held
        try:
            held = _done(held, deed)
        except NotPossible:
            continue
        assert held.sequence == before.sequence + 1
        assert 0 < held.current <= held.newest
        assert held.current not in {each.number for each in (held.canary,) if each}


def _done(held: InForce, deed: str) -> InForce:
    match deed:
        case "publish":
            return core.publish(held, version(held.newest + 1), ACT).after
        case "canary":
            return core.start_canary(held, version(held.newest + 1), 5, ACT).after
        case "shadow":
            return core.start_shadow(held, version(held.newest + 1), ACT).after
        case "promote":
            return core.promote(held, version(core.on_trial(held)), ACT).after
        case "back":
            return core.roll_back(held, version(held.previous or 1), ACT).after
    return (core.end_canary if held.canary else core.end_shadow)(held, ACT).after
