"""What a waiting caller may be told: his place, and how long it will take. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final

from cti.core.acd.queue import QueuePolicy, WaitingCall, micros, terms
from cti.core.ids import CallId, QueueName

_LEAST_S: Final = 30.0
_MOST_S: Final = 15 * 60.0
_FEWEST_ANSWERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LastHour:
    """The queue over the last hour: answered calls and their mean handling time in seconds."""

    answers: int
    aht_s: float


def positions(
    calls: Iterable[WaitingCall], policies: Mapping[QueueName, QueuePolicy], now: datetime
) -> dict[CallId, int]:
    """How many calls of its own queue are served before each call (0: it is next)."""
    now_us = micros(now)
    worked_out = {name: terms(policy) for name, policy in policies.items()}
    in_order = sorted(calls, key=lambda call: worked_out[call.queue].rank(call, now_us))
    ahead: dict[CallId, int] = {}
    seen = dict.fromkeys(worked_out, 0)
    for call in in_order:
        ahead[call.call_id] = seen[call.queue]
        seen[call.queue] += 1
    return ahead


def expected_wait_s(ahead: int, queues_of: Iterable[int], hour: LastHour) -> int | None:
    """Seconds a caller with ``ahead`` calls before him will wait; None where no one should say.

    ``(ahead + 1) * AHT / sum(1/k)``: each signed-in agent of the queue counts as one part of the
    ``k`` queues he serves (domain.md §4, Google's EWT); between 30 s and 15 min, rounded up to the
    minute. Silent with fewer than 3 answers in the hour, or with no agent.
    """
    agents = sum(1 / k for k in queues_of)
    if hour.answers < _FEWEST_ANSWERS or agents == 0:
        return None
    expected = (ahead + 1) * hour.aht_s / agents
    return ceil(min(max(expected, _LEAST_S), _MOST_S) / 60) * 60
