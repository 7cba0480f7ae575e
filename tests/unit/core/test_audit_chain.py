"""The audit's chain: whatever is done to a line shows, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from cti.core.audit_chain import (
    AuditLine,
    BreakKind,
    Chained,
    ChainReader,
    Head,
    Verified,
    hash_of,
)

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
WORDS = st.text(max_size=20)
LINES = st.lists(
    st.builds(
        AuditLine,
        at=st.integers(0, 10**6).map(lambda each: AT + timedelta(microseconds=each)),
        actor=WORDS,
        action=WORDS,
        subject=WORDS,
        reason=WORDS,
    ),
    min_size=1,
    max_size=12,
)


def chained(lines: list[AuditLine]) -> list[Chained]:
    found: list[Chained] = []
    for number, line in enumerate(lines, start=1):
        before = found[-1].line_hash if found else ""
        hashes = {"before_hash": before, "line_hash": hash_of(before, line)}
        found.append(Chained(number=number, line=line, **hashes))
    return found


def verified(chain: list[Chained], head: Head, noted: str = "") -> Verified:
    reader = ChainReader(noted=noted)
    for each in chain:
        reader.read([each])
    return reader.verified(head)


def head_of(chain: list[Chained]) -> Head:
    return Head(len(chain), chain[-1].line_hash)


@given(LINES)
def test_a_chain_that_nobody_touched_is_whole(lines: list[AuditLine]) -> None:
    chain = chained(lines)
    assert verified(chain, head_of(chain)).whole


@given(LINES, st.data())
def test_a_changed_line_is_named(lines: list[AuditLine], data: st.DataObject) -> None:
    chain = chained(lines)
    place = data.draw(st.integers(0, len(chain) - 1))
    line = replace(chain[place].line, reason=chain[place].line.reason + "!")
    touched = [*chain[:place], replace(chain[place], line=line), *chain[place + 1 :]]
    [found] = verified(touched, head_of(chain)).breaks
    assert (found.kind, found.number) == (BreakKind.CHANGED, place + 1)


@given(LINES, st.data())
def test_a_line_taken_out_shows_at_the_next_one_or_at_the_end(
    lines: list[AuditLine], data: st.DataObject
) -> None:
    chain = chained(lines)
    place = data.draw(st.integers(0, len(chain) - 1))
    [found] = verified(chain[:place] + chain[place + 1 :], head_of(chain)).breaks
    if place + 1 == len(chain):
        assert found.kind is BreakKind.CUT
    else:
        assert (found.kind, found.number) == (BreakKind.MISSING, place + 2)


def test_a_line_put_on_behind_our_back_is_no_end_of_the_chain() -> None:
    line = AuditLine(at=AT, actor="a", action="b", subject="c", reason="d")
    chain = chained([line, line])
    [found] = verified(chain, head_of(chain[:1])).breaks
    assert (found.kind, found.number) == (BreakKind.CUT, 2)


def test_a_chain_written_anew_does_not_know_the_hash_that_was_noted() -> None:
    line = AuditLine(at=AT, actor="a", action="b", subject="c", reason="d")
    noted = chained([line])[0].line_hash
    forged = chained([replace(line, reason="e")])
    assert not verified(forged, head_of(forged), noted).whole
    assert verified(chained([line]), head_of(chained([line])), noted).whole


def test_words_cannot_be_shifted_between_the_parts_of_a_line() -> None:
    one = AuditLine(at=AT, actor="ab", action="c", subject="", reason="")
    other = AuditLine(at=AT, actor="a", action="bc", subject="", reason="")
    assert hash_of("", one) != hash_of("", other)


def test_a_moment_counts_the_same_in_every_zone() -> None:
    line = AuditLine(at=AT, actor="a", action="b", subject="c", reason="d")
    there = replace(line, at=AT.astimezone(timezone(timedelta(hours=8))))
    assert hash_of("", line) == hash_of("", there)
