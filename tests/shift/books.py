"""The shift's four books held against each other: the product's figures, queue_log, Asterisk, the callers.

Nothing is forgiven but what a clock cannot know: a talk's length may differ by the stated seconds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.shift.asterisk_count import AsteriskCount, SeenCall, counted, queue_log
from tests.shift.callers import Diary
from tests.shift.house import DIRECT, seats
from tests.shift.run import Shift, said_by

TALK_APART_S = 1.0
"""Between the journal's talk and Asterisk's, a call and an agent."""
HEARD_APART_S, STRETCH_APART_S = 1.5, 0.5
"""Between Asterisk's talk and what the caller heard, a call; and more for each time he was on hold."""
SHORT_S = 1.2
"""A talk shorter than this may be over before anything is heard of it."""
EDGE_S = 0.3
PAGE = 1000
ABANDONS = ("abandoned", "short_abandoned")
LEFT = ("CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW")


@dataclass(slots=True, kw_only=True)
class Books:
    """All four, by call."""

    asterisk: AsteriskCount
    arrived: set[str]
    answered: Counter[str]
    abandoned: Counter[str]
    waits: Mapping[str, float]
    """Call → seconds in its queues."""
    visits: Mapping[str, Counter[str]]
    """queue_log's event → calls, as often as a queue's own figures count them."""
    talks: Mapping[tuple[str, str], float]
    """(call, agent) → seconds."""
    queue_log: Mapping[str, list[tuple[str, str, str]]]
    diaries: Mapping[str, Diary]
    """By call, where the journal knows the caller's number."""
    strangers: Sequence[Diary]
    """Callers of whom the journal knows nothing."""
    crosscheck: Sequence[Mapping[str, Any]] = field(default_factory=list)
    recomputed: tuple[int, str] = (0, "")
    wallboard: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at_the_edge(self) -> set[str]:
        """Calls whose caller hung up in the very moment in which he came to a queue, or an agent was given
        to him: both sides have a right to call it a visit or a talk of nothing, or none."""
        mine: dict[str, float] = defaultdict(float)
        for (call_id, _), seconds in self.talks.items():
            mine[call_id] += seconds
        his = {each.call_id: sum(each.talks.values()) for each in self.asterisk.calls.values()}
        shaken = (c for c, each in self.asterisk.calls.items() if each.talks or mine[c])
        no_talk = {c for c in shaken if mine[c] < EDGE_S and his[c] < EDGE_S}
        return no_talk | {c for c in self.abandoned if self.waits.get(c, 0.0) < EDGE_S}


@dataclass(frozen=True, slots=True)
class Difference:
    """Two books do not agree about a call."""

    call_id: str
    what: str
    one: object
    other: object

    def __str__(self) -> str:
        return f"{self.call_id}\t{self.what}\t{self.one}\t{self.other}"


async def books(shift: Shift) -> Books:
    """Read them all, when the shift is over."""
    logs = shift.site.folder / "asterisk" / "log"
    phones = [seat.extension for seat in seats(shift.scale.agents)]
    cel, cdr = logs / "cel-custom" / "cel.csv", logs / "cdr-custom" / "cdr.csv"
    facts = {name: await _behind(shift, name) for name in ("arrived", "answered", *ABANDONS)}
    diaries, strangers = _known(shift.diaries, facts["arrived"])
    return Books(
        asterisk=counted(cel, cdr, phones),
        arrived={one["callId"] for one in facts["arrived"]},
        answered=Counter(one["callId"] for one in facts["answered"]),
        abandoned=Counter(one["callId"] for name in ABANDONS for one in facts[name]),
        waits={c["callId"]: c["amount"] / 1000 for c in await _behind(shift, "queue_time")},
        visits={
            "CONNECT": await _visits(shift, ("answered",)),
            "ABANDON": await _visits(shift, ABANDONS),
        },
        talks=await _talks(shift),
        queue_log=queue_log(shift.site.folder / "log" / "queue_log"),
        diaries=diaries,
        strangers=strangers,
        crosscheck=await _crosschecked(shift),
        recomputed=await said_by(shift.site, "measures", "recompute", "--check"),
        wallboard=(await shift.board.get("/api/v1/wallboard"))["centre"],
    )


async def _behind(shift: Shift, figure: str, narrowed: str = "") -> list[Mapping[str, Any]]:
    """Everything that a figure counts, page by page."""
    found: list[Mapping[str, Any]] = []
    while True:
        path = f"/api/v1/measures/calls?{shift.period}&figure={figure}{narrowed}"
        page = await shift.board.get(f"{path}&offset={len(found)}&limit={PAGE}")
        found += page["behind"]
        if len(page["behind"]) < PAGE:
            return found


async def _visits(shift: Shift, figures: Sequence[str]) -> Counter[str]:
    """Calls by their visits to any queue; the centre's own figures count a call once."""
    found: Counter[str] = Counter()
    for queue in DIRECT:
        for figure in figures:
            found.update(one["callId"] for one in await _behind(shift, figure, f"&queue={queue}"))
    return found


async def _talks(shift: Shift) -> Mapping[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = defaultdict(float)
    for seat in seats(shift.scale.agents):
        for one in await _behind(shift, "talk_time_in", f"&agent={seat.agent_id}"):
            found[one["callId"], seat.agent_id] += one["amount"] / 1000
    return found


def _known(
    diaries: Sequence[Diary], arrived: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Diary], Sequence[Diary]]:
    calls = {one["callerNumber"]: one["callId"] for one in arrived}
    masked = {f"{each.caller[:3]}****{each.caller[-4:]}": each for each in diaries}
    known = {calls[number]: diary for number, diary in masked.items() if number in calls}
    return known, [diary for number, diary in masked.items() if number not in calls]


async def _crosschecked(shift: Shift) -> list[Mapping[str, Any]]:
    """``cti crosscheck`` of each day that the shift touched."""
    zone = ZoneInfo(shift.site.configuration.settings.time_zone)
    first, last = shift.since.astimezone(zone).date(), datetime.now(UTC).astimezone(zone).date()
    found: list[Mapping[str, Any]] = []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        code, told = await said_by(shift.site, "crosscheck", f"{day}", "--json")
        if not isinstance(told, dict):
            raise AssertionError(f"crosscheck ended with {code}: {told}")
        found += told["discrepancies"]
    return found


def differences(shift: Shift, found: Books) -> list[Difference]:
    """Every disagreement, call by call; empty on a good day."""
    return [
        *_of_calls(found),
        *_of_talks(shift, found),
        *_of_visits(found),
        *_of_diaries(shift, found),
        *_of_sums(shift, found),
    ]


def _of_calls(found: Books) -> Iterator[Difference]:
    """The same calls arrived, and the same ones were answered or given up."""
    edge = found.at_the_edge
    seen = found.asterisk.calls
    for call_id in sorted(found.arrived ^ seen.keys()):
        yield Difference(call_id, "arrived", call_id in found.arrived, call_id in seen)
    for call_id in sorted(seen.keys() ^ found.asterisk.cdr_calls):
        yield Difference(call_id, "in CDR", call_id in seen, call_id in found.asterisk.cdr_calls)
    for call_id, call in sorted(seen.items()):
        if not call.ended_at:
            yield Difference(call_id, "ended", "", "never")
        if call_id not in edge:
            yield from _of_outcome(found, call_id, call)


def _of_outcome(found: Books, call_id: str, call: SeenCall) -> Iterator[Difference]:
    if bool(found.answered[call_id]) != call.answered:
        yield Difference(call_id, "answered", found.answered[call_id], dict(call.talks))
    if call.answered and not found.asterisk.cdr_agents.get(call_id):
        yield Difference(call_id, "CDR names a phone", sorted(call.talks), "none")
    if bool(found.abandoned[call_id]) != call.abandoned:
        yield Difference(call_id, "abandoned", found.abandoned[call_id], call.left_in)


def _of_talks(shift: Shift, found: Books) -> Iterator[Difference]:
    agents = {seat.extension: seat.agent_id for seat in seats(shift.scale.agents)}
    seen: dict[tuple[str, str], float] = defaultdict(float)
    for call_id, call in found.asterisk.calls.items():
        for extension, seconds in call.talks.items():
            seen[call_id, agents[extension]] += seconds
    for key in sorted(seen.keys() | found.talks.keys()):
        mine, his = found.talks.get(key, 0.0), seen.get(key, 0.0)
        if abs(mine - his) > TALK_APART_S:
            yield Difference(key[0], f"talk of {key[1]}", f"{mine:.2f}", f"{his:.2f}")


def _of_visits(found: Books) -> Iterator[Difference]:
    """queue_log has as many visits, answers and abandons of each call as the figures."""
    calls = {call_id for call_id in found.queue_log if call_id in found.asterisk.calls}
    edge = found.at_the_edge
    for call_id in sorted(calls | found.answered.keys() | found.abandoned.keys()):
        events = Counter(event for _, _, event in found.queue_log.get(call_id, ()))
        ended = sum(events[event] for event in LEFT)
        if events["ENTERQUEUE"] != ended:
            yield Difference(call_id, "queue_log: left as often", events["ENTERQUEUE"], ended)
        for event, mine in found.visits.items():
            if events[event] != mine[call_id] and call_id not in edge:
                yield Difference(call_id, f"queue_log: {event}", mine[call_id], events[event])


def _of_diaries(shift: Shift, found: Books) -> Iterator[Difference]:
    """Each caller says the same: by whom he was answered and how long, or that he gave up."""
    phones = {seat.extension for seat in seats(shift.scale.agents)}
    for stranger in found.strangers:
        yield Difference(stranger.caller, "unknown caller", "", stranger.ended_by)
    for call_id, diary in sorted(found.diaries.items()):
        call = found.asterisk.calls.get(call_id)
        if call is None:
            continue
        heard = {n: each.seconds for n, each in diary.heard.items() if n in phones}
        stretches = sum(len(each.stretches) for each in diary.heard.values())
        for phone in sorted(heard.keys() | call.talks.keys()):
            his, theirs = heard.get(phone, 0.0), call.talks.get(phone, 0.0)
            if phone not in heard and theirs <= SHORT_S:
                continue
            if abs(his - theirs) > HEARD_APART_S + STRETCH_APART_S * stretches:
                yield Difference(call_id, f"heard {phone}", f"{his:.2f}", f"{theirs:.2f}")
        if diary.gave_up and call.answered and sum(call.talks.values()) > SHORT_S:
            yield Difference(call_id, "gave up", True, dict(call.talks))


def _of_sums(shift: Shift, found: Books) -> Iterator[Difference]:
    """Sums, the wallboard, cross-check and recomputation."""
    total = {name: value[0] for name, value in shift.halves[-1].values.items()}
    sums = {
        "arrived": len(found.asterisk.calls),
        "answered": found.answered.total(),
        "callers": len(shift.diaries),
    }
    expected = {**total, "callers": sum(half.calls for half in shift.halves)}
    for name, count in sums.items():
        if expected[name] != count:
            yield Difference("all", name, expected[name], count)
    for name in ("answered", "abandoned"):
        told = sum(total[each] for each in (ABANDONS if name == "abandoned" else (name,)))
        if found.wallboard[name] != told:
            yield Difference("all", f"wallboard: {name}", told, found.wallboard[name])
    for each in found.crosscheck:
        what = f"crosscheck: {each['kind']} {each['subject']}"
        yield Difference(each["call_id"], what, each["journal"], each["other"])
    code, words = found.recomputed
    if code:
        yield Difference("all", "recompute --check", code, words.strip())
    if found.asterisk.open_channels:
        yield Difference("all", "channels without an end", 0, found.asterisk.open_channels)
