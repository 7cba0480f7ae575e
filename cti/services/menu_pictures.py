"""The menu as a picture: its nodes and edges, where callers are now, and where they went today."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Protocol

from cti.core.call import Call, CallPhase
from cti.core.draft_paths import as_drafted
from cti.core.problems import Problem
from cti.services.live_nodes import LiveNodes
from cti.services.ports import Clock
from cti.services.version_desk import VersionDesk

Files = Mapping[str, str]
Json = dict[str, Any]
Steps = Mapping[tuple[str, str], int]
KEPT = 20
"""Pictures at hand: those of versions never change."""
FRESH_S = 5.0
IN_MENU = (
    CallPhase.IVR,
    CallPhase.WAITING,
    CallPhase.RESERVED,
    CallPhase.RINGING,
    CallPhase.MENU,
    CallPhase.AFTER,
)
"""Phases in which a caller is at a node of the menu: he walks it, or waits where it sent him."""


class Unreadable(Exception):
    """The trees cannot be read; ``problems`` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Easel(Protocol):
    """Where pictures are drawn, beside the server."""

    async def picture(self, files: Files, wish: Mapping[str, object]) -> Json:
        """``{picture}`` or ``{svg}``; ``wish``: tree, language, counts. Raises Unreadable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureParts:
    """What pictures are drawn from. ``calls``: those that live now; ``steps``: since a moment, how often a
    node was left for another; ``folder`` is shown while nothing was published."""

    desk: VersionDesk
    easel: Easel
    nodes: LiveNodes
    calls: Callable[[], Sequence[Call]]
    steps: Callable[[datetime], Awaitable[Steps]]
    folder: Callable[[], Files]
    zone: tzinfo
    now: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """``callers`` are in the menu or wait; ``at_nodes``: node → how many are there now; ``steps``: (node,
    node after it) → how often since ``since``, where '' is the end of a walk."""

    at: datetime
    since: datetime
    callers: int
    at_nodes: Mapping[str, int]
    steps: Steps

    @property
    def entered(self) -> Mapping[str, int]:
        """Node → how often it was come to."""
        found: dict[str, int] = {}
        for (node, _), times in self.steps.items():
            found[node] = found.get(node, 0) + times
        return found


class MenuPictures:
    """Methods raise Unreadable, Impossible, HistoryDown, StoreDown, NotPossible."""

    def __init__(self, parts: PictureParts) -> None:
        self._parts = parts
        self._drawn: dict[tuple[int, str], Json] = {}
        self._traffic: Traffic | None = None

    async def of_version(self, number: int | None, tree: str) -> tuple[int, Json]:
        """A version's picture; None: of the one in force. The number, 0 for the folder."""
        number = (await self._parts.desk.in_force()).current if number is None else number
        key = (number, tree)
        if not number or key not in self._drawn:
            found = await self.of_files(await self._files(number), tree)
            if not number:
                return 0, found
            if len(self._drawn) >= KEPT:
                self._drawn.pop(next(iter(self._drawn)))
            self._drawn[key] = found
        return number, self._drawn[key]

    async def of_files(self, files: Files, tree: str) -> Json:
        """The picture of a draft."""
        found: Json = (await self._parts.easel.picture(files, {"tree": tree}))["picture"]
        return found

    async def svg(self, files: Files | None, number: int | None, wish: Mapping[str, object]) -> str:
        """A finished drawing of ``files``, or of a version (None: the one in force)."""
        if files is None:
            in_force = (await self._parts.desk.in_force()).current
            files = await self._files(in_force if number is None else number)
        return str((await self._parts.easel.picture(files, wish))["svg"])

    async def traffic(self) -> Traffic:
        """Where callers are, and went since midnight of the centre; at most ``FRESH_S`` old."""
        now, kept = self._parts.now(), self._traffic
        if kept is None or not 0 <= (now - kept.at).total_seconds() < FRESH_S:
            midnight = now.astimezone(self._parts.zone).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            steps = await self._parts.steps(midnight)
            kept = Traffic(at=now, since=midnight, callers=0, at_nodes={}, steps=steps)
            self._traffic = kept
        calls = [call for call in self._parts.calls() if call.phase in IN_MENU]
        return replace(kept, callers=len(calls), at_nodes=self._at_nodes(calls))

    def _at_nodes(self, calls: Sequence[Call]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for call in calls:
            for node in self._parts.nodes.of(call.call_id):
                found[node] = found.get(node, 0) + 1
        return found

    async def _files(self, number: int) -> Files:
        if not number:
            return self._parts.folder()
        return as_drafted((await self._parts.desk.version(number)).files)
