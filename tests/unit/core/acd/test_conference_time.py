"""What is talked in a three-way call counts, and who leaves it leaves for a reason."""

import pytest

from cti.core.control_events import Left, PartyLeft
from cti.core.events import Event
from tests.unit.core.acd.controls import Talk
from tests.unit.core.acd.floors import ONE, A, B

TALKED_S = 90


def three_way() -> Talk:
    """1001, 1002 and the caller have heard each other for a while."""
    talk = Talk()
    talk.consults()
    talk.confers()
    talk.pass_s(TALKED_S)
    return talk


def why(facts: tuple[Event, ...]) -> list[str]:
    return [fact.why for fact in facts if isinstance(fact, PartyLeft)]


def test_who_leaves_a_three_way_call_has_talked_for_as_long_as_he_was_in_it() -> None:
    talk = three_way()
    step = talk.party_leaves()
    assert talk.agent(B).talked_s == TALKED_S
    assert why(step.changes.events) == [Left.HUNG_UP]


def test_when_the_caller_ends_a_three_way_call_both_agents_have_talked() -> None:
    talk = three_way()
    step = talk.leaves(ONE)
    assert talk.agent(B).talked_s == TALKED_S
    assert talk.agent(A).talked_s >= TALKED_S
    assert why(step.changes.events) == [Left.CALL_OVER]


@pytest.mark.parametrize("more_s", [0, 30])
def test_who_has_a_three_way_call_at_last_has_talked_through_both_parts(more_s: int) -> None:
    talk = three_way()
    talk.agent_leaves()
    talk.pass_s(more_s)
    talk.leaves(ONE)
    assert talk.agent(B).talked_s == TALKED_S + more_s
