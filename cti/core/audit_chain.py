"""The audit as a chain: each line holds the hash of the one before, so that no line is changed, taken out
or cut off unseen. Pure.

The hash is SHA-256 over the hash before and every part of the line, each part with its length, so that
nothing can be shifted from one part into the next. The first line follows on an empty hash.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what to what, and why."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    """A line as it is kept, with its place in the chain."""

    number: int
    line: AuditLine
    before_hash: str
    line_hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines the chain had when the last one was written, and that one's hash."""

    lines: int = 0
    line_hash: str = ""


class BreakKind(StrEnum):
    """What is wrong at a place of the chain."""

    CHANGED = "changed"
    """The line is not what was hashed."""
    MISSING = "missing"
    """The line does not follow on the one before it: something between was taken out or put in."""
    CUT = "cut"
    """The chain does not end where it did: lines at its end are gone, or were put on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """``number`` and ``at`` of the line where it shows; None for an empty chain that was cut."""

    kind: BreakKind
    number: int | None = None
    at: datetime | None = None


def hash_of(before_hash: str, line: AuditLine) -> str:
    """The line's hash, in hex."""
    found = hashlib.sha256()
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    for part in (before_hash, at, line.actor, line.action, line.subject, line.reason):
        plain = part.encode("utf-8", "surrogateescape")
        found.update(b"%d:" % len(plain) + plain)
    return found.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a whole reading came to; ``head`` is the chain's end. ``knows``: the hash that was noted is that
    of a line, or none was."""

    breaks: tuple[Break, ...]
    lines: int
    head: str
    knows: bool = True

    @property
    def whole(self) -> bool:
        """Nothing was done to it."""
        return self.knows and not self.breaks


@dataclass(slots=True)
class ChainReader:
    """Reads a chain from its first line on; ``noted`` is a hash that somebody wrote down once."""

    noted: str = ""
    breaks: list[Break] = field(default_factory=list)
    lines: int = 0
    last: Chained | None = None
    _knows: bool = False

    def read(self, lines: Iterable[Chained]) -> None:
        """The next lines, in the order of their numbers."""
        for each in lines:
            if each.before_hash != (self.last.line_hash if self.last else ""):
                self._broken(BreakKind.MISSING, each)
            if each.line_hash != hash_of(each.before_hash, each.line):
                self._broken(BreakKind.CHANGED, each)
            self._knows = self._knows or each.line_hash == self.noted
            self.last = each
            self.lines += 1

    def verified(self, head: Head) -> Verified:
        """After the last line: is it the one that was written last?"""
        if (self.last.line_hash if self.last else "") != head.line_hash:
            self._broken(BreakKind.CUT, self.last)
        return Verified(
            breaks=tuple(self.breaks),
            lines=self.lines,
            head=head.line_hash,
            knows=self._knows or not self.noted,
        )

    def _broken(self, kind: BreakKind, where: Chained | None) -> None:
        number, at = (where.number, where.line.at) if where else (None, None)
        self.breaks.append(Break(kind=kind, number=number, at=at))
