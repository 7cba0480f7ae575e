"""Seats, forced states, live skills, and desks and phones that go away."""

from dataclasses import replace

import pytest

from cti.core.acd import signals as wished
from cti.core.acd.desk_steps import Declined
from cti.core.acd.lines import Line
from cti.core.acd.orders import MirrorMember
from cti.core.acd.reconcile import agent_at
from cti.core.agent_state import AgentState, AgentStatus, Presence
from cti.core.events import AgentLoggedOn
from cti.core.ids import ChannelName
from tests.unit.core.acd.floors import ADVICE, ONE, RULES, TWO, WRAP_UP_S, A, B, Play, agent, kinds


@pytest.fixture
def play() -> Play:
    return Play()


def declined(play: Play, wish: object) -> str:
    before = dict(play.floor.agents)
    with pytest.raises(Declined) as no:
        play.do(wish)  # type: ignore[arg-type]
    assert dict(play.floor.agents) == before
    return no.value.code


def force(status: AgentStatus) -> wished.ForceStatus:
    return wished.ForceStatus(agent_id=A, status=status, by="2001", reason="交接班")


OUT, READY, NOT_READY = AgentStatus.LOGGED_OUT, AgentStatus.READY, AgentStatus.NOT_READY


# -- seats


def test_who_signs_in_at_another_seat_is_rung_there_and_the_fact_says_so(play: Play) -> None:
    step = play.do(wished.LogOn(agent_id=A, extension="8011", seat="A1"))
    [fact] = [event for event in step.changes.events if isinstance(event, AgentLoggedOn)]
    assert (fact.extension, fact.seat, fact.skills) == ("8011", "A1", {"motor": 3})
    play.do(wished.ChooseStatus(agent_id=A, status=READY))
    [ring] = [o for o in play.waits(ONE).orders if not isinstance(o, MirrorMember)]
    assert ring.extension == "8011"  # type: ignore[union-attr]


def test_a_seat_that_somebody_sits_at_is_taken(play: Play) -> None:
    play.do(wished.LogOn(agent_id=B))
    wish = wished.LogOn(agent_id=A, extension=play.agent(B).extension)
    assert declined(play, wish) == "seat_taken"


def test_the_owner_of_a_taken_seat_must_sit_elsewhere(play: Play) -> None:
    play.do(wished.LogOn(agent_id=A, extension=play.agent(B).extension))
    assert declined(play, wished.LogOn(agent_id=B)) == "seat_taken"
    play.do(wished.LogOn(agent_id=B, extension="8001"))
    assert play.agent(B).extension == "8001"


def test_who_is_signed_in_cannot_change_his_seat(play: Play) -> None:
    play.do(wished.LogOn(agent_id=A))
    assert declined(play, wished.LogOn(agent_id=A, extension="8011")) == "signed_in_elsewhere"
    play.do(wished.LogOn(agent_id=A))


def test_signing_out_gives_his_own_seat_back_and_takes_the_other_off_the_native_queues(
    play: Play,
) -> None:
    play.do(wished.LogOn(agent_id=A, extension="8011", seat="A1"))
    [order] = play.do(wished.LogOff(agent_id=A)).orders
    assert isinstance(order, MirrorMember)
    assert (order.extension, order.signed_in) == ("8011", False)
    assert set(order.queues) == set(RULES.policies)
    assert (play.agent(A).extension, play.agent(A).seat) == ("8001", "")


def test_after_an_outage_a_leg_belongs_to_who_sits_at_the_phone_not_to_who_owns_it(
    play: Play,
) -> None:
    play.do(wished.LogOn(agent_id=B, extension=play.agent(A).extension))
    channel = ChannelName("PJSIP/8001-00000007")
    line = Line(
        channel=channel,
        call_id=ONE,
        is_caller=False,
        state="talking",
        bridge_id="b",
        caller_number="",
        dialed_number="",
        age_s=1.0,
        variables={},
    )
    found = agent_at(play.floor, line)
    assert found is not None
    assert found.agent_id == B


# -- forced states


@pytest.mark.parametrize(("status", "reason"), [(NOT_READY, "FORCED"), (OUT, None)])
def test_an_idle_agent_is_forced_at_once(
    play: Play, status: AgentStatus, reason: str | None
) -> None:
    play.ready(A)
    step = play.do(force(status))
    assert kinds(step)[0] == "agentForced"
    assert (play.agent(A).status, play.agent(A).reason) == (status, reason)


def test_an_agent_on_break_is_forced_ready(play: Play) -> None:
    play.do(wished.LogOn(agent_id=A))
    play.do(force(READY))
    assert play.agent(A).free


@pytest.mark.parametrize("status", [NOT_READY, OUT])
def test_in_a_call_it_waits_for_its_end_and_he_cannot_take_it_back(
    play: Play, status: AgentStatus
) -> None:
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.do(force(status))
    assert (play.agent(A).state, play.agent(A).pending) == (AgentState.TALKING, status)
    assert declined(play, wished.CancelPending(agent_id=A)) == "forced_pending"
    ready = wished.ChooseStatus(agent_id=A, status=READY)
    assert declined(play, ready) == "forced_pending"
    play.dial_ends(ONE, "ANSWER")
    play.later(WRAP_UP_S)
    assert (play.agent(A).status, play.agent(A).forced) == (status, False)


def test_forced_in_wrap_up_he_is_so_at_once(play: Play) -> None:
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    play.dial_ends(ONE, "ANSWER")
    step = play.do(force(OUT))
    assert kinds(step) == ["agentForced", "wrapUpEnded", "agentLoggedOff"]


def test_who_is_out_cannot_be_forced(play: Play) -> None:
    assert declined(play, force(READY)) == "logged_out"


# -- live skills


def test_changed_skills_are_asked_for_at_once_and_end_with_the_sign_in(play: Play) -> None:
    play.ready(A)
    assert not play.waits(ONE, ADVICE).orders
    change = wished.ChangeSkills(
        agent_id=A, skills={"advice": 2}, languages=None, by="2001", reason="支援咨询"
    )
    step = play.do(change)
    assert kinds(step)[:2] == ["skillsChanged", "agentAllocated"]
    [mirror] = [order for order in step.orders if isinstance(order, MirrorMember)]
    assert mirror.queues[ADVICE] is not None
    play.leaves(ONE)
    play.do(wished.LogOff(agent_id=A))
    assert play.agent(A).skills == {"motor": 3}


# -- desks


def test_a_ready_agent_whose_desktop_is_gone_is_not_ready_until_it_is_back(play: Play) -> None:
    play.ready(A)
    play.do(wished.DeskSeen(agent_id=A))
    assert kinds(play.do(wished.DeskGone(agent_id=A))) == ["deskLost", "agentNotReady"]
    assert play.agent(A).reason == "DESK"
    assert kinds(play.do(wished.DeskSeen(agent_id=A))) == ["deskBack", "agentReady"]
    assert play.agent(A).free


def test_his_call_goes_on_and_after_it_he_is_not_ready(play: Play) -> None:
    play.ready(A)
    play.do(wished.DeskSeen(agent_id=A))
    play.waits(ONE)
    play.talks(ONE, A)
    assert kinds(play.do(wished.DeskGone(agent_id=A))) == ["deskLost"]
    assert play.agent(A).state is AgentState.TALKING
    play.dial_ends(ONE, "ANSWER")
    play.later(WRAP_UP_S)
    assert (play.agent(A).status, play.agent(A).reason) == (NOT_READY, "DESK")


def test_who_chose_to_be_not_ready_stays_so_when_his_desktop_is_back(play: Play) -> None:
    play.do(wished.LogOn(agent_id=A))
    play.do(wished.DeskSeen(agent_id=A))
    play.do(wished.DeskGone(agent_id=A))
    assert kinds(play.do(wished.DeskSeen(agent_id=A))) == ["deskBack"]
    assert play.agent(A).reason == "LOGIN"


def test_an_agent_who_never_had_a_desktop_has_not_lost_it(play: Play) -> None:
    play.ready(A)
    assert kinds(play.do(wished.DeskGone(agent_id=A))) == []
    assert play.agent(A).free


def test_closing_the_browser_after_signing_out_is_no_news(play: Play) -> None:
    play.do(wished.DeskSeen(agent_id=A))
    assert kinds(play.do(wished.DeskGone(agent_id=A))) == []
    assert play.agent(A).desk is Presence.UNSEEN


# -- phones


def phone(reachable: bool) -> wished.PhoneSeen:
    return wished.PhoneSeen(extension=agent(A).extension, reachable=reachable)


def test_a_phone_that_goes_away_makes_a_free_agent_not_ready_and_its_return_is_told(
    play: Play,
) -> None:
    play.ready(A)
    assert kinds(play.do(phone(False))) == ["phoneChanged", "agentNotReady"]
    assert kinds(play.do(phone(True))) == ["phoneChanged"]
    assert play.agent(A).reason == "PHONE"


def test_with_the_setting_he_is_ready_again() -> None:
    play = Play(rules=replace(RULES, phone_back_ready=True))
    play.ready(A)
    play.do(phone(False))
    assert kinds(play.do(phone(True))) == ["phoneChanged", "agentReady"]


def test_a_phone_that_only_ended_a_call_is_no_phone_that_came_back() -> None:
    play = Play(rules=replace(RULES, phone_back_ready=True))
    play.ready(A)
    play.waits(ONE)
    play.dial_ends(ONE, "CHANUNAVAIL")
    assert play.agent(A).reason == "PHONE"
    assert kinds(play.do(phone(True))) == []
    assert play.agent(A).reason == "PHONE"


def test_a_phone_at_which_nobody_sits_is_nobodys_news(play: Play) -> None:
    assert not play.do(phone(False)).changes
    play.ready(A)
    play.waits(TWO)
    assert not play.do(wished.PhoneSeen(extension="9999", reachable=False)).changes
