"""A circuit breaker: who fails time after time is left alone for a while, then tried once.

::

    closed --failures--> open --rest over--> half_open --success--> closed
                          ^                      |
                          +------- failure ------+
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class CircuitState(StrEnum):
    """``half_open``: one question is on its way, and its outcome decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitRules:
    """So many failures in a row open the circuit; it rests so many seconds."""

    failures: int = 5
    rest_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """``since_s`` is the moment of the last change to open or half-open, on any steady clock."""

    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    since_s: float = 0.0


def admitted(circuit: Circuit, rules: CircuitRules, now_s: float) -> Circuit | None:
    """The circuit after one question was let through, or None when none may pass.

    A probe of which nothing was heard for ``rest_s`` is given up for lost: another may pass.
    """
    if circuit.state is CircuitState.CLOSED:
        return circuit
    if now_s - circuit.since_s < rules.rest_s:
        return None
    return replace(circuit, state=CircuitState.HALF_OPEN, since_s=now_s)


def succeeded(circuit: Circuit) -> Circuit:
    """After a good answer. A late one to an old question does not cut the rest short."""
    return circuit if circuit.state is CircuitState.OPEN else Circuit()


def failed(circuit: Circuit, rules: CircuitRules, now_s: float) -> Circuit:
    """After no answer, or none that can be used."""
    failures = circuit.failures + 1
    if circuit.state is CircuitState.OPEN:
        return circuit
    if circuit.state is CircuitState.CLOSED and failures < rules.failures:
        return replace(circuit, failures=failures)
    return Circuit(state=CircuitState.OPEN, failures=failures, since_s=now_s)
