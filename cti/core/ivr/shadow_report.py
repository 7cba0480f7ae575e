"""Who would have gone elsewhere, grouped: the shadow version's differences as a short list. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from cti.core.ids import CallId
from cti.core.version_events import ShadowDiffered

EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Callers who would have gone the same other way; ``examples`` are the newest of them."""

    node: str
    was: str
    would: str
    count: int
    examples: tuple[CallId, ...]


def grouped(differed: Iterable[ShadowDiffered]) -> list[Group]:
    """The largest group first; ``differed`` newest first."""
    calls: dict[tuple[str, str, str], list[CallId]] = {}
    for each in differed:
        calls.setdefault((each.node, each.was, each.would), []).append(each.call_id)
    found = [
        Group(node=node, was=was, would=would, count=len(ids), examples=tuple(ids[:EXAMPLES]))
        for (node, was, would), ids in calls.items()
    ]
    return sorted(found, key=lambda group: (-group.count, group.node, group.was, group.would))
