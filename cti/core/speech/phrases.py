"""Which spoken values are worth a sound of their own, and which of these sounds are kept."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cti.core.speech.compose import spoken, words
from cti.core.speech.kinds import SpokenKind

PERSONAL = frozenset({SpokenKind.DIGITS, SpokenKind.PLATE, SpokenKind.REPORT_NO})
"""Values that tell of one person, and would lie on the disk as a voice saying them."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value as one sentence in one language."""

    language: str
    text: str

    def name(self, voice: str) -> str:
        """Its file name without ending: the same words by the same voice, the same name."""
        parts = json.dumps([self.language, self.text, voice], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A phrase's file: its size, and when it was last used (any clock that grows)."""

    name: str
    size: int
    used: float


def whole_phrase(
    kind: SpokenKind, value: str, language: str, whole: frozenset[SpokenKind]
) -> Phrase | None:
    """The sentence to be synthesised, for a kind among ``whole``; raises UnspeakableValue.

    A value of one fragment (下午两点) is whole already.
    """
    if kind not in whole or len(spoken(kind, value, language)) < 2:
        return None
    return Phrase(language, words(kind, value, language))


def to_remove(kept: Iterable[Kept], most: int, most_bytes: int) -> Sequence[str]:
    """Names beyond the bounds, least recently used first."""
    newest_first = sorted(kept, key=lambda each: each.used, reverse=True)
    total, stay = 0, 0
    for each in newest_first[:most]:
        total += each.size
        if total > most_bytes:
            break
        stay += 1
    return [each.name for each in reversed(newest_first[stay:])]


def unneeded(kept: Iterable[Kept], needed: Collection[str], before: float) -> Sequence[str]:
    """Names of sounds that nobody needs and nobody used since ``before``."""
    return [each.name for each in kept if each.name not in needed and each.used < before]
