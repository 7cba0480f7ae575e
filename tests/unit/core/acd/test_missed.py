"""What missed offers make of an agent, as the configuration wants it."""

from dataclasses import replace

import pytest

from cti.core.acd import signals as seen
from cti.core.acd.missed import MissedRule, MissedRules
from cti.core.acd.queue import Relaxation
from cti.core.agent_state import AgentStatus
from cti.core.call import CallPhase
from cti.core.events import OfferEnd
from cti.core.ids import CallId
from tests.unit.core.acd.floors import MOTOR, ONE, RING_S, RULES, A, B, Play, agent, caller_channel


def floor(**rules: object) -> Play:
    causes = {OfferEnd.NO_ANSWER: MissedRule(**rules)}  # type: ignore[arg-type]
    missed = replace(RULES, missed=MissedRules(causes=causes))
    return Play(agent(A), agent(B, advice=1), rules=missed)


def misses(play: Play, call_id: CallId = ONE, status: str = "NOANSWER", cause: int = 0) -> None:
    """The offer under way rings in vain, and the caller is back in the waiting loop."""
    attempt = play.call(call_id).attempt
    play.rings(call_id, A)
    play.pass_s(RING_S)
    play.dial_ends(call_id, status, attempt=attempt, cause=cause)
    play.do(seen.CallerWaits(call_id=call_id, channel=caller_channel(call_id), attempt=attempt))


@pytest.mark.parametrize(
    ("status", "cause", "reason"),
    [
        ("NOANSWER", 0, "RNA"),
        ("BUSY", 21, "REFUSED"),
        ("BUSY", 17, "BUSY"),
        ("CHANUNAVAIL", 20, "PHONE"),
        ("WHISPERHUP", 16, "REFUSED"),
    ],
)
def test_without_a_rule_every_cause_makes_him_not_ready_with_its_reason(
    status: str, cause: int, reason: str
) -> None:
    play = Play(agent(A), agent(B, advice=1))
    play.ready(A)
    play.waits(ONE)
    misses(play, status=status, cause=cause)
    assert (play.agent(A).status, play.agent(A).reason) == (AgentStatus.NOT_READY, reason)


def test_he_rests_and_is_ready_again_by_himself() -> None:
    play = floor(not_ready_after=3, rest_s=20)
    play.ready(A)
    play.waits(ONE)
    misses(play)
    assert (play.agent(A).status, play.agent(A).reason) == (AgentStatus.NOT_READY, "RNA")
    play.later(19)
    assert play.call(ONE).phase is CallPhase.WAITING
    play.later(1)
    assert play.call(ONE).agent_id == A


def test_the_third_miss_in_a_row_is_the_last() -> None:
    play = floor(not_ready_after=3, rest_s=20)
    play.ready(A)
    play.waits(ONE)
    for _ in range(2):
        misses(play)
        play.later(20)
    misses(play)
    play.later(3600)
    assert play.agent(A).status is AgentStatus.NOT_READY
    assert play.call(ONE).phase is CallPhase.WAITING


def test_a_call_that_he_takes_makes_him_as_good_as_new() -> None:
    play = floor(not_ready_after=2, rest_s=0)
    play.ready(A)
    play.waits(ONE)
    misses(play)
    play.talks(ONE, A)
    play.leaves(ONE)
    assert play.agent(A).missed == 0


def test_what_he_chooses_while_he_rests_is_what_he_gets() -> None:
    play = floor(not_ready_after=3, rest_s=20)
    play.ready(A)
    play.waits(ONE)
    misses(play)
    play.do(seen.ChooseStatus(agent_id=A, status=AgentStatus.NOT_READY, reason="BREAK"))
    play.later(60)
    assert (play.agent(A).reason, play.agent(A).rest_until) == ("BREAK", None)


def test_one_who_never_answers_keeps_no_call_from_somebody_else() -> None:
    helper = agent(B, advice=1)
    motor = replace(RULES.policies[MOTOR], relaxation=(Relaxation(100, {"motor": 0, "advice": 1}),))
    never = MissedRules(causes={OfferEnd.NO_ANSWER: MissedRule(not_ready_after=None)})
    rules = replace(RULES, missed=never, policies={**RULES.policies, MOTOR: motor})
    play = Play(agent(A, motor=3, advice=1), helper, rules=rules)
    play.ready(A, B)
    play.waits(ONE)
    for _ in range(7):
        assert play.call(ONE).agent_id == A
        misses(play)
    assert play.call(ONE).agent_id == B
