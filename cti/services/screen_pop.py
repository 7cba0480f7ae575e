"""The screen-pop: all that an agent must see about a caller before he says the first word."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from typing import Protocol

from cti.core.call import Call
from cti.core.ids import CallId, QueueName
from cti.messages import text
from cti.services.ports import Customer, Customers

log = logging.getLogger(__name__)

_TRIES = 10


class KeyLabels(Protocol):
    """What the keys meant to the caller, as the menu that he walked names them."""

    def __call__(self, call: Call, language: str) -> Sequence[str]:
        """One label for each of ``call.keys``, in order; an empty one where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class PressedKey:
    """Digits that the caller pressed at one menu, and what they meant."""

    digits: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop:
    """The strip and the customers; numbers in clear, masked at the edge.

    ``customers`` is None while they are not known, and empty for a stranger.
    ``claim_states`` and ``policy_statuses`` name each code that occurs in the agent's language.
    """

    call_id: CallId
    caller_number: str
    place: str | None
    queue: QueueName | None
    language: str
    keys: tuple[PressedKey, ...]
    waited_s: float
    priority: int
    variables: Mapping[str, str]
    flags: tuple[str, ...] = ()
    customers: tuple[Customer, ...] | None = None
    claim_states: Mapping[str, str] = field(default_factory=dict)
    policy_statuses: Mapping[str, str] = field(default_factory=dict)


def _place_unknown(_number: str) -> str | None:
    return None


class ScreenPops:
    """Composes pops. A slow or broken customer table delays the customers, never the pop."""

    def __init__(
        self,
        customers: Customers,
        labels: KeyLabels,
        *,
        place: Callable[[str], str | None] = _place_unknown,
        deadline_s: float = 0.8,
        late_s: float = 10.0,
    ) -> None:
        self._customers = customers
        self._labels = labels
        self._place = place
        self._deadline_s = deadline_s
        self._late_s = late_s

    async def compose(self, call: Call, language: str, now: datetime) -> Pop:
        """The pop after at most ``deadline_s``; ``language`` is the agent's."""
        return _with(self._strip(call, language, now), await self._soon(call), language)

    async def later(self, pop: Pop, language: str) -> Pop | None:
        """The same pop with its customers, asked again for ``late_s``; None if none come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._late_s):
                for _ in range(_TRIES):
                    if (found := await self._ask(pop.caller_number, pop.call_id)) is not None:
                        return _with(pop, found, language)
                    await asyncio.sleep(self._late_s / _TRIES)
        return None

    def _strip(self, call: Call, language: str, now: datetime) -> Pop:
        labels = self._labels(call, language)[: len(call.keys)]
        return Pop(
            call_id=call.call_id,
            caller_number=call.caller_number,
            place=self._place(call.caller_number),
            queue=call.queue,
            language=call.language,
            keys=tuple(PressedKey(*one) for one in zip_longest(call.keys, labels, fillvalue="")),
            waited_s=round(call.waited_s(now), 1),
            priority=call.priority,
            variables=call.variables,
            flags=call.flags,
        )

    async def _soon(self, call: Call) -> tuple[Customer, ...] | None:
        if not call.caller_number:
            return ()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._ask(call.caller_number, call.call_id)
        except TimeoutError:
            log.warning(
                "customers are late", extra={"fact": "customers_late", "call_id": call.call_id}
            )
            return None

    async def _ask(self, number: str, call_id: CallId) -> tuple[Customer, ...] | None:
        try:
            return tuple(await self._customers.by_number(number))
        except Exception as why:  # whatever the table's driver raises, the pop goes out without
            log.warning(
                "customers failed: %s",
                type(why).__name__,
                extra={"fact": "customers_failed", "call_id": call_id},
            )
            return None


def _with(pop: Pop, customers: tuple[Customer, ...] | None, language: str) -> Pop:
    found = customers or ()
    claims = {claim.state for customer in found for claim in customer.claims}
    policies = {policy.status for customer in found for policy in customer.policies}
    return replace(
        pop,
        customers=customers,
        claim_states={code: _label(f"claim.{code}", language) for code in claims},
        policy_statuses={code: _label(f"policy.{code}", language) for code in policies},
    )


def _label(code: str, language: str) -> str:
    """The code's name for people; the code itself where no message file knows it."""
    try:
        return text(f"pop.{code}", language)
    except KeyError:
        return code.partition(".")[2]
