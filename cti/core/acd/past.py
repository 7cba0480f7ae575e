"""What happened while our server was away, from Asterisk's queue_log: calls that are over. Pure.

The native queue writes its own words (ENTERQUEUE, CONNECT, …); our dialplan adds ``ACDSURVIVE`` when the
fallback takes a caller over, ``ACDTALK`` when he and an agent of ours hear each other, and
``ACDGONE`` at every caller's end. Times are whole seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cti.core.acd.floor import FloorRules
from cti.core.agent_state import Agent
from cti.core.endpoints import extension_of
from cti.core.events import (
    CallCleared,
    CallEvent,
    CallSurvived,
    ClearedBy,
    ConnectionCleared,
    Established,
    Offered,
    Outcome,
    Queued,
    QueueLeft,
)
from cti.core.ids import AgentId, CallId, ChannelName, QueueName

NATIVE_PREFIX = "acd-"


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeLine:
    """One line of queue_log: ``time|call|queue|member|event|data…``."""

    at: datetime
    call_id: CallId
    queue: str
    member: str
    event: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """One call as queue_log tells it; None for what never happened, or not yet."""

    call_id: CallId
    caller_number: str = ""
    dialed_number: str = ""
    channel: str = ""
    survived_at: datetime | None = None
    queue: str = ""
    queued_at: datetime | None = None
    member: str = ""
    """``PJSIP/ENDPOINT`` from the native queue, or an agent's id from our own offer."""
    answered_at: datetime | None = None
    talked_until: datetime | None = None
    agent_left: bool = False
    timed_out: bool = False
    gone_at: datetime | None = None
    cause: str = ""

    def agent(self, agents: Iterable[Agent]) -> Agent | None:
        """Who took the call."""
        extension = extension_of(self.member.partition("/")[2].partition("@")[0])
        mine = (a for a in agents if self.member == a.agent_id or extension == a.extension)
        return next(mine, None) if self.member else None


def past_calls(lines: Iterable[NativeLine]) -> Mapping[CallId, PastCall]:
    """Every call that the lines speak of, in the order of its first line."""
    found: dict[CallId, PastCall] = {}
    for line in lines:
        if line.call_id and line.call_id != "NONE":
            known = found.get(line.call_id) or PastCall(call_id=line.call_id)
            found[line.call_id] = _told(known, line)
    return found


def _told(call: PastCall, line: NativeLine) -> PastCall:
    match line.event:
        case "ACDSURVIVE" if call.survived_at is None:
            number, dialed, channel = (*line.told, "", "", "")[:3]
            return replace(
                call,
                caller_number=number,
                dialed_number=dialed,
                channel=channel,
                survived_at=line.at,
            )
        case "ENTERQUEUE" if call.queued_at is None:
            return replace(call, queue=line.queue.removeprefix(NATIVE_PREFIX), queued_at=line.at)
        case "CONNECT" | "ACDTALK":
            return replace(call, member=line.member, answered_at=line.at)
        case "COMPLETEAGENT" | "COMPLETECALLER":
            left = line.event == "COMPLETEAGENT"
            return replace(call, talked_until=line.at, agent_left=left)
        case "EXITWITHTIMEOUT":
            return replace(call, timed_out=True)
        case "ACDGONE":
            state, cause = (*line.told, "", "")[:2]
            left = call.agent_left or state == "after"
            return replace(call, gone_at=line.at, cause=cause, agent_left=left)
    return call


@dataclass(frozen=True, slots=True)
class Retelling:
    """Turns past calls into facts, by the roster and the rules of now."""

    agents: Sequence[Agent]
    rules: FloorRules

    def facts(self, call: PastCall) -> list[CallEvent]:
        """The story of a caller of whom nothing was written down; empty while he is on the line."""
        if call.survived_at is None or call.gone_at is None:
            return []
        return [
            *self._arrival(call, call.survived_at),
            *(self._queue(call, call.queued_at, call.gone_at) if call.queued_at else ()),
            CallCleared(
                at=call.gone_at,
                call_id=call.call_id,
                cleared_by=ClearedBy.AGENT if call.agent_left else ClearedBy.CALLER,
                cause=call.cause,
                reconstructed=True,
            ),
        ]

    def _arrival(self, call: PastCall, at: datetime) -> list[CallEvent]:
        arrived = Offered(
            at=at,
            call_id=call.call_id,
            caller_number=call.caller_number,
            dialed_number=call.dialed_number,
            channel=ChannelName(call.channel),
            reconstructed=True,
        )
        return [arrived, CallSurvived(at=at, call_id=call.call_id, why="away")]

    def _queue(self, call: PastCall, since: datetime, gone_at: datetime) -> list[CallEvent]:
        named = QueueName(call.queue)
        policies = self.rules.policies
        policy = policies.get(named) or policies[self.rules.fallback_queue]
        left_at = call.answered_at or gone_at
        waited_s = (left_at - since).total_seconds()
        return [
            Queued(
                at=since,
                call_id=call.call_id,
                queue=policy.name,
                priority=policy.priority,
                needs=dict(policy.needs),
                language="zh",
                why="survived",
                reconstructed=True,
            ),
            *(self._talk(call, call.answered_at) if call.answered_at else ()),
            QueueLeft(
                at=left_at,
                call_id=call.call_id,
                queue=policy.name,
                outcome=self._outcome(call, waited_s),
                waited_s=waited_s,
                reconstructed=True,
            ),
            *(self._end_of_talk(call, call.answered_at, gone_at) if call.answered_at else ()),
        ]

    def _talk(self, call: PastCall, at: datetime) -> list[CallEvent]:
        waited_s = (at - call.queued_at).total_seconds() if call.queued_at else 0.0
        return [
            Established(
                at=at,
                call_id=call.call_id,
                agent_id=self._agent_id(call),
                agent_channel=ChannelName(call.member),
                waited_s=waited_s,
                reconstructed=True,
            )
        ]

    def _end_of_talk(self, call: PastCall, at: datetime, gone_at: datetime) -> list[CallEvent]:
        until = call.talked_until or gone_at
        return [
            ConnectionCleared(
                at=until,
                call_id=call.call_id,
                agent_id=self._agent_id(call),
                talked_s=(until - at).total_seconds(),
                reconstructed=True,
            )
        ]

    def _agent_id(self, call: PastCall) -> AgentId:
        """The agent's; a phone that is nobody's now is named itself."""
        agent = call.agent(self.agents)
        return agent.agent_id if agent else AgentId(call.member)

    def _outcome(self, call: PastCall, waited_s: float) -> Outcome:
        if call.answered_at:
            return Outcome.ANSWERED
        if call.timed_out:
            return Outcome.FORCED_OUT
        short = waited_s < self.rules.short_abandon_s
        return Outcome.SHORT_ABANDONED if short else Outcome.ABANDONED
