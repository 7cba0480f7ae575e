"""Journal, Asterisk's CEL and queue_log held against each other: whatever does not agree. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.core.crosscheck.seen import SeenChannel, talks
from cti.core.crosscheck.told import ToldCall
from cti.core.ids import AgentId
from cti.core.queue_log import QueueLogLine

END_OF_VISIT = frozenset(
    {"CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW"}
)


class Difference(StrEnum):
    """What does not agree."""

    ONLY_IN_ASTERISK = "only_in_asterisk"
    ONLY_IN_JOURNAL = "only_in_journal"
    NEVER_ENDED = "never_ended"
    END = "end"
    TALK = "talk"
    QUEUE_LOG = "queue_log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One disagreement about one call; both values as text."""

    call_id: str
    kind: Difference
    subject: str
    journal: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """Seconds by which two records of one moment may differ: what an agent does from his desktop is
    dated by our clock, and Asterisk follows."""

    end_s: float = 2.0
    talk_s: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records of one stretch of time. ``agent_at``: who sat at an extension at a moment."""

    told: Mapping[str, ToldCall]
    seen: Mapping[str, SeenChannel]
    lines: Sequence[QueueLogLine]
    agent_at: Callable[[str, datetime], AgentId | None]
    tolerances: Tolerances = Tolerances()


def discrepancies(records: Records) -> tuple[Discrepancy, ...]:
    """Every disagreement, by call."""
    found: list[Discrepancy] = []
    for call_id, channel in records.seen.items():
        if channel.is_caller and call_id not in records.told:
            found.append(
                _differs(call_id, Difference.ONLY_IN_ASTERISK, "call", "", channel.began_at)
            )
    for call in records.told.values():
        found += _of_call(records, call)
    found += _of_queue_log(records)
    return tuple(sorted(found, key=lambda each: (each.call_id, each.kind, each.subject)))


def _of_call(records: Records, call: ToldCall) -> list[Discrepancy]:
    channel = records.seen.get(call.call_id)
    if channel is None:
        if call.inbound:
            return [_differs(call.call_id, Difference.ONLY_IN_JOURNAL, "call", call.arrived_at, "")]
        return []
    if call.gone_at is None:
        if channel.ended_at is None:
            return []
        return [_differs(call.call_id, Difference.NEVER_ENDED, "call", "", channel.ended_at)]
    return _of_end(records, call, channel) + (_of_talks(records, call, channel))


def _of_end(records: Records, call: ToldCall, channel: SeenChannel) -> list[Discrepancy]:
    if call.gone_at is None or channel.ended_at is None or not call.inbound:
        return []
    apart_s = abs((call.gone_at - channel.ended_at).total_seconds())
    if apart_s <= records.tolerances.end_s:
        return []
    return [_differs(call.call_id, Difference.END, "call", call.gone_at, channel.ended_at)]


def _of_talks(records: Records, call: ToldCall, channel: SeenChannel) -> list[Discrepancy]:
    if not call.inbound:
        return []
    seen: dict[AgentId, float] = defaultdict(float)
    for extension, seconds in talks(records.seen, channel).items():
        agent = records.agent_at(extension, channel.began_at)
        if agent is not None:
            seen[agent] += seconds
    found = []
    for agent in sorted({*seen, *call.talks}):
        mine, his = call.talks.get(agent, 0.0), seen.get(agent, 0.0)
        if abs(mine - his) > records.tolerances.talk_s:
            found.append(
                _differs(call.call_id, Difference.TALK, agent, f"{mine:.1f}", f"{his:.1f}")
            )
    return found


def _of_queue_log(records: Records) -> list[Discrepancy]:
    """As many visits began and ended there as in the journal, call by call and queue by queue."""
    begun = Counter((line.call, line.queue) for line in records.lines if line.event == "ENTERQUEUE")
    ended = Counter((line.call, line.queue) for line in records.lines if line.event in END_OF_VISIT)
    told_begun: Counter[tuple[str, str]] = Counter()
    told_ended: Counter[tuple[str, str]] = Counter()
    for call in records.told.values():
        told_begun.update((call.call_id, visit.queue) for visit in call.visits)
        told_ended.update((call.call_id, visit.queue) for visit in call.visits if visit.outcome)
    return [
        *_counted("visits", told_begun, begun),
        *_counted("ended visits", told_ended, ended),
    ]


def _counted(
    what: str, mine: Counter[tuple[str, str]], his: Counter[tuple[str, str]]
) -> Iterable[Discrepancy]:
    for key in sorted({*mine, *his}):
        if mine[key] != his[key]:
            call_id, queue = key
            yield _differs(
                call_id, Difference.QUEUE_LOG, f"{what} {queue}", str(mine[key]), str(his[key])
            )


def _differs(
    call_id: str, kind: Difference, subject: str, journal: object, other: object
) -> Discrepancy:
    return Discrepancy(
        call_id=call_id, kind=kind, subject=subject, journal=_text(journal), other=_text(other)
    )


def _text(value: object) -> str:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else str(value)
