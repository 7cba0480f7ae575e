"""What Asterisk itself saw of the calls, from its channel event log (CEL). Pure.

Two people talk while their channels are in one bridge; a holding bridge plays music and joins nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cti.core.endpoints import endpoint_at, extension_of

HOLDING = "holding_bridge"
CALLERS_CONTEXTS = ("acd-trunk", "acd-in", "from-caller")
"""Where a caller's channel begins; an agent's phone begins elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CelLine:
    """One event of one channel; ``bridge`` and ``technology`` where it entered or left a bridge."""

    at: datetime
    event: str
    unique_id: str
    linked_id: str
    channel: str
    context: str = ""
    bridge: str = ""
    technology: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another."""

    begin: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end - self.begin).total_seconds()

    def overlap(self, other: "Span") -> float:
        """Seconds that both have in common."""
        common = Span(max(self.begin, other.begin), min(self.end, other.end))
        return max(0.0, common.seconds)


@dataclass(slots=True, kw_only=True)
class SeenChannel:
    """One channel from its begin to its end; ``stays`` are its times in bridges that join people."""

    unique_id: str
    linked_id: str
    name: str
    context: str
    began_at: datetime
    ended_at: datetime | None = None
    stays: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))

    @property
    def extension(self) -> str:
        """Whose phone: channel names are ``PJSIP/ENDPOINT-NUMBER``."""
        return extension_of(endpoint_at(self.name))

    @property
    def is_caller(self) -> bool:
        """Somebody who rang the hotline. A leg to the carrier begins in the trunk's context, too, but
        linked to the call that it was dialled for."""
        return self.context in CALLERS_CONTEXTS and self.linked_id == self.unique_id

    def together_s(self, other: "SeenChannel") -> float:
        """Seconds that both were in one bridge."""
        return sum(
            mine.overlap(his)
            for bridge, stays in self.stays.items()
            for mine in stays
            for his in other.stays.get(bridge, ())
        )


def channels(lines: Iterable[CelLine], until: datetime) -> Mapping[str, SeenChannel]:
    """Every channel by its unique id; a stay that has no end lasts ``until``."""
    found: dict[str, SeenChannel] = {}
    entered: dict[tuple[str, str], datetime] = {}
    for line in sorted(lines, key=lambda each: each.at):
        channel = found.get(line.unique_id) or _opened(found, line)
        key = (line.unique_id, line.bridge)
        match line.event:
            case "BRIDGE_ENTER" if line.technology != HOLDING:
                entered[key] = line.at
            case "BRIDGE_EXIT" if begin := entered.pop(key, None):
                channel.stays[line.bridge].append(Span(begin, line.at))
            case "CHAN_END":
                channel.ended_at = line.at
    for (unique_id, bridge), begin in entered.items():
        channel = found[unique_id]
        channel.stays[bridge].append(Span(begin, channel.ended_at or until))
    return found


def _opened(found: dict[str, SeenChannel], line: CelLine) -> SeenChannel:
    channel = found[line.unique_id] = SeenChannel(
        unique_id=line.unique_id,
        linked_id=line.linked_id,
        name=line.channel,
        context=line.context,
        began_at=line.at,
    )
    return channel


def talks(seen: Mapping[str, SeenChannel], customer: SeenChannel) -> Mapping[str, float]:
    """Extension → seconds in which it was in one bridge with the customer."""
    found: dict[str, float] = defaultdict(float)
    for other in _met(seen, customer):
        found[other.extension] += customer.together_s(other)
    return {extension: seconds for extension, seconds in found.items() if seconds > 0}


def _met(seen: Mapping[str, SeenChannel], customer: SeenChannel) -> Sequence[SeenChannel]:
    bridges = customer.stays.keys()
    return [
        each
        for each in seen.values()
        if each is not customer and not each.is_caller and bridges & each.stays.keys()
    ]
