"""Calls of caller pages: who reads along, how long, and what of the call he is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from cti.core import control_events as control
from cti.core import events
from cti.core.ids import AgentId, CallId, ChannelName, QueueName
from cti.core.ivr.session import Prompt, Utterance
from cti.core.ivr.wording import Wording
from cti.services.caller_pages import KEPT_LINES, KEPT_PAGES, UNUSED, CallerPages, Line

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
ID = CallId("1.0")


class Pages(CallerPages):
    """With a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now, tokens = START, count(1)
        super().__init__(_ids, lambda: self.now, lambda: f"t{next(tokens)}")

    async def lines(self, token: str, owner: str = "me") -> Sequence[Line]:
        """What a page that comes now is told."""
        with self.follow(token, owner) as follower:
            assert follower is not None
            async with asyncio.timeout(1):
                return await follower.next()


def _ids(utterances: Sequence[Utterance], language: str, _wording: Wording) -> str:
    return " ".join([language, *(each.id for each in utterances if isinstance(each, Prompt))])


@pytest.fixture
def pages() -> Pages:
    return Pages()


def told(pages: Pages, *facts: events.Event) -> None:
    for fact in facts:
        pages.noted(fact)


async def test_a_page_is_told_what_becomes_of_its_call(pages: Pages) -> None:
    token = pages.open("me", "13997000002")
    pages.arrived(ID, token)
    agent, queue, leg = AgentId("1001"), QueueName("motor"), ChannelName("PJSIP/8001w-1")
    about: dict[str, Any] = {"at": START, "call_id": ID}
    told(
        pages,
        control.WaitAnnounced(**about, queue=queue, position=2, wait_s=61),
        control.WaitAnnounced(**about, queue=queue, position=1, wait_s=None),
        events.Delivered(**about, agent_id=agent, queue=queue, attempt=1, agent_channel=leg),
        events.Established(**about, agent_id=agent, agent_channel=leg, waited_s=3.0),
        events.Held(**about, agent_id=agent),
        events.Retrieved(**about, agent_id=agent),
        events.AgentAnswered(**about, agent_id=agent),
        events.CallCleared(**about, cleared_by=events.ClearedBy.CALLER),
        events.Held(**about, agent_id=agent),
    )
    lines = await pages.lines(token)
    assert [line.state for line in lines] == [
        "told", "told_place", "ringing", "connected", "held", "connected", "ended",
    ]  # fmt: skip
    assert lines[0].values == {"place": 2, "minutes": 2}
    assert [line.n for line in lines] == list(range(1, 8))


async def test_a_page_that_comes_back_is_told_the_last_lines_again(pages: Pages) -> None:
    token = pages.open("me", "")
    pages.arrived(ID, token)
    for _ in range(KEPT_LINES + 5):
        pages.said(ID, "root", [Prompt("root")], "zh")
    for _ in range(2):
        lines = await pages.lines(token)
        assert [lines[0].n, lines[-1].n] == [6, KEPT_LINES + 5]


async def test_two_calls_of_one_page_are_told_apart(pages: Pages) -> None:
    token, second = pages.open("me", ""), CallId("2.0")
    for call_id in (ID, second):
        pages.arrived(call_id, token)
        pages.said(call_id, "root", [Prompt("root")], "en")
    assert [line.call_id for line in await pages.lines(token)] == [ID, second]


def test_a_call_without_a_token_of_a_page_is_told_to_nobody(pages: Pages) -> None:
    token = pages.open("me", "")
    pages.arrived(ID, "")
    pages.arrived(ID, "t99")
    pages.said(ID, "root", [Prompt("root")], "zh")
    with pages.follow(token, "me") as follower:
        assert follower is not None
        follower.news.clear()
        pages.said(ID, "root", [Prompt("root")], "zh")
        assert not follower.news.is_set()


def test_a_call_stays_with_the_page_that_began_it(pages: Pages) -> None:
    first, second = pages.open("me", ""), pages.open("another", "")
    pages.arrived(ID, first)
    pages.arrived(ID, second)
    pages.said(ID, "root", [Prompt("root")], "zh")
    with pages.follow(second, "another") as follower:
        assert follower is not None
        follower.news.clear()
        pages.said(ID, "root", [Prompt("root")], "zh")
        assert not follower.news.is_set()


def test_a_token_is_its_owners_alone(pages: Pages) -> None:
    token = pages.open("me", "13997000002")
    assert pages.number_of(token, "me") == "13997000002"
    for wrong in ("", "another"):
        assert pages.number_of(token, wrong) is None
        with pages.follow(token, wrong) as follower:
            assert follower is None


def test_an_unused_token_ends_and_a_used_one_stays(pages: Pages) -> None:
    used, unused = pages.open("me", "1"), pages.open("me", "2")
    pages.now += UNUSED
    assert pages.number_of(used, "me") == "1"
    pages.now += timedelta(seconds=1)
    assert pages.number_of(unused, "me") is None
    assert pages.number_of(used, "me") == "1"


def test_tokens_are_not_kept_without_end(pages: Pages) -> None:
    first = pages.open("me", "1")
    for _ in range(KEPT_PAGES):
        last = pages.open("me", "2")
    assert pages.number_of(first, "me") is None
    assert pages.number_of(last, "me") == "2"
