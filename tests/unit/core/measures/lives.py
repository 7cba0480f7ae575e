"""Made-up days of a centre: calls as they may go, told as the journal tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from cti.core import callback_events as callbacks
from cti.core import control_events as control
from cti.core import events
from cti.core.events import Event
from cti.core.version_events import VisitEnded

BEGIN = datetime(2026, 11, 21, 16, tzinfo=UTC)
"""Midnight in Shanghai."""
QUEUES = ("motor", "consult", "major")
AGENTS = ("1001", "1002", "1003")


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


@dataclass
class Life:
    """One call: every word adds a fact at the call's present moment."""

    call_id: str
    now_s: float
    number: str = "13997000001"
    told: list[Event] = field(default_factory=list)
    queued_s: float = 0.0
    queue: str = ""
    talk_s: float = 0.0

    def note(self, kind: type[Event], /, after_s: float = 0.0, **fields: Any) -> Life:
        self.now_s += after_s
        self.told.append(kind(at=at(self.now_s), call_id=self.call_id, **fields))  # type: ignore[call-arg]
        return self

    def agent_note(self, kind: type[Event], /, after_s: float = 0.0, **fields: Any) -> Life:
        self.now_s += after_s
        self.told.append(kind(at=at(self.now_s), **fields))
        return self

    def arrive(self, flags: tuple[str, ...] = ()) -> Life:
        self.note(
            events.Offered,
            caller_number=self.number,
            dialed_number="95518",
            channel="PJSIP/trunk-1",
            area="971",
            flags=flags,
        )
        return self.note(events.NodeEntered, 1.0, node="root", kind="menu")

    def queue_up(
        self, queue: str, after_s: float = 4.0, why: str = "ivr", **variables: str
    ) -> Life:
        self.now_s += after_s
        self.queue, self.queued_s = queue, self.now_s
        return self.note(
            events.Queued,
            queue=queue,
            priority=1,
            needs={"motor": 2, "lang:zh": 1},
            language="zh",
            why=why,
            variables=variables,
        )

    def offer(self, agent: str, after_s: float = 1.0) -> Life:
        self.note(
            events.AgentAllocated,
            after_s,
            agent_id=agent,
            queue=self.queue,
            attempt=1,
            waited_s=self.now_s - self.queued_s,
        )
        return self.note(
            events.Delivered,
            0.2,
            agent_id=agent,
            queue=self.queue,
            attempt=1,
            agent_channel=f"PJSIP/{agent}",
        )

    def miss(self, agent: str, after_s: float = 15.0) -> Life:
        self.note(
            events.Diverted, after_s, agent_id=agent, cause=events.OfferEnd.NO_ANSWER, attempt=1
        )
        return self.agent_note(events.AgentNotReady, agent_id=agent, reason="RNA")

    def leave(self, outcome: str, after_s: float = 0.0) -> Life:
        self.now_s += after_s
        return self.note(
            events.QueueLeft,
            queue=self.queue,
            outcome=events.Outcome(outcome),
            waited_s=round(self.now_s - self.queued_s, 3),
        )

    def answer(self, agent: str, after_s: float = 2.0) -> Life:
        self.note(events.AgentAnswered, after_s, agent_id=agent)
        self.now_s += 0.7
        self.talk_s = self.now_s
        waited_s = round(self.now_s - self.queued_s, 3)
        channel = f"PJSIP/{agent}"
        self.note(events.Established, agent_id=agent, agent_channel=channel, waited_s=waited_s)
        return self.leave("answered")

    def hold(self, agent: str, for_s: float, after_s: float = 5.0) -> Life:
        return self.note(events.Held, after_s, agent_id=agent).note(
            events.Retrieved, for_s, agent_id=agent
        )

    def consult(self, agent: str, colleague: str, result: str) -> Life:
        """The agent asks a colleague while the caller is on hold."""
        party: dict[str, Any] = {"agent_id": agent, "party_id": f"{self.call_id}-p1"}
        asked = {**party, "party_agent_id": colleague}
        self.note(events.Held, 2, agent_id=agent)
        target: dict[str, Any] = {"target_kind": control.TargetKind.AGENT, "target": colleague}
        self.note(control.ConsultationStarted, **party, **target)
        self.note(control.ConsultationDelivered, 1.0, **asked)
        if result != "failed":
            self.note(control.ConsultationAnswered, 3, **asked)
            self.note(events.Retrieved, 5, agent_id=agent)
            self.note(control.Alternated, **party, talking_to="caller")
        self.note(control.ConsultationEnded, 4, **asked, result=result)
        if result == "conferenced":
            self.note(control.Conferenced, agent_id=agent, parties=(party["party_id"],))
            left: dict[str, Any] = {"party_id": party["party_id"], "party_agent_id": colleague}
            return self.note(control.PartyLeft, 9, **left, why="hungUp")
        return self.note(events.Retrieved, 0.1, agent_id=agent)

    def end_talk(self, agent: str, after_s: float = 60.0, wrap_s: float = 20.0) -> Life:
        """The talk and, later, the wrap-up; the caller's own moment is the talk's end."""
        self.now_s += after_s
        talked_s = round(self.now_s - self.talk_s, 3)
        self.note(events.ConnectionCleared, agent_id=agent, talked_s=talked_s)
        until = at(self.now_s + wrap_s)
        self.agent_note(
            events.AgentWorkingAfterCall, agent_id=agent, call_id=self.call_id, until=until
        )
        self.told.append(
            events.WrapUpEnded(at=until, agent_id=agent, call_id=self.call_id, by="timer")  # type: ignore[arg-type]
        )
        return self

    def wrap(self, agent: str, reason: str, solved: bool = True) -> Life:
        return self.note(events.WrapUpSaved, 1.0, agent_id=agent, reason=reason, solved=solved)

    def end(self, by: str = "caller", after_s: float = 0.5) -> Life:
        return self.note(events.CallCleared, after_s, cleared_by=events.ClearedBy(by))


def journal(*lives: Life | Sequence[Event]) -> list[Event]:
    """All of them, in the order of time."""
    told = [event for life in lives for event in (life.told if isinstance(life, Life) else life)]
    return sorted(told, key=lambda event: event.at)


def shift(agent: str, since_s: float, until_s: float) -> list[Event]:
    """An agent who signs in, has a meal in the middle, and signs out."""
    middle = (since_s + until_s) / 2
    return [
        events.AgentLoggedOn(at=at(since_s), agent_id=agent, extension="8001"),  # type: ignore[arg-type]
        events.AgentNotReady(at=at(since_s), agent_id=agent, reason="LOGIN"),  # type: ignore[arg-type]
        events.AgentReady(at=at(since_s + 5), agent_id=agent),  # type: ignore[arg-type]
        events.AgentNotReady(at=at(middle), agent_id=agent, reason="MEAL"),  # type: ignore[arg-type]
        events.AgentReady(at=at(middle + 600), agent_id=agent),  # type: ignore[arg-type]
        events.AgentLoggedOff(at=at(until_s), agent_id=agent),  # type: ignore[arg-type]
    ]


SORTS = ["menu", "lost", "answered", "missed", "moved", "transferred", "callback", "out", "fails"]


def any_life(number: int, random: Random, span_s: float) -> Life:
    """A call of any sort, somewhere in the span."""
    life = Life(f"call-{number}", random.uniform(0, span_s), f"1390000{random.randint(0, 9):04d}")
    sort = random.choice(SORTS)
    if sort == "out":
        return _out(life, random.choice(AGENTS), random)
    life.arrive(random.choice(((), ("elderly",), ("vip", "elderly"))))
    if sort == "menu":
        life.note(events.NoMatchHeard, 2, node="root", digits="7")
        life.note(VisitEnded, 3, version=1, end=random.choice(("hangup", "gone")), node="root")
        return life.end()
    life.queue_up(random.choice(QUEUES), area=random.choice(("", "630100", "632200")))
    if sort == "callback":
        return life.leave("callback_taken", random.uniform(1, 90)).end()
    if sort in ("lost", "fails"):
        return _lost(life, sort, random)
    return _served(life, sort, random)


def _lost(life: Life, sort: str, random: Random) -> Life:
    wait_s = random.choice((1.0, 4.999, 5.0, 19.9, 20.0, 20.001, 300.0))
    gave_up = "short_abandoned" if wait_s < 5 else "abandoned"
    return life.leave("system_fail" if sort == "fails" else gave_up, wait_s).end()


def _served(life: Life, sort: str, random: Random) -> Life:
    agent, other = random.sample(AGENTS, 2)
    if sort == "missed":
        life.offer(other).miss(other).queue_up(life.queue, 0.0, "missed")
    if sort == "moved":
        life.leave("overflowed", 45).queue_up(random.choice(QUEUES), 0.0, "overflow")
    life.note(control.WaitAnnounced, 1, queue=life.queue, position=2, wait_s=60)
    life.offer(agent, random.uniform(0, 60)).answer(agent)
    if random.random() < 0.4:
        life.hold(agent, random.uniform(1, 40))
    if random.random() < 0.4:
        life.consult(agent, other, random.choice(("cancelled", "conferenced", "failed")))
    if sort == "transferred":
        life.note(
            events.Transferred, 3, target="consult", by=agent, how="blind", target_kind="queue"
        )
        life.end_talk(agent, 0.1).queue_up("consult", 0.0, "transfer")
        agent = other
        life.offer(agent).answer(agent)
    life.wrap(agent, random.choice(("查询", "报案")), random.random() < 0.8)
    return life.end_talk(agent, random.uniform(1, 2000)).end()


def _out(life: Life, agent: str, random: Random) -> Life:
    life.note(control.Originated, agent_id=agent, number=life.number, shown_number="95518")
    if random.random() < 0.3:
        return life.note(control.DialFailed, 20, agent_id=agent, cause="BUSY").end("system")
    life.now_s += 12
    life.talk_s = life.now_s
    channel = f"PJSIP/{agent}"
    life.note(events.Established, agent_id=agent, agent_channel=channel, waited_s=0.0)
    return life.end_talk(agent, random.uniform(1, 400)).end()


def ticket(origin: Life, agent: str, after_s: float) -> Life:
    """The callback of a call that took one: dialled and reached after so long."""
    life = Life(f"callback-{origin.call_id}", origin.now_s, origin.number)
    life.note(
        callbacks.CallbackRequested,
        origin=origin.call_id,
        queue=origin.queue,
        number=life.number,
        caller_number=life.number,
        language="zh",
        place_at=at(origin.queued_s),
    )
    life.queue = origin.queue
    life.note(callbacks.CallbackDialed, after_s - 5, agent_id=agent, attempt=1)
    life.note(callbacks.CallbackConnected, 5, agent_id=agent, attempt=1, waited_s=after_s)
    life.talk_s = life.now_s
    channel = f"PJSIP/{agent}"
    life.note(events.Established, agent_id=agent, agent_channel=channel, waited_s=after_s)
    life.end_talk(agent, 30.0)
    return life.note(
        callbacks.CallbackClosed,
        result="served",
        queue=life.queue,
        number=life.number,
        language="zh",
    )


def any_day(seed: int, calls: int, span_s: float = 20_000.0) -> list[Event]:
    """A stretch of a centre's life, in the journal's order."""
    random = Random(seed)  # noqa: S311 (a made-up day, not a secret)
    lives = [any_life(number, random, span_s) for number in range(calls)]
    tickets = [
        ticket(life, random.choice(AGENTS), random.uniform(10, 2000))
        for life in lives
        if any(getattr(e, "outcome", "") == "callback_taken" for e in life.told)
    ]
    return journal(*lives, *tickets, *(shift(agent, 10, span_s + 5000) for agent in AGENTS))
