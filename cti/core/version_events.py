"""Facts about published dialplans: which version came into force, by whom, and how it fared."""

from dataclasses import dataclass
from typing import ClassVar

from cti.core.events import CallEvent, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEnded(CallEvent):
    """The caller's walk through a tree of this version is over (ours).

    ``end``: queue, transfer, hangup, returned, gone (he left), fault; ``node`` is the last one.
    ``failures`` counts menus and questions that he left by failing too often; ``entry`` names the
    tree's entry where he was in the middle of a call.
    """

    TYPE: ClassVar[str] = "visitEnded"
    version: int
    end: str
    node: str
    failures: int = 0
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanPublished(Event):
    """A version came into force for every new caller (ours); ``previous`` was it before, or 0."""

    TYPE: ClassVar[str] = "dialplanPublished"
    version: int
    previous: int
    author: str
    message: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanRolledBack(Event):
    """An earlier version came into force again (ours)."""

    TYPE: ClassVar[str] = "dialplanRolledBack"
    version: int
    previous: int
    author: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryStarted(Event):
    """A version is in force for ``share`` per cent of the callers (ours)."""

    TYPE: ClassVar[str] = "canaryStarted"
    version: int
    share: float
    author: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryEnded(Event):
    """The trial of a version is over: ``promoted`` to everybody, or ``rolledBack`` (ours).

    ``why`` is the author's message, or the counts by which the system decided.
    """

    TYPE: ClassVar[str] = "canaryEnded"
    version: int
    result: str
    author: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowStarted(Event):
    """A version runs silently beside the live one, on what callers really do (ours)."""

    TYPE: ClassVar[str] = "shadowStarted"
    version: int
    author: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowEnded(Event):
    """A version runs beside the live one no more (ours)."""

    TYPE: ClassVar[str] = "shadowEnded"
    version: int
    author: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowDiffered(CallEvent):
    """The shadow version would have led this caller elsewhere (ours).

    ``node``: where the ways part; ``was`` and ``would``: the two ends (``queue:motor``).
    """

    TYPE: ClassVar[str] = "shadowDiffered"
    version: int
    node: str
    was: str
    would: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanNotLoaded(Event):
    """A server could not load a version and goes on with the one it had (ours)."""

    TYPE: ClassVar[str] = "dialplanNotLoaded"
    server: str
    version: int
    why: str
