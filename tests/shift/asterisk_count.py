"""Calls, talks and abandons counted from Asterisk's CEL and CDR alone.

Nothing of the product is used here: the two files are read line by line, and a clock runs for each pair
of a customer and an agent's phone while both are in one bridge.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

IN_LINE = ("acd-wait", "acd-connect", "acd-answer", "acd-choosing")
"""Where the dialplan of a caller stands who waits for an agent, or for whom one is rung."""
INSTANT_S = 0.1
"""A bridge that lasts no longer is nobody's talk: one side had hung up when it was made."""
_BEGINS = ("acd-trunk", "acd-in")


@dataclass(slots=True)
class SeenCall:
    """One caller's channel. ``talks``: seconds with each agent's phone; ``left_in``: where it ended."""

    call_id: str
    began_at: float
    ended_at: float = 0.0
    left_in: str = ""
    hung_up: bool = False
    """He hung up himself."""
    talks: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def answered(self) -> bool:
        """Whether an agent's phone was ever in a bridge with the caller."""
        return sum(self.talks.values()) > INSTANT_S

    @property
    def abandoned(self) -> bool:
        """Whether he left the line of waiting callers without having talked."""
        return not self.answered and self.hung_up and self.left_in in IN_LINE


@dataclass(slots=True)
class AsteriskCount:
    """All calls of the CEL file, and what the CDR file says of them."""

    calls: dict[str, SeenCall] = field(default_factory=dict)
    open_channels: int = 0
    cdr_calls: set[str] = field(default_factory=set)
    cdr_agents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Call → phones that its dials reached."""
    outward_talks: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Agent's phone → seconds with somebody whom the hotline rang up."""


def counted(cel: Path, cdr: Path, extensions: Sequence[str]) -> AsteriskCount:
    """Read both files from begin to end."""
    count = AsteriskCount()
    _Bridges(count, set(extensions)).read(cel)
    for row in _rows(cdr):
        unique_id, other = row[5], row[8]
        if unique_id in count.calls:
            count.cdr_calls.add(unique_id)
            if (phone := _phone(other)) in extensions:
                count.cdr_agents[unique_id].add(phone)
    return count


class _Bridges:
    """Who is in which bridge, while the file is read."""

    def __init__(self, count: AsteriskCount, extensions: set[str]) -> None:
        self._count, self._extensions = count, extensions
        self._inside: dict[str, dict[str, float]] = defaultdict(dict)
        self._names: dict[str, str] = {}

    def read(self, cel: Path) -> None:
        for row in sorted(_rows(cel), key=lambda row: float(row[0])):
            at, kind, unique_id, name, context, extra = (
                float(row[0]), row[1], row[2], row[4], row[5], row[7]
            )  # fmt: skip
            if kind == "CHAN_START":
                self._names[unique_id] = name
                self._count.open_channels += 1
                if context in _BEGINS and row[3] == unique_id:
                    self._count.calls[unique_id] = SeenCall(unique_id, at)
            elif kind in ("HANGUP", "CHAN_END"):
                self._ends(kind, at, unique_id, (context, name, extra))
            elif kind in ("BRIDGE_ENTER", "BRIDGE_EXIT") and "holding_bridge" not in extra:
                self._moves(kind, at, unique_id, extra)

    def _ends(self, kind: str, at: float, unique_id: str, told: tuple[str, str, str]) -> None:
        self._count.open_channels -= kind == "CHAN_END"
        if call := self._count.calls.get(unique_id):
            context, name, extra = told
            call.ended_at = at
            call.left_in = call.left_in or context
            call.hung_up |= f'"hangupsource":"{name}"' in extra

    def _moves(self, kind: str, at: float, unique_id: str, extra: str) -> None:
        inside = self._inside[extra.partition('bridge_id":"')[2].partition('"')[0]]
        if kind == "BRIDGE_ENTER":
            inside[unique_id] = at
        elif (since := inside.pop(unique_id, None)) is not None:
            for other, his in inside.items():
                self._together(unique_id, other, at - max(since, his))

    def _together(self, one: str, other: str, seconds: float) -> None:
        for customer, agent in ((one, other), (other, one)):
            phone = _phone(self._names.get(agent, ""))
            if phone not in self._extensions:
                continue
            if call := self._count.calls.get(customer):
                call.talks[phone] += seconds
            elif _phone(self._names.get(customer, "")) not in self._extensions:
                self._count.outward_talks[phone] += seconds


def _rows(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def _phone(channel: str) -> str:
    """``PJSIP/8301-0000002a`` → ``8301``."""
    return channel.removeprefix("PJSIP/").rpartition("-")[0]


def queue_log(path: Path) -> Mapping[str, list[tuple[str, str, str]]]:
    """Call → its lines (queue, agent, event)."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        _, call, queue, agent, event, *_ = line.split("|")
        found[call].append((queue, agent, event))
    return found
