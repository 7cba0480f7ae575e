"""Callers for the admins' menu picture: a day's walks through the real tree, the last ones still inside."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from cti.core.call import CallPhase
from cti.core.events import NodeEntered
from cti.core.ids import CallId, EventId
from cti.services.ports import Recorded
from cti.store.sql_journal import SqlJournal
from tests.web.admin_world import AdminWorld
from tests.web.samples import NOW, call

Picture = Mapping[str, Any]


async def traffic(admins: AdminWorld, walks: int, inside: int, seed: int = 1) -> Picture:
    """So many walks since midnight, of which so many callers are still there; the picture they walked."""
    picture = (await admins.bench.picture(admins.folder.read(), {"tree": ""}))["picture"]
    chosen = random.Random(seed)  # noqa: S311 (no secret)
    facts: list[NodeEntered] = []
    for number in range(walks):
        walk = _walk(picture, chosen, f"t-{number}")
        facts += walk
        if number < inside:
            _stays(admins, walk)
    recorded = [
        Recorded(event_id=EventId(f"{number + 1}-0"), event=each)
        for number, each in enumerate(facts)
    ]
    await SqlJournal(admins.engine).save(recorded)
    return picture  # type: ignore[no-any-return]


def _walk(picture: Picture, chosen: random.Random, call_id: str) -> list[NodeEntered]:
    ways = {
        node["id"]: [edge["target"] for edge in [*node["lines"], *node["notes"]]]
        for node in picture["nodes"]
    }
    at, node, found = NOW - timedelta(minutes=chosen.random() * 30), picture["roots"][0], []
    for step in range(chosen.randint(3, 9)):
        moment = at + timedelta(seconds=8 * step)
        found.append(NodeEntered(at=moment, call_id=CallId(call_id), node=node, kind="menu"))
        if not ways.get(node):
            break
        # Most take what stands first, as most callers do.
        node = ways[node][min(int(chosen.expovariate(0.8)), len(ways[node]) - 1)]
    return found


def _stays(admins: AdminWorld, walk: Sequence[NodeEntered]) -> None:
    call_id = walk[0].call_id
    admins.world.desk.calls[call_id] = call(call_id, phase=CallPhase.IVR)
    for each in walk:
        admins.nodes.take(each)
