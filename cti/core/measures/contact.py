"""One contact, folded from its events in the journal's order, and the facts it is counted by.

A visit to a queue is counted once, with its one outcome, at the moment of entry; a talk at its end
(domain rules in docs/measures.md). Events found out afterwards are taken like any other: whoever keeps the
facts of a contact replaces all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from cti.core.acd.skills import is_language
from cti.core.events import CallEvent, Event, Outcome
from cti.core.ids import CallId
from cti.core.measures.facts import CONTACT, Fact, MeasureRules

CALLER_CLASSES = ("elderly", "vip", "fleet", "green")
"""The classes of callers that figures can be had by; of several the first."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """A visit to a queue; ``told`` are the waits that were announced: (when, how long) in ms."""

    queue: str
    entered_ms: int
    skill: str = ""
    why: str = ""
    left_ms: int | None = None
    outcome: str = ""
    agent_id: str = ""
    told: list[tuple[int, int]] = field(default_factory=list)
    reconstructed: bool = False

    @property
    def waited_ms(self) -> int:
        """From entry to the end of the visit."""
        return max(0, (self.left_ms or self.entered_ms) - self.entered_ms)


@dataclass(slots=True, kw_only=True)
class Talk:
    """An agent on the call, with his wrap-up."""

    agent_id: str
    queue: str
    since_ms: int
    until_ms: int | None = None
    held_since_ms: int | None = None
    hold_ms: int = 0
    wrap_since_ms: int | None = None
    wrap_until_ms: int | None = None
    reconstructed: bool = False

    def hold(self, at_ms: int) -> None:
        """The caller is on hold."""
        if self.held_since_ms is None:
            self.held_since_ms = at_ms

    def retrieve(self, at_ms: int) -> None:
        """The caller is back."""
        if self.held_since_ms is not None:
            self.hold_ms += max(0, at_ms - self.held_since_ms)
            self.held_since_ms = None

    def end(self, at_ms: int) -> None:
        """The agent left the call."""
        self.retrieve(at_ms)
        self.until_ms = max(at_ms, self.since_ms)

    @property
    def talk_ms(self) -> int:
        """Without hold."""
        return max(0, (self.until_ms or self.since_ms) - self.since_ms - self.hold_ms)


@dataclass(slots=True)
class Contact:
    """All that is known of one call; ``cti.core.measures.contact_events.take`` folds its events in."""

    call_id: CallId
    direction: str = "in"
    began_ms: int | None = None
    ended_ms: int | None = None
    known: bool = False
    """Its beginning is among the events."""
    caller_number: str = ""
    dialed_number: str = ""
    area: str = ""
    branch: str = ""
    caller_class: str = ""
    in_menu: bool = False
    served_by_menu: bool = False
    menu_end: str = ""
    menu_ended_ms: int | None = None
    moved_on: bool = False
    """Sent to a number outside the queues, or promised a callback, or left a message."""
    reconstructed: bool = False
    visits: list[Visit] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    noted: list[dict[str, Any]] = field(default_factory=list)
    """Facts that stand by themselves: fields of ``Fact``."""
    wraps: dict[str, tuple[int, bool, str]] = field(default_factory=dict)
    """Agent → when first written, solved, reason; the last writing holds."""

    def begin(self, at_ms: int, numbers: tuple[str, str], direction: str) -> None:
        """What began it: (caller's number, called number)."""
        self.known, self.began_ms, self.direction = True, at_ms, direction
        self.caller_number, self.dialed_number = numbers

    def note(self, kind: str, at_ms: int, /, **fields: Any) -> None:
        """A fact of its own; ``fields`` of ``Fact``."""
        self.noted.append({"kind": kind, "at_ms": at_ms, **fields})

    def open_visit(self) -> Visit | None:
        """The visit that is not over."""
        last = self.visits[-1] if self.visits else None
        return last if last and last.left_ms is None else None

    def open_talk(self, agent_id: str) -> Talk | None:
        """The agent's talk that is not over."""
        mine = (each for each in self.talks if each.agent_id == agent_id and each.until_ms is None)
        return next(mine, None)

    def last_talk(self, agent_id: str) -> Talk | None:
        """The agent's newest talk, over or not."""
        mine = (each for each in reversed(self.talks) if each.agent_id == agent_id)
        return next(mine, None)

    def last_heard(self) -> Talk | None:
        """The talk that ended last. Of a conference that ends, it is that of whose call it was."""
        return max(self.talks, key=_ended, default=None)

    def excluded(self, rules: MeasureRules) -> bool:
        """A test or an internal call."""
        return not rules.excluded.isdisjoint((self.caller_number, self.dialed_number))

    def facts(self, rules: MeasureRules) -> tuple[Fact, ...]:
        """Everything it is counted by; the same events give the same facts, in the same order."""
        if self.began_ms is None or self.excluded(rules):
            return ()
        shared = {
            "call_id": self.call_id,
            "area": self.area,
            "branch": self.branch,
            "caller_class": self.caller_class,
        }
        return tuple(
            Fact(**shared | {"number": number, "reconstructed": self.reconstructed} | found)
            for number, found in enumerate(self._found(self.began_ms))
        )

    def _found(self, began_ms: int) -> Iterator[dict[str, Any]]:
        yield from self._whole(began_ms)
        for visit in self.visits:
            yield from _of_visit(visit)
        if self.visits and (whole := self._as_one_visit()):
            yield _visit_fact(whole, CONTACT + whole.outcome)
        for talk in self.talks:
            yield from self._of_talk(talk)
        for agent_id, (at_ms, solved, reason) in self.wraps.items():
            yield self._wrapped(agent_id, at_ms, solved, reason)
        yield from self.noted

    def _whole(self, began_ms: int) -> Iterator[dict[str, Any]]:
        """Counted once a contact, at its beginning."""
        queue = self.visits[0].queue if self.visits else ""
        shared = {"at_ms": began_ms, "queue": queue}
        yield {"kind": f"begun.{self.direction}", **shared}
        if self.talks:
            agent_id = self.talks[0].agent_id
            yield {"kind": f"handled.{self.direction}", "agent_id": agent_id, **shared}
        if self.direction == "in" and self.in_menu:
            yield {"kind": "ivr.answered", **shared}
            if end := self._end_in_menu():
                length_ms = max(0, (self.menu_ended_ms or began_ms) - began_ms)
                yield {"kind": end, "value": length_ms, **shared}

    def _end_in_menu(self) -> str:
        """Where the contact came to its end in the menu, how."""
        if self.visits or self.talks or self.moved_on or not self.menu_end:
            return ""
        if self.menu_end == "hangup" or self.served_by_menu:
            return "ivr.served"
        return "ivr.abandoned" if self.menu_end == "gone" else "ivr.failed"

    def _as_one_visit(self) -> Visit | None:
        """All visits as one offer to the centre: answered if any was, else as the last one ended."""
        ended = [each for each in self.visits if each.left_ms is not None]
        if len(ended) < len(self.visits) and not any(each.outcome == "answered" for each in ended):
            return None  # he still waits
        last = next((each for each in ended if each.outcome == Outcome.ANSWERED), ended[-1])
        return replace(last, queue=self.visits[0].queue, entered_ms=self.visits[0].entered_ms)

    def _of_talk(self, talk: Talk) -> Iterator[dict[str, Any]]:
        if talk.until_ms is None:
            return
        shared = {
            "at_ms": talk.until_ms,
            "agent_id": talk.agent_id,
            "queue": talk.queue,
            "reconstructed": talk.reconstructed,
        }
        yield {"kind": f"talk.{self.direction}", "value": talk.talk_ms, **shared}
        if talk.hold_ms:
            yield {"kind": f"hold.{self.direction}", "value": talk.hold_ms, **shared}
        if talk.wrap_since_ms is not None and talk.wrap_until_ms is not None:
            wrap_ms = max(0, talk.wrap_until_ms - talk.wrap_since_ms)
            yield {"kind": f"wrap_up.{self.direction}", "value": wrap_ms, **shared}

    def _wrapped(self, agent_id: str, at_ms: int, solved: bool, reason: str) -> dict[str, Any]:
        number = self.dialed_number if self.direction == "out" else self.caller_number
        # A caller without a number cannot be known again: he is his own matter.
        subject = f"{number or self.call_id}|{reason}"
        talk = self.last_talk(agent_id) or self.last_heard()
        return {
            "kind": "wrapped",
            "at_ms": at_ms,
            "value": int(solved),
            "agent_id": agent_id,
            "queue": talk.queue if talk else "",
            "subject": subject,
        }


def _ended(talk: Talk) -> tuple[bool, int]:
    return talk.until_ms is None, talk.until_ms or 0


def _visit_fact(visit: Visit, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "at_ms": visit.entered_ms,
        "value": visit.waited_ms,
        "queue": visit.queue,
        "agent_id": visit.agent_id,
        "skill": visit.skill,
        "reconstructed": visit.reconstructed,
    }


def _of_visit(visit: Visit) -> Iterator[dict[str, Any]]:
    if visit.left_ms is None:
        return
    yield _visit_fact(visit, visit.outcome)
    if visit.why == "transfer":
        yield _visit_fact(visit, "entered.transfer")
    if visit.outcome == Outcome.ANSWERED:
        for told_ms, wait_ms in visit.told:
            error_ms = wait_ms - (visit.left_ms - told_ms)
            fact = {**_visit_fact(visit, "estimate.error"), "at_ms": told_ms}
            yield {**fact, "value": abs(error_ms)}
            yield {**fact, "kind": "estimate.bias", "value": error_ms}


def skill_of(needs: Any) -> str:
    """The skills a visit needs, without languages: ``motor``, or ``agri+nonmotor``."""
    return "+".join(sorted(name for name in needs if not is_language(name)))


def call_of(event: Event) -> CallId | None:
    """The contact that the event belongs to; wrap-up is an agent's event of one."""
    if isinstance(event, CallEvent):
        return event.call_id
    if event.TYPE in ("agentWorkingAfterCall", "wrapUpEnded"):
        found: CallId = event.call_id  # type: ignore[attr-defined]
        return found
    return None
