"""The agents of the configuration meet those the live state remembers."""

from dataclasses import replace
from datetime import timedelta

from cti.core.agent_state import AgentState, AgentStatus
from cti.services.roster import enrol
from tests.unit.core.acd.floors import ONE, START, A, B, Play, agent

LATER = START + timedelta(hours=1)


def test_a_new_agent_is_signed_out_and_idle_from_now_on() -> None:
    play = Play(agent(A))
    enrol(play.floor, [agent(A), agent(B)], LATER)
    new = play.agent(B)
    assert (new.status, new.state) == (AgentStatus.LOGGED_OUT, AgentState.IDLE)
    assert (new.since, new.idle_since) == (LATER, LATER)


def test_a_changed_profile_is_in_force_and_the_talk_goes_on() -> None:
    play = Play(agent(A))
    play.ready(A)
    play.waits(ONE)
    play.talks(ONE, A)
    before = play.agent(A)
    listed = replace(
        agent(A, motor=5), name="马晓梅", extension="8055", languages=frozenset({"zh", "en"})
    )
    enrol(play.floor, [listed], LATER)
    after = play.agent(A)
    assert (after.name, after.extension) == ("马晓梅", "8055")
    assert (after.skills, after.languages) == ({"motor": 5}, frozenset({"zh", "en"}))
    assert (after.state, after.call_id, after.since) == (before.state, ONE, before.since)


def test_an_unchanged_agent_is_not_written_again() -> None:
    play = Play(agent(A))
    before = play.agent(A)
    enrol(play.floor, [agent(A)], LATER)
    assert play.agent(A) == before
    assert not play.floor.finish(LATER).changes.agents


def test_who_left_the_roster_keeps_his_record() -> None:
    play = Play(agent(A), agent(B))
    enrol(play.floor, [agent(A)], LATER)
    assert play.agent(B) == agent(B)
