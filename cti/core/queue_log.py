"""The journal in the words of Asterisk's queue_log, for the tools that read that format. Pure.

Words and fields are those of app_queue in Asterisk 22 (``queue_log`` documentation): a line is
``time|call|queue|agent|event|data…``. Unlike app_queue's own, a transfer ends the agent's talk with a
transfer's line, and the next queue begins a visit of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from cti.core import events
from cti.core.events import ClearedBy, Event, OfferEnd, Outcome
from cti.core.ids import AgentId, QueueName

NOBODY = "NONE"
WRAP_UP_REASON = "ACW"
_LEFT = {
    Outcome.ABANDONED: "ABANDON",
    Outcome.SHORT_ABANDONED: "ABANDON",
    Outcome.OVERFLOWED: "EXITWITHTIMEOUT",
    Outcome.FORCED_OUT: "EXITEMPTY",
    Outcome.CALLBACK_TAKEN: "EXITWITHKEY",
    Outcome.VOICEMAIL: "EXITWITHKEY",
    Outcome.SYSTEM_FAIL: "WITHDRAW",
    Outcome.BROKEN_OFF: "ABANDON",
}
_CANCELLED = (OfferEnd.CALLER_GONE, OfferEnd.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class QueueLogLine:
    """One line; ``told`` are its data fields."""

    at: datetime
    call: str
    queue: str
    agent: str
    event: str
    told: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it stands in the file, without the end of the line."""
        parts = (str(int(self.at.timestamp())), self.call, self.queue, self.agent, self.event)
        return "|".join(_field(part) for part in (*parts, *self.told))


@dataclass(slots=True)
class Visit:
    """One call's visit to a queue, until its talk is over. Times are seconds since 1970."""

    queue: str
    since: float
    position: int
    left: bool = False
    rang: float = 0.0
    agent: str = ""
    talk_since: float = 0.0
    sent_on: list[str] = field(default_factory=list)
    """What the agent sent the caller to: its event and first data fields."""
    over_at: float = 0.0

    @property
    def hold_s(self) -> int:
        """Whole seconds from joining the queue to the talk."""
        return int(self.talk_since - self.since)

    @property
    def talk_s(self) -> int:
        """Whole seconds of talk."""
        return int(self.over_at - self.talk_since)


class QueueLogWords:
    """Turns facts into lines, one after the other.

    ``serves`` tells an agent's queues, ``shown`` what a line may say of a caller's number.
    ``state`` is what an earlier one left (``state()``), plain JSON data.
    """

    def __init__(
        self,
        serves: Callable[[AgentId], Sequence[QueueName]],
        shown: Callable[[str], str],
        state: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._serves, self._shown = serves, shown
        kept = {"visits": {}, "numbers": {}, "chosen": {}, "shown": {}, **(state or {})}
        self._visits = {call: Visit(**each) for call, each in kept["visits"].items()}
        self._numbers: dict[str, str] = dict(kept["numbers"])
        self._chosen: dict[str, str] = dict(kept["chosen"])
        self._shown_as: dict[str, str] = dict(kept["shown"])

    def state(self) -> dict[str, dict[str, Any]]:
        """What must be kept for the next one."""
        visits = {call: asdict(visit) for call, visit in self._visits.items()}
        return {
            "visits": visits,
            "numbers": dict(self._numbers),
            "chosen": dict(self._chosen),
            "shown": dict(self._shown_as),
        }

    def take(self, event: Event) -> list[QueueLogLine]:
        """The lines that became due with this fact; most facts make none."""
        due = self._finished(event)
        say = _SAY.get(type(event))
        return due + (say(self, event) if say else [])

    def _finished(self, event: Event) -> list[QueueLogLine]:
        """Talks that are over: who ended one shows in the facts of the same moment."""
        now = event.at.timestamp()
        over = [call for call, visit in self._visits.items() if 0 < visit.over_at < now]
        return [self._complete(call, "COMPLETEAGENT") for call in over]

    def _complete(self, call: str, word: str) -> QueueLogLine:
        visit = self._visits.pop(call)
        name, *where = visit.sent_on or [word]
        told = (*where, str(visit.hold_s), str(visit.talk_s), str(visit.position))
        at = datetime.fromtimestamp(visit.over_at, UTC)
        return QueueLogLine(at, call, visit.queue, visit.agent, name, told)

    # One method for each kind of fact that makes lines.

    def offered(self, fact: events.Offered) -> list[QueueLogLine]:
        self._numbers[fact.call_id] = self._shown(fact.caller_number)
        return []

    def queued(self, fact: events.Queued) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit and not visit.left and visit.queue == fact.queue:
            return []  # back at its head
        waiting = sum(v.queue == fact.queue and not v.left for v in self._visits.values())
        position = waiting + 1
        due = [self._complete(fact.call_id, "COMPLETEAGENT")] if visit and visit.over_at else []
        self._visits[fact.call_id] = Visit(fact.queue, fact.at.timestamp(), position)
        told = ("", self._numbers.get(fact.call_id, ""), str(position))
        return [*due, QueueLogLine(fact.at, fact.call_id, fact.queue, NOBODY, "ENTERQUEUE", told)]

    def delivered(self, fact: events.Delivered) -> list[QueueLogLine]:
        if visit := self._visits.get(fact.call_id):
            visit.rang = fact.at.timestamp()
        return []

    def diverted(self, fact: events.Diverted) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit is None or visit.left:
            return []
        word = "RINGCANCELED" if fact.cause in _CANCELLED else "RINGNOANSWER"
        rang_ms = round((fact.at.timestamp() - visit.rang) * 1000) if visit.rang else 0
        visit.rang = 0.0
        told = (str(rang_ms),)
        return [QueueLogLine(fact.at, fact.call_id, visit.queue, fact.agent_id, word, told)]

    def established(self, fact: events.Established) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit is None or visit.left:
            return []
        now = fact.at.timestamp()
        visit.agent, visit.talk_since = fact.agent_id, now
        ring_s = int(now - visit.rang) if visit.rang else 0
        told = (str(visit.hold_s), fact.agent_channel, str(ring_s))
        return [QueueLogLine(fact.at, fact.call_id, visit.queue, fact.agent_id, "CONNECT", told)]

    def queue_left(self, fact: events.QueueLeft) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit is None or visit.left:
            return []
        visit.left = True
        if fact.outcome in (Outcome.ANSWERED, Outcome.RECONNECTED):
            return []
        del self._visits[fact.call_id]
        word, position = _LEFT[fact.outcome], str(visit.position)
        key = ("",) if word == "EXITWITHKEY" else ()
        told = (*key, position, position, str(int(fact.waited_s)))
        return [QueueLogLine(fact.at, fact.call_id, visit.queue, NOBODY, word, told)]

    def transferred(self, fact: events.Transferred) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit and visit.agent and visit.agent == fact.by:
            attended = fact.how == "attended"
            word = "ATTENDEDTRANSFER" if attended else "BLINDTRANSFER"
            visit.sent_on = [word, *(("BRIDGE", "") if attended else (fact.target, "acd"))]
        return []

    def cleared(self, fact: events.ConnectionCleared) -> list[QueueLogLine]:
        visit = self._visits.get(fact.call_id)
        if visit and visit.agent == fact.agent_id and not visit.over_at:
            visit.over_at = fact.at.timestamp()
        return []

    def call_cleared(self, fact: events.CallCleared) -> list[QueueLogLine]:
        self._numbers.pop(fact.call_id, None)
        visit = self._visits.get(fact.call_id)
        if visit is None:
            return []
        if not visit.over_at:
            del self._visits[fact.call_id]
            return []
        by_caller = fact.cleared_by is ClearedBy.CALLER
        return [self._complete(fact.call_id, "COMPLETECALLER" if by_caller else "COMPLETEAGENT")]

    def logged_on(self, fact: events.AgentLoggedOn) -> list[QueueLogLine]:
        return self._of_agent(fact, fact.agent_id, "ADDMEMBER")

    def logged_off(self, fact: events.AgentLoggedOff) -> list[QueueLogLine]:
        self._chosen.pop(fact.agent_id, None)
        self._shown_as.pop(fact.agent_id, None)
        return self._of_agent(fact, fact.agent_id, "REMOVEMEMBER")

    def ready(self, fact: events.AgentReady) -> list[QueueLogLine]:
        self._chosen[fact.agent_id] = ""
        return self._paused(fact, fact.agent_id, "")

    def not_ready(self, fact: events.AgentNotReady) -> list[QueueLogLine]:
        self._chosen[fact.agent_id] = fact.reason
        return self._paused(fact, fact.agent_id, fact.reason)

    def after_call(self, fact: events.AgentWorkingAfterCall) -> list[QueueLogLine]:
        return self._paused(fact, fact.agent_id, WRAP_UP_REASON)

    def wrapped_up(self, fact: events.WrapUpEnded) -> list[QueueLogLine]:
        """What he had chosen before the call is in force again."""
        return self._paused(fact, fact.agent_id, self._chosen.get(fact.agent_id, ""))

    def _paused(self, fact: Event, agent: AgentId, why: str) -> list[QueueLogLine]:
        """Lines where this is news; not paused where there is no reason."""
        if self._shown_as.get(agent) == why:
            return []
        self._shown_as[agent] = why
        word, told = ("PAUSE", (why,)) if why else ("UNPAUSE", ())
        everywhere = QueueLogLine(fact.at, NOBODY, NOBODY, agent, f"{word}ALL", told)
        return [everywhere, *self._of_agent(fact, agent, word, told)]

    def _of_agent(
        self, fact: Event, agent: AgentId, word: str, told: tuple[str, ...] = ()
    ) -> list[QueueLogLine]:
        return [
            QueueLogLine(fact.at, NOBODY, queue, agent, word, told) for queue in self._serves(agent)
        ]


_SAY: Mapping[type[Event], Callable[[QueueLogWords, Any], list[QueueLogLine]]] = {
    events.Offered: QueueLogWords.offered,
    events.Queued: QueueLogWords.queued,
    events.Delivered: QueueLogWords.delivered,
    events.Diverted: QueueLogWords.diverted,
    events.Established: QueueLogWords.established,
    events.QueueLeft: QueueLogWords.queue_left,
    events.Transferred: QueueLogWords.transferred,
    events.ConnectionCleared: QueueLogWords.cleared,
    events.CallCleared: QueueLogWords.call_cleared,
    events.AgentLoggedOn: QueueLogWords.logged_on,
    events.AgentLoggedOff: QueueLogWords.logged_off,
    events.AgentReady: QueueLogWords.ready,
    events.AgentNotReady: QueueLogWords.not_ready,
    events.AgentWorkingAfterCall: QueueLogWords.after_call,
    events.WrapUpEnded: QueueLogWords.wrapped_up,
}


def _field(text: str) -> str:
    """A value that cannot end its field or its line."""
    return "".join(sign if sign.isprintable() and sign != "|" else " " for sign in text)
