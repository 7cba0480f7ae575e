"""The breaker: when a question may pass, and what its outcome makes of the circuit."""

from hypothesis import given
from hypothesis import strategies as st

from cti.core.circuit import Circuit, CircuitRules, CircuitState, admitted, failed, succeeded

RULES = CircuitRules(failures=3, rest_s=10)


def opened(at_s: float = 100.0) -> Circuit:
    circuit = Circuit()
    for _ in range(RULES.failures):
        circuit = failed(circuit, RULES, at_s)
    return circuit


def test_a_closed_circuit_lets_everything_through() -> None:
    assert admitted(Circuit(), RULES, 0) == Circuit()


def test_failures_in_a_row_open_it_and_one_fewer_does_not() -> None:
    circuit = failed(failed(Circuit(), RULES, 1), RULES, 2)
    assert circuit.state is CircuitState.CLOSED
    assert failed(circuit, RULES, 3).state is CircuitState.OPEN


def test_a_good_answer_between_failures_starts_the_count_anew() -> None:
    circuit = succeeded(failed(failed(Circuit(), RULES, 1), RULES, 2))
    assert failed(circuit, RULES, 3).state is CircuitState.CLOSED


def test_an_open_circuit_lets_nothing_through_until_it_has_rested() -> None:
    assert admitted(opened(100), RULES, 109.9) is None
    probing = admitted(opened(100), RULES, 110)
    assert probing is not None
    assert probing.state is CircuitState.HALF_OPEN


def test_one_probe_at_a_time_passes() -> None:
    probing = admitted(opened(100), RULES, 110)
    assert probing is not None
    assert admitted(probing, RULES, 111) is None


def test_a_lost_probe_is_followed_by_another() -> None:
    probing = admitted(opened(100), RULES, 110)
    assert probing is not None
    assert admitted(probing, RULES, 120) is not None


def test_a_probe_that_succeeds_closes_it_and_one_that_fails_opens_it_again() -> None:
    probing = admitted(opened(100), RULES, 110)
    assert probing is not None
    assert succeeded(probing) == Circuit()
    again = failed(probing, RULES, 111)
    assert (again.state, again.since_s) == (CircuitState.OPEN, 111)


def test_what_old_questions_come_to_does_not_move_an_open_circuit() -> None:
    assert succeeded(opened(100)) == opened(100)
    assert failed(opened(100), RULES, 105) == opened(100)


@given(st.lists(st.sampled_from(["ask", "good", "bad"]), max_size=60))
def test_whatever_happens_rest_makes_it_ask_again(steps: list[str]) -> None:
    circuit, now_s = Circuit(), 0.0
    for step in steps:
        now_s += 1
        if step == "ask":
            circuit = admitted(circuit, RULES, now_s) or circuit
        else:
            circuit = succeeded(circuit) if step == "good" else failed(circuit, RULES, now_s)
    assert admitted(circuit, RULES, now_s + RULES.rest_s) is not None
