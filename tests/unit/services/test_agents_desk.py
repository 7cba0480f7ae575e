"""What an agent asks for at his desktop: refused with its code, or in force at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from cti.core import events
from cti.core.acd import signals as seen
from cti.core.acd.orders import DropLeg, RingAgent
from cti.core.agent_state import Agent, AgentState, AgentStatus
from cti.core.ids import AgentId, CallId
from cti.services.agents import REMARKS_LIMIT, Desk, DeskRules
from cti.services.ports import Refused, WrapUp
from tests.unit.core.acd.floors import ONE, A, leg
from tests.unit.services.test_dispatcher import Stage

STRANGER = AgentId("9999")
WRAP_UP = WrapUp(call_id=ONE, reason="report", remarks="追尾 / rear-ended", follow_up=True)


class Place:
    """An agent's desk, his floor, and the phone system behind it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.desk = Desk(stage.dispatcher, DeskRules(reasons=("LUNCH",), codes=("report",)))

    @property
    def agent(self) -> Agent:
        return self.stage.dispatcher.floor.agents[A]

    async def ready(self) -> None:
        await self.desk.log_on(A)
        await self.desk.set_status(A, AgentStatus.READY, None)

    async def talks(self) -> None:
        """From the sign-in to a talk with the caller."""
        await self.ready()
        await self.stage.waits()
        assert isinstance(await self.stage.telephony.next(), RingAgent)
        ask = self.stage.dispatcher.ask
        for signal in (seen.PhoneAlerted, seen.PhoneAnswered, seen.TalkBegan):
            await ask(signal(call_id=ONE, agent_channel=leg(A)))

    async def wraps_up(self) -> None:
        """From the sign-in to the end of a talk."""
        await self.talks()
        await self.stage.dispatcher.ask(seen.DialEnded(call_id=ONE, attempt=1, status="ANSWER"))


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    stage = Stage()
    running = asyncio.create_task(stage.dispatcher.run())
    await stage.live()
    try:
        yield Place(stage)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def refusal(wish: Awaitable[None]) -> str:
    """The code a wish is refused with."""
    with pytest.raises(Refused) as refused:
        await wish
    return refused.value.code


async def test_who_signs_in_is_not_ready_yet(place: Place) -> None:
    await place.desk.log_on(A)
    assert (place.agent.status, place.agent.reason) == (AgentStatus.NOT_READY, "LOGIN")


async def test_signing_in_twice_is_the_same_as_once(place: Place) -> None:
    await place.desk.log_on(A)
    before = place.agent
    await place.desk.log_on(A)
    assert place.agent == before
    assert place.stage.state.kinds().count("agentLoggedOn") == 1


async def test_who_signs_out_is_out(place: Place) -> None:
    await place.ready()
    await place.desk.log_off(A)
    assert place.agent.status is AgentStatus.LOGGED_OUT


@pytest.mark.parametrize("reason", [None, "", "HOLIDAY", "lunch"])
async def test_not_ready_needs_a_reason_that_exists(place: Place, reason: str | None) -> None:
    await place.ready()
    wish = place.desk.set_status(A, AgentStatus.NOT_READY, reason)
    assert await refusal(wish) == "unknown_reason"
    assert place.agent.free


async def test_not_ready_with_its_reason_is_in_force(place: Place) -> None:
    await place.ready()
    await place.desk.set_status(A, AgentStatus.NOT_READY, "LUNCH")
    assert (place.agent.status, place.agent.reason) == (AgentStatus.NOT_READY, "LUNCH")


async def test_signing_out_is_no_status_to_choose(place: Place) -> None:
    await place.ready()
    wish = place.desk.set_status(A, AgentStatus.LOGGED_OUT, None)
    assert await refusal(wish) == "use_log_off"
    assert place.agent.free


async def test_the_same_status_again_is_no_news(place: Place) -> None:
    await place.ready()
    await place.desk.set_status(A, AgentStatus.READY, None)
    assert place.stage.state.kinds().count("agentReady") == 1


@pytest.mark.parametrize(
    "wish",
    [
        lambda desk: desk.log_on(STRANGER),
        lambda desk: desk.log_off(STRANGER),
        lambda desk: desk.hang_up(STRANGER),
        lambda desk: desk.extend_wrap_up(STRANGER),
        lambda desk: desk.save_wrap_up(STRANGER, WRAP_UP),
        lambda desk: desk.set_status(STRANGER, AgentStatus.READY, None),
    ],
)
async def test_a_stranger_is_refused_everything(
    place: Place, wish: Callable[[Desk], Awaitable[None]]
) -> None:
    assert await refusal(wish(place.desk)) == "unknown_agent"


async def test_hanging_up_ends_the_agents_leg_only(place: Place) -> None:
    await place.talks()
    await place.desk.hang_up(A)
    assert await place.stage.telephony.next() == DropLeg(channel=leg(A))
    assert ONE in place.stage.dispatcher.floor.calls


async def test_an_idle_agent_has_nothing_to_hang_up(place: Place) -> None:
    await place.ready()
    assert await refusal(place.desk.hang_up(A)) == "no_call"


async def test_a_wrap_up_is_written_down_whole_and_ends_it(place: Place) -> None:
    await place.wraps_up()
    await place.desk.save_wrap_up(A, WRAP_UP)
    [saved] = [
        each.event
        for each in place.stage.state.journal
        if isinstance(each.event, events.WrapUpSaved)
    ]
    assert (saved.call_id, saved.reason, saved.remarks) == (ONE, "report", WRAP_UP.remarks)
    assert (saved.solved, saved.follow_up) == (True, True)
    assert place.agent.free


async def test_a_wrap_up_of_an_earlier_call_is_taken_later(place: Place) -> None:
    await place.wraps_up()
    await place.desk.set_status(A, AgentStatus.READY, None)
    await place.desk.save_wrap_up(A, WRAP_UP)
    assert place.stage.state.kinds().count("wrapUpSaved") == 1
    assert place.agent.free


@pytest.mark.parametrize(
    ("wrap_up", "code"),
    [
        (WrapUp(call_id=ONE, reason="other"), "unknown_wrap_up_reason"),
        (
            WrapUp(call_id=ONE, reason="report", remarks="字" * (REMARKS_LIMIT + 1)),
            "remarks_too_long",
        ),
        (WrapUp(call_id=CallId("2.2"), reason="report"), "not_your_call"),
    ],
)
async def test_a_bad_wrap_up_is_refused_and_the_form_stays_open(
    place: Place, wrap_up: WrapUp, code: str
) -> None:
    await place.wraps_up()
    assert await refusal(place.desk.save_wrap_up(A, wrap_up)) == code
    assert place.agent.state is AgentState.WRAP_UP


async def test_an_old_call_that_history_knows_as_his_may_still_be_written_of(place: Place) -> None:
    await place.ready()
    old = WrapUp(call_id=CallId("2.2"), reason="report")
    assert await refusal(place.desk.save_wrap_up(A, old)) == "not_your_call"
    await place.desk.save_wrap_up(A, old, his=True)
    assert place.stage.state.kinds().count("wrapUpSaved") == 1


async def test_a_supervisors_correction_is_the_agents_record_and_ends_no_wrap_up(
    place: Place,
) -> None:
    await place.wraps_up()
    await place.desk.save_wrap_up(A, WRAP_UP, by="chief")
    saved = [one.event for one in place.stage.state.journal][-1]
    assert isinstance(saved, events.WrapUpSaved)
    assert (saved.agent_id, saved.by, saved.remarks) == (A, "chief", WRAP_UP.remarks)
    assert place.agent.state is AgentState.WRAP_UP


async def test_the_record_of_an_agent_who_left_the_house_can_be_corrected(place: Place) -> None:
    await place.desk.save_wrap_up(STRANGER, WRAP_UP, by="chief")
    assert place.stage.state.kinds().count("wrapUpSaved") == 1


async def test_remarks_of_just_the_limit_are_taken(place: Place) -> None:
    await place.wraps_up()
    longest = WrapUp(call_id=ONE, reason="report", remarks="字" * REMARKS_LIMIT)
    await place.desk.save_wrap_up(A, longest)
    assert place.agent.free


async def test_a_wrap_up_is_extended_once(place: Place) -> None:
    await place.wraps_up()
    before = place.agent.wrap_up_until
    await place.desk.extend_wrap_up(A)
    after = place.agent.wrap_up_until
    assert before and after and after > before
    assert await refusal(place.desk.extend_wrap_up(A)) == "extended_already"


async def test_a_snapshot_has_every_agent_and_every_live_call(place: Place) -> None:
    await place.talks()
    agents, calls = place.desk.snapshot()
    assert [(agent.agent_id, agent.state) for agent in agents] == [(A, AgentState.TALKING)]
    assert [(call.call_id, call.agent_id) for call in calls] == [(ONE, A)]
