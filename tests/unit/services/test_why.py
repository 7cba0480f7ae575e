"""``cti why``: each offer in words, from what the floor put down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cti.commands.why import sentences
from cti.core.acd import signals as seen
from cti.core.acd.decision import MOST_EXCLUDED, MOST_LOOKED_AT
from cti.core.acd.party_signals import TalkBroken
from cti.core.agent_state import AgentStatus
from cti.core.event_wire import from_wire, to_wire
from cti.core.events import AgentAllocated, Queued
from cti.core.ids import AgentId, EventId, QueueName
from cti.services.ports import Recorded
from cti.services.why import OneOffer, offers
from tests.unit.core.acd.floors import ONE, A, B, Play, agent, caller_channel

ZONE = ZoneInfo("Asia/Shanghai")
C, D, E = AgentId("1003"), AgentId("1004"), AgentId("1005")


def told(play: Play) -> list[OneOffer]:
    """As the history gives it back."""
    events = [from_wire(to_wire(e)) for step in play.steps for e in step.changes.events]
    return offers(Recorded(EventId(f"{n}-0"), event) for n, event in enumerate(events))


def a_story() -> list[OneOffer]:
    play = Play(agent(A), agent(B), agent(C, advice=1), agent(D), agent(E))
    play.ready(A, B, C, D)
    play.do(seen.ChooseStatus(agent_id=D, status=AgentStatus.NOT_READY, reason="BREAK"))
    play.waits(ONE)
    play.rings(ONE, A)
    play.dial_ends(ONE, "NOANSWER")
    play.do(seen.CallerWaits(call_id=ONE, channel=caller_channel(ONE), attempt=1))
    play.talks(ONE, B)
    return told(play)


def test_each_offer_names_candidates_and_who_was_excluded_by_which_rule() -> None:
    first, second = a_story()
    assert first.fact.candidates == (A, B)
    assert first.fact.excluded == {
        C: "skill motor 1 0",
        D: "not_ready BREAK",
        E: "logged_out",
    }
    assert (first.result, second.result) == ("noAnswer", "established")
    assert second.fact.candidates == (B,)
    assert second.fact.excluded[A] == "not_ready RNA"


def test_an_offer_is_told_in_chinese_and_in_english() -> None:
    first, _ = a_story()
    chinese, english = (list(sentences(first, tag, ZONE)) for tag in ("zh", "en"))
    assert chinese[0].startswith("第 1 次分配 16:00:00.000:队列 motor → 座席 1001")
    assert "  1003: 没有技能 motor(要求 1 级)" in chinese
    assert "  1004: not ready BREAK" in english
    assert english[-1] == "  result: not answered"


def test_a_large_floor_is_told_of_in_part_only() -> None:
    many = [agent(AgentId(f"2{n:04}"), advice=1) for n in range(MOST_LOOKED_AT + 100)]
    play = Play(agent(A), *many)
    play.ready(A)
    play.waits(ONE)
    [offer] = told(play)
    assert len(offer.fact.excluded) == MOST_EXCLUDED
    assert offer.fact.unlisted == len(many) - MOST_EXCLUDED


def test_a_fact_of_an_earlier_version_is_told_as_far_as_it_goes() -> None:
    wire = to_wire(a_story()[0].fact)
    for name in ("candidates", "excluded", "points", "step", "wish", "unlisted"):
        del wire[name]
    fact = from_wire(wire)
    assert isinstance(fact, AgentAllocated)
    assert len(list(sentences(OneOffer(number=1, fact=fact), "en", ZONE))) == 1


def test_a_place_that_was_kept_is_told_since_points_count_from_it() -> None:
    queued_at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    joined = Queued(
        at=queued_at,
        call_id=ONE,
        queue=QueueName("motor"),
        priority=60,
        needs={},
        language="zh",
        place_at=queued_at - timedelta(minutes=2),
    )
    allocated = AgentAllocated(
        at=queued_at, call_id=ONE, agent_id=A, queue=QueueName("motor"), attempt=1, waited_s=0
    )
    kept, fresh = (
        offers([Recorded(EventId("1-0"), first), Recorded(EventId("2-0"), allocated)])[0]
        for first in (joined, replace(joined, place_at=queued_at))
    )
    assert "15:58:00" in list(sentences(kept, "zh", ZONE))[1]
    assert fresh.place_at is None


def test_an_offer_whose_talk_broke_off_says_so_in_words() -> None:
    play = Play(agent(A), agent(B))
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(TalkBroken(call_id=ONE, cause=44, attempt=1))
    [offer] = told(play)
    assert offer.result == "lost"
    assert any("座席话机失去联系" in line for line in sentences(offer, "zh", ZONE))
