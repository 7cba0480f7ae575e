"""The screen-pop: all that an agent must see about a caller before he says the first word."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, Protocol

from cti.core.call import BrokenTalk, Call
from cti.core.ids import CallId, QueueName
from cti.messages import text
from cti.services.knowledge import ShownArticle
from cti.services.pop_parts import CONTACTS, Articles, Cases, Contact, Contacts, OpenCase
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
    """The strip and what is known of the caller; numbers in clear, masked at the edge.

    ``customers``, ``contacts`` and ``cases`` are None while they are not known; a stranger has none.
    ``claim_states``, ``policy_statuses`` and ``case_words`` name each code that occurs in the agent's
    language. ``at`` is when it was composed.
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
    at: datetime
    flags: tuple[str, ...] = ()
    broken: tuple[BrokenTalk, ...] = ()
    """The talks of this very call that broke off, with whom."""
    customers: tuple[Customer, ...] | None = None
    claim_states: Mapping[str, str] = field(default_factory=dict)
    policy_statuses: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] | None = None
    cases: tuple[OpenCase, ...] | None = None
    case_words: Mapping[str, str] = field(default_factory=dict)
    articles: tuple[ShownArticle, ...] = ()


def _place_unknown(_number: str, _language: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PopSources:
    """Where the parts come from. ``place`` names the region of a number in a language, without asking
    anybody; None where the number does not tell."""

    customers: Customers
    contacts: Contacts
    cases: Cases
    articles: Articles
    labels: KeyLabels
    place: Callable[[str, str], str | None] = _place_unknown


Putting = Callable[[Pop, Any, str], Pop]
"""The pop with what a part found, named in the agent's language."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One part that somebody must be asked for."""

    name: str
    ask: Callable[[Call], Awaitable[Sequence[Any]]]
    put: Putting


class ScreenPops:
    """Composes pops. No slow or broken part delays the strip, nor any other part."""

    def __init__(
        self, sources: PopSources, *, deadline_s: float = 0.1, late_s: float = 10.0
    ) -> None:
        self._sources, self._deadline_s, self._late_s = sources, deadline_s, late_s
        self._parts = (
            _Part("customers", lambda call: sources.customers.by_number(call.caller_number), _met),
            _Part(
                "contacts",
                lambda call: sources.contacts.last_of(call.caller_number, call.call_id, CONTACTS),
                lambda pop, found, _: replace(pop, contacts=found),
            ),
            _Part("cases", lambda call: sources.cases.open_of(call.caller_number), _with_cases),
        )

    async def follow(self, call: Call, language: str, now: datetime) -> AsyncGenerator[Pop, None]:
        """The pop after at most ``deadline_s`` with what is known by then, and again with each part that
        comes later, until ``late_s`` are over; ``language`` is the agent's. To be closed."""
        pop = self._strip(call, language, now)
        asked = {asyncio.create_task(self._found(part, call)): part for part in self._parts}
        try:
            done, waiting = await asyncio.wait(asked, timeout=self._deadline_s)
            pop = _put(pop, {asked[task]: task.result() for task in done}, language)
            self._tell_late([asked[task].name for task in waiting], call)
            yield pop
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                known = {asked[task]: task.result() for task in done}
                if any(found is not None for found in known.values()):
                    yield (pop := _put(pop, known, language))
        finally:
            for task in asked:
                task.cancel()

    def _strip(self, call: Call, language: str, now: datetime) -> Pop:
        labels = self._sources.labels(call, language)[: len(call.keys)]
        return Pop(
            call_id=call.call_id,
            caller_number=call.caller_number,
            place=self._sources.place(call.caller_number, language),
            queue=call.queue,
            language=call.language,
            keys=tuple(PressedKey(*one) for one in zip_longest(call.keys, labels, fillvalue="")),
            waited_s=round(call.waited_s(now), 1),
            priority=call.priority,
            variables=call.variables,
            at=now,
            flags=call.flags,
            broken=call.broken,
            articles=tuple(self._sources.articles.for_call(call, language)),
        )

    def _tell_late(self, names: Sequence[str], call: Call) -> None:
        for name in names:
            fact = {"fact": f"{name}_late", "call_id": call.call_id}
            log.warning("%s are late", name, extra=fact)

    async def _found(self, part: _Part, call: Call) -> tuple[Any, ...] | None:
        """Asked until it answers, with a limit on each try; None if it never does."""
        if not call.caller_number:
            return ()
        loop = asyncio.get_running_loop()
        until, step_s = loop.time() + self._late_s, self._late_s / _TRIES
        while (left_s := until - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left_s, 3 * step_s)):
                    return tuple(await part.ask(call))
            except Exception as why:  # whatever a source raises, the pop goes out without
                fact = {"fact": f"{part.name}_failed", "call_id": call.call_id}
                log.warning("%s failed: %s", part.name, type(why).__name__, extra=fact)
            await asyncio.sleep(min(step_s, max(0.0, until - loop.time())))
        return None


def _put(pop: Pop, known: Mapping[_Part, tuple[Any, ...] | None], language: str) -> Pop:
    for part, found in known.items():
        if found is not None:
            pop = part.put(pop, found, language)
    return pop


def _met(pop: Pop, customers: tuple[Customer, ...], language: str) -> Pop:
    claims = {claim.state for customer in customers for claim in customer.claims}
    policies = {policy.status for customer in customers for policy in customer.policies}
    return replace(
        pop,
        customers=customers,
        claim_states={code: _label(f"claim.{code}", language) for code in claims},
        policy_statuses={code: _label(f"policy.{code}", language) for code in policies},
    )


def _with_cases(pop: Pop, cases: tuple[OpenCase, ...], language: str) -> Pop:
    """Soonest due first."""
    words = {code for case in cases for code in (f"case.{case.kind}", state_key(case))}
    return replace(
        pop,
        cases=tuple(sorted(cases, key=lambda case: (case.due_at, case.case_id))),
        case_words={code: _label(code, language) for code in words},
    )


def state_key(case: OpenCase) -> str:
    """Under which message a case's state stands: complaints have their own."""
    return f"{'complaint' if case.kind == 'complaint' else 'state'}.{case.state}"


def _label(code: str, language: str) -> str:
    """The code's name for people; the code itself where no message file knows it."""
    try:
        return text(f"pop.{code}", language)
    except KeyError:
        return code.partition(".")[2]
