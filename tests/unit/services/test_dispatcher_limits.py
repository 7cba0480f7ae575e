"""The dispatcher at its limits: a full inbox, a lost lease, a broken step, a wish given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from cti.core import events
from cti.core.acd import signals as seen
from cti.core.acd.orders import MirrorMember, RingAgent
from cti.core.changes import Changes
from cti.core.ids import EventId
from cti.services import dispatcher as under_test
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.ports import Conflict, Refused, TelephonyDown
from tests.unit.core.acd.floors import ONE, RULES, START, A, agent
from tests.unit.services.test_dispatcher import LIMIT_S, FakeTelephony, Stage, Store


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    found = Stage()
    running = asyncio.create_task(found.dispatcher.run())
    await found.live()
    try:
        yield found
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def recoveries(stage: Stage) -> list[str]:
    """Why the floor was set right, each time."""
    found = [each.event for each in stage.state.journal]
    return [event.detail for event in found if isinstance(event, events.SystemNoted)]


async def right_again(stage: Stage) -> None:
    await stage.state.until("systemNoted", 2)
    await stage.live()


async def test_a_full_inbox_sets_the_floor_right_instead_of_losing_news(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(under_test.INBOX_LIMIT + 1):
        stage.dispatcher.tell(seen.TimeCame())
    assert not stage.dispatcher.live
    assert "inbox is full, the floor will be set right" in caplog.messages
    await right_again(stage)
    assert recoveries(stage) == ["start", "inbox full"]


async def test_facts_of_the_menu_outlive_a_recovery_and_old_news_does_not(stage: Stage) -> None:
    await stage.waits()
    note = events.NoInputHeard(at=START, call_id=ONE, node="main")
    stage.dispatcher.doubt("test")
    stage.dispatcher.tell(seen.IvrNoted(call_id=ONE, events=(note,)))
    stage.dispatcher.tell(seen.CallerAfter(call_id=ONE))
    await stage.state.until("noInput", 1)
    assert note in [each.event for each in stage.state.journal]


async def test_a_broken_step_refuses_the_wish_and_sets_the_floor_right(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("odd")

    with monkeypatch.context() as patched:
        patched.setattr(under_test, "take", broken)
        with pytest.raises(Refused, match="fault"):
            await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    await right_again(stage)
    await stage.ready()
    assert stage.dispatcher.floor.agents[A].free


async def test_a_recovery_that_breaks_is_tried_again_and_gives_the_lease_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = asyncio.Event()

    def broken(*_: object) -> None:
        tried.set()
        raise RuntimeError("odd")

    with monkeypatch.context() as patched:
        patched.setattr(under_test, "reconcile", broken)
        stage.dispatcher.doubt("looked wrong")
        async with asyncio.timeout(LIMIT_S):
            await tried.wait()
            while not await stage.state.take_lease("n2", 60):  # noqa: ASYNC110 (nothing tells)
                await asyncio.sleep(0.01)
        assert not stage.dispatcher.live
    await stage.state.drop_lease("n2")
    await right_again(stage)
    [told] = [each for each in caplog.records if each.exc_info]
    assert "odd" in told.message


async def test_a_conflict_refuses_the_wish_and_begins_again_from_the_store(stage: Stage) -> None:
    commit = stage.state.commit
    answers = iter([Conflict("somebody was first")])

    async def once(changes: Changes) -> tuple[EventId, ...]:
        for wrong in answers:
            raise wrong
        return await commit(changes)

    stage.state.commit = once  # type: ignore[method-assign]
    with pytest.raises(Refused, match="not_ready"):
        await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    await right_again(stage)
    assert recoveries(stage)[1] == "somebody was first"


async def test_a_dispatcher_that_lost_its_lease_goes_idle(stage: Stage) -> None:
    await stage.state.drop_lease("n1")
    assert await stage.state.take_lease("n2", 60)
    async with asyncio.timeout(LIMIT_S):
        while stage.dispatcher.live:  # noqa: ASYNC110 (nothing tells when it goes idle)
            await asyncio.sleep(0.01)
    with pytest.raises(Refused, match="not_ready"):
        await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    await stage.state.drop_lease("n2")
    await stage.live()


async def test_a_heartbeat_that_cannot_be_sent_is_a_doubt(stage: Stage) -> None:
    beat, failures = stage.telephony.beat, iter([TelephonyDown("cut")])

    async def once(epoch: int) -> None:
        for wrong in failures:
            raise wrong
        await beat(epoch)

    stage.telephony.beat = once  # type: ignore[method-assign]
    await right_again(stage)
    assert recoveries(stage) == ["start", "cut"]


async def test_a_wish_of_which_nothing_is_heard_is_refused_and_never_granted_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "ASK_LIMIT_S", 0.05)
    commit, go_on = stage.state.commit, asyncio.Event()

    async def slow(changes: Changes) -> tuple[EventId, ...]:
        await go_on.wait()
        return await commit(changes)

    stage.state.commit = slow  # type: ignore[method-assign]
    note = events.NoInputHeard(at=START, call_id=ONE, node="main")
    stage.dispatcher.tell(seen.IvrNoted(call_id=ONE, events=(note,)))
    with pytest.raises(Refused, match="not_ready"):
        await stage.dispatcher.ask(seen.LogOn(agent_id=A))
    go_on.set()
    monkeypatch.setattr(under_test, "ASK_LIMIT_S", LIMIT_S)
    with pytest.raises(Refused, match="logged_out"):
        await stage.dispatcher.ask(seen.HangUp(agent_id=A))
    assert stage.state.kinds()[-1] == "noInput"
    assert "agentLoggedOn" not in stage.state.kinds()


async def test_a_wrap_up_ends_by_itself_when_its_time_is_over() -> None:
    late = timedelta()
    store = Store()
    telephony = FakeTelephony(store)
    rules = DispatcherRules(node="n1", floor=RULES, beat_every_s=0.05)
    made = Dispatcher(rules, [agent(A)], store, telephony, lambda: datetime.now(UTC) + late)
    stage = Stage()
    stage.state, stage.telephony, stage.dispatcher = store, telephony, made
    running = asyncio.create_task(made.run())
    try:
        await stage.live()
        await stage.ready()
        await stage.waits()
        assert isinstance(await telephony.next(), RingAgent)
        late = timedelta(minutes=10)
        await store.until("diverted", 1)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_native_queue_learns_of_every_agent_at_the_start(stage: Stage) -> None:
    told: list[MirrorMember] = []

    async def mirror(order: MirrorMember) -> None:
        told.append(order)

    stage.telephony.mirror = mirror  # type: ignore[method-assign]
    await stage.ready()
    stage.dispatcher.doubt("test")
    await right_again(stage)
    await stage.waits()
    await stage.telephony.next()
    assert (told[-1].extension, told[-1].signed_in, told[-1].paused) == ("8001", True, False)
    assert told[-1].queues


async def test_wishes_still_waiting_at_an_orderly_stop_are_refused() -> None:
    stage = Stage()
    running = asyncio.create_task(stage.dispatcher.run())
    await stage.live()
    wish = asyncio.create_task(stage.dispatcher.ask(seen.LogOn(agent_id=A)))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with asyncio.timeout(LIMIT_S):
        with pytest.raises(Refused, match="not_ready"):
            await wish
    assert await stage.state.take_lease("n2", 1)
