"""Published dialplans: what a version is, which ones are in force, and how that may change. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cti.core import version_events as facts
from cti.core.events import Event

SYSTEM = "system"
"""The author of what nobody asked for: the first version, and a canary's own rollback."""
_BUCKETS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One dialplan as it was published, never changed afterwards.

    ``files``: path below the dialplan's folder → text; ``digest`` is their SHA-256.
    """

    number: int
    author: str
    message: str
    at: datetime
    digest: str
    files: Mapping[str, str]


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256, in hex, of all paths and texts; each with its length, so that none can be shifted."""
    found = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path].encode("utf-8", "surrogateescape")):
            found.update(b"%d:" % len(part) + part)
    return found.hexdigest()


def files_apart(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """Names of the files that are not the same in both."""
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))


class Did(StrEnum):
    """What changed the versions in force."""

    PUBLISHED = "published"
    ROLLED_BACK = "rolledBack"
    CANARY_STARTED = "canaryStarted"
    CANARY_PROMOTED = "canaryPromoted"
    CANARY_ROLLED_BACK = "canaryRolledBack"
    SHADOW_STARTED = "shadowStarted"
    SHADOW_PROMOTED = "shadowPromoted"
    SHADOW_ENDED = "shadowEnded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who wants a change, and why. ``ticket`` is unguessable and new for each change."""

    author: str
    message: str
    at: datetime
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A version on trial with ``share`` per cent of the callers."""

    number: int
    share: float
    salt: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A version that runs silently beside the current one."""

    number: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """Which versions callers meet. ``sequence`` counts the changes: it is what is compared and set.

    ``current`` 0: nothing was published yet. ``did``, ``number``, ``act``: the last change.
    """

    sequence: int = 0
    current: int = 0
    previous: int = 0
    newest: int = 0
    canary: Canary | None = None
    shadow: Shadow | None = None
    did: Did | None = None
    number: int = 0
    act: Act | None = None

    @property
    def numbers(self) -> frozenset[int]:
        """The versions whose content every server needs."""
        others = (self.canary, self.shadow)
        return frozenset({self.current} | {each.number for each in others if each}) - {0}

    def state_of(self, number: int) -> str:
        """``current``, ``canary``, ``shadow``, ``previous``, or empty."""
        if self.canary and number == self.canary.number:
            return "canary"
        if self.shadow and number == self.shadow.number:
            return "shadow"
        words = {self.previous: "previous", self.current: "current"}
        return words.get(number, "") if number else ""


class NotPossible(Exception):
    """A change that the versions in force do not allow; ``code`` names its sentence
    (``versions.not_possible.CODE``)."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Change:
    """What a change makes of the versions in force, and the facts that tell of it."""

    after: InForce
    facts: tuple[Event, ...]


def _changed(before: InForce, did: Did, number: int, act: Act) -> InForce:
    return replace(
        before,
        sequence=before.sequence + 1,
        newest=max(before.newest, number),
        did=did,
        number=number,
        act=act,
    )


def _current(before: InForce, did: Did, number: int, act: Act) -> InForce:
    previous = before.current if before.current != number else before.previous
    return replace(_changed(before, did, number, act), current=number, previous=previous)


def _told(before: InForce, version: Version, act: Act) -> facts.DialplanPublished:
    return facts.DialplanPublished(
        at=act.at,
        version=version.number,
        previous=before.current,
        author=act.author,
        message=act.message,
        digest=version.digest,
    )


def _canary_over(canary: Canary, result: str, act: Act) -> facts.CanaryEnded:
    return facts.CanaryEnded(
        at=act.at, version=canary.number, result=result, author=act.author, why=act.message
    )


def _shadow_over(shadow: Shadow, act: Act) -> facts.ShadowEnded:
    return facts.ShadowEnded(at=act.at, version=shadow.number, author=act.author, why=act.message)


def publish(before: InForce, version: Version, act: Act) -> Change:
    """The version is in force for every new caller. Raises NotPossible during a canary."""
    if before.canary:
        raise NotPossible("canary_runs", number=before.canary.number)
    after = _current(before, Did.PUBLISHED, version.number, act)
    return Change(after, (_told(before, version, act),))


def start_canary(before: InForce, version: Version, share: float, act: Act) -> Change:
    """The version is in force for ``share`` per cent of the callers. Raises NotPossible."""
    if before.canary:
        raise NotPossible("canary_runs", number=before.canary.number)
    if not before.current:
        raise NotPossible("nothing_published")
    canary = Canary(number=version.number, share=share, salt=act.ticket, since=act.at)
    after = replace(_changed(before, Did.CANARY_STARTED, version.number, act), canary=canary)
    told = facts.CanaryStarted(
        at=act.at, version=version.number, share=share, author=act.author, message=act.message
    )
    return Change(after, (told,))


def start_shadow(before: InForce, version: Version, act: Act) -> Change:
    """The version runs silently beside the current one; another shadow ends. Raises NotPossible."""
    if not before.current:
        raise NotPossible("nothing_published")
    shadow = Shadow(number=version.number, since=act.at)
    after = replace(_changed(before, Did.SHADOW_STARTED, version.number, act), shadow=shadow)
    ended = (_shadow_over(before.shadow, act),) if before.shadow else ()
    told = facts.ShadowStarted(
        at=act.at, version=version.number, author=act.author, message=act.message
    )
    return Change(after, (*ended, told))


def roll_back(before: InForce, version: Version, act: Act) -> Change:
    """An earlier version is in force again; a canary ends. Raises NotPossible: it is already."""
    if version.number == before.current:
        raise NotPossible("current_already", number=version.number)
    after = replace(_current(before, Did.ROLLED_BACK, version.number, act), canary=None)
    told = facts.DialplanRolledBack(
        at=act.at,
        version=version.number,
        previous=before.current,
        author=act.author,
        message=act.message,
    )
    ended = (_canary_over(before.canary, "rolledBack", act),) if before.canary else ()
    return Change(after, (*ended, told))


def end_canary(before: InForce, act: Act) -> Change:
    """The canary's callers are back with everybody. Raises NotPossible: there is none."""
    canary = before.canary
    if canary is None:
        raise NotPossible("no_canary")
    after = _changed(before, Did.CANARY_ROLLED_BACK, canary.number, act)
    return Change(replace(after, canary=None), (_canary_over(canary, "rolledBack", act),))


def end_shadow(before: InForce, act: Act) -> Change:
    """The shadow runs no more. Raises NotPossible: there is none."""
    shadow = before.shadow
    if shadow is None:
        raise NotPossible("no_shadow")
    after = _changed(before, Did.SHADOW_ENDED, shadow.number, act)
    return Change(replace(after, shadow=None), (_shadow_over(shadow, act),))


def on_trial(before: InForce) -> int:
    """The version that ``promote`` would bring into force. Raises NotPossible: there is none."""
    tried = before.canary or before.shadow
    if tried is None:
        raise NotPossible("nothing_on_trial")
    return tried.number


def promote(before: InForce, version: Version, act: Act) -> Change:
    """The version on trial (the canary, else the shadow) is in force for everybody."""
    told = _told(before, version, act)
    if before.canary:
        after = _current(before, Did.CANARY_PROMOTED, version.number, act)
        ended = _canary_over(before.canary, "promoted", act)
        return Change(replace(after, canary=None), (ended, told))
    if before.shadow:
        after = _current(before, Did.SHADOW_PROMOTED, version.number, act)
        return Change(replace(after, shadow=None), (_shadow_over(before.shadow, act), told))
    raise NotPossible("nothing_on_trial")


def is_canary(caller_number: str, canary: Canary) -> bool:
    """Whether a caller meets the canary: always the same answer for one number and one canary.

    Callers who hide their number stay with the current version.
    """
    if not caller_number:
        return False
    hashed = hashlib.sha256(f"{canary.salt}:{canary.number}:{caller_number}".encode()).digest()
    return int.from_bytes(hashed[:8]) % _BUCKETS < canary.share * _BUCKETS / 100
