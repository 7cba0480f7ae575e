"""Which talks are recorded, how long they are kept, who is heard when, and what proves a deletion."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cti.core.call import Direction
from cti.core.control_events import (
    ConsultationEnded,
    PartyLeft,
    RecordingPaused,
    RecordingResumed,
)
from cti.core.events import ConnectionCleared, Established, Event, Held, Retrieved
from cti.core.ids import AgentId, CallId, ChannelName
from cti.core.recordings import (
    GENESIS,
    KeepRule,
    KeepRules,
    Part,
    PartKind,
    Recording,
    RecordRule,
    RecordRules,
    Talk,
    Tombstone,
    broken_at,
    parts_of,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALL = CallId("1.1")
ONE, TWO = AgentId("1001"), AgentId("1002")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def talk(call_id: str = "1.1", **more: object) -> Talk:
    return replace(Talk(call_id=call_id, queue="motor", agent_id="1001"), **more)  # type: ignore[arg-type]


def test_the_first_rule_that_fits_decides() -> None:
    rules = RecordRules(
        share=1.0,
        rules=(
            RecordRule(agent="1001", direction="outbound", share=1.0),
            RecordRule(agent="1001", share=0.0),
            RecordRule(queue="motor", share=1.0),
        ),
    )
    assert not rules.wanted(talk())
    assert rules.wanted(talk(direction=Direction.OUTBOUND))
    assert rules.wanted(talk(agent_id="1002"))


def test_where_no_rule_fits_the_file_says_what_holds() -> None:
    never = RecordRules(share=0.0, rules=(RecordRule(queue="complaint", share=1.0),))
    assert not never.wanted(talk())
    assert never.wanted(talk(queue="complaint"))


def test_a_share_takes_about_that_many_calls_and_one_call_always_alike() -> None:
    rules = RecordRules(share=0.3)
    chosen = [rules.wanted(talk(f"17{n}.{n}")) for n in range(10_000)]
    assert sum(chosen) / len(chosen) == pytest.approx(0.3, abs=0.02)
    assert chosen == [rules.wanted(talk(f"17{n}.{n}")) for n in range(10_000)]


KEEP = KeepRules(
    days={"service": 366, "claims": 1827, "sales": 3653},
    keep="service",
    rules=(
        KeepRule(queue="motor", keep="claims"),
        KeepRule(wrap_up="renewal_done", keep="sales"),
        KeepRule(direction="outbound", keep="claims"),
    ),
)


def test_the_longest_class_of_all_rules_that_fit_wins() -> None:
    assert KEEP.class_of("consult") == "service"
    assert KEEP.class_of("motor") == "claims"
    assert KEEP.class_of("motor", "renewal_done") == "sales"
    assert KEEP.class_of("consult", "", "outbound") == "claims"
    assert KEEP.until("sales", NOW) == NOW + timedelta(days=3653)


def recording(**more: object) -> Recording:
    found = Recording(
        recording_id="1.1-1",
        call_id=CALL,
        started_at=NOW,
        seconds=10,
        direction="inbound",
        queue="motor",
        agents=(),
        keep="service",
        keep_until=at(60),
        file="a.wav",
        bytes=1,
        sha256="0",
    )
    return replace(found, **more)  # type: ignore[arg-type]


def test_what_is_over_its_time_may_be_deleted_unless_somebody_holds_it() -> None:
    assert not recording().deletable(at(59))
    assert recording().deletable(at(60))
    assert not recording(held_by="2001").deletable(at(60))


def established(agent_id: AgentId, seconds: float) -> Event:
    return Established(
        at=at(seconds),
        call_id=CALL,
        agent_id=agent_id,
        agent_channel=ChannelName("x"),
        waited_s=0,
    )


def cleared(agent_id: AgentId, seconds: float) -> Event:
    return ConnectionCleared(at=at(seconds), call_id=CALL, agent_id=agent_id, talked_s=0)


def test_each_agent_of_a_call_is_found_at_his_place() -> None:
    story = [established(ONE, -0.1), established(TWO, 5), cleared(ONE, 6), cleared(TWO, 9)]
    assert parts_of(story, NOW, 10) == (
        Part(kind=PartKind.TALK, agent_id=ONE, from_s=0, to_s=6),
        Part(kind=PartKind.TALK, agent_id=TWO, from_s=5, to_s=9),
    )


def test_a_colleague_is_heard_from_the_conference_on_until_he_leaves_it() -> None:
    joined = ConsultationEnded(
        at=at(3),
        call_id=CALL,
        agent_id=ONE,
        party_id="p1",
        party_agent_id=TWO,
        result="conferenced",
    )
    left = PartyLeft(at=at(7), call_id=CALL, party_id="p1", party_agent_id=TWO)
    talks = {ONE: (0, 9), TWO: (3, 7)}
    story = [established(ONE, 0), joined, left, cleared(ONE, 9)]
    assert {p.agent_id: (p.from_s, p.to_s) for p in parts_of(story, NOW, 10)} == talks


def test_a_colleague_who_was_only_asked_is_no_part() -> None:
    asked = ConsultationEnded(
        at=at(3), call_id=CALL, agent_id=ONE, party_id="p1", party_agent_id=TWO, result="cancelled"
    )
    story = [established(ONE, 0), asked, cleared(ONE, 9)]
    assert [part.agent_id for part in parts_of(story, NOW, 10)] == [ONE]


def test_a_talk_before_the_recording_is_no_part_and_one_without_an_end_ends_with_it() -> None:
    story = [established(ONE, -20), cleared(ONE, -10), established(TWO, 1)]
    assert parts_of(story, NOW, 10) == (Part(kind=PartKind.TALK, agent_id=TWO, from_s=1, to_s=10),)


def test_holds_and_pauses_are_marked() -> None:
    story = [
        Held(at=at(1), call_id=CALL, agent_id=ONE),
        RecordingPaused(at=at(2), call_id=CALL, recording_id="r", by=ONE),
        Retrieved(at=at(3), call_id=CALL, agent_id=ONE),
        RecordingResumed(at=at(4), call_id=CALL, recording_id="r", by=ONE),
    ]
    kinds = [(part.kind, part.from_s, part.to_s) for part in parts_of(story, NOW, 10)]
    assert kinds == [(PartKind.HOLD, 1, 3), (PartKind.PAUSE, 2, 4)]


def test_a_hold_ends_where_the_agent_hands_the_caller_on() -> None:
    story = [Held(at=at(1), call_id=CALL, agent_id=ONE), cleared(ONE, 3), established(TWO, 3)]
    (hold, talk) = parts_of(story, NOW, 10)
    assert (hold.kind, hold.from_s, hold.to_s) == (PartKind.HOLD, 1, 3)
    assert (talk.kind, talk.agent_id) == (PartKind.TALK, TWO)


def chain(count: int) -> list[Tombstone]:
    found: list[Tombstone] = []
    previous = GENESIS
    for number in range(1, count + 1):
        stone = Tombstone(
            number=number,
            recording_id=f"r{number}",
            call_id=CALL,
            sha256="ab",
            bytes=1,
            deleted_at=at(number),
            keep="service",
            rule="over its time",
            actor="retention",
            previous=previous,
        )
        stone = replace(stone, line=stone.expected())
        found.append(stone)
        previous = stone.line
    return found


def test_a_chain_that_nobody_touched_is_whole() -> None:
    assert broken_at([]) is None
    assert broken_at(chain(5)) is None


@pytest.mark.parametrize("field", ["sha256", "actor", "rule", "keep", "recording_id"])
def test_a_changed_line_breaks_the_chain_there(field: str) -> None:
    stones = chain(5)
    stones[2] = replace(stones[2], **{field: "other"})  # type: ignore[arg-type]
    assert broken_at(stones) == 3


def test_a_line_that_was_rewritten_with_its_hash_breaks_the_next_one() -> None:
    stones = chain(5)
    forged = replace(stones[2], actor="other")
    stones[2] = replace(forged, line=forged.expected())
    assert broken_at(stones) == 4


def test_a_removed_line_shows() -> None:
    stones = chain(5)
    del stones[1]
    assert broken_at(stones) == 2
