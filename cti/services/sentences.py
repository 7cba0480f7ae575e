"""What callers hear of a draft beside what they hear now, sentence by sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A prompt in one language; ``sound`` names what is played (``zh/welcome``, ``spoken/…``), empty where
    nobody has spoken it yet."""

    language: str
    prompt: str
    text: str
    sound: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One prompt in one language: ``before`` None where it is new, ``now`` None where it is gone."""

    before: Sentence | None
    now: Sentence | None

    @property
    def changed(self) -> bool:
        """Does it sound otherwise?"""
        return self.before != self.now

    @property
    def one(self) -> Sentence:
        """A side that is there. Raises ValueError for a pair of nothing."""
        if found := self.now or self.before:
            return found
        raise ValueError("a pair of nothing")


class Booth(Protocol):
    """Where prompts are spoken."""

    async def sentences(self, published: Mapping[str, str]) -> Sequence[Sentence]:
        """Everything that a version says, with the sounds that callers hear. Raises
        Unusable."""
        ...

    async def keep(self, published: Mapping[str, str]) -> None:
        """Put the sounds that a version plays now where no later change of the server's prompts
        touches them. Raises Impossible (``no_room``)."""
        ...


def side_by_side(before: Sequence[Sentence], now: Sequence[Sentence]) -> list[Pair]:
    """All of both, changed ones first, else in the order in which they are written."""
    old = {(each.language, each.prompt): each for each in before}
    new = {(each.language, each.prompt): each for each in now}
    pairs = [Pair(before=old.get(key), now=new.get(key)) for key in {**new, **old}]
    return sorted(pairs, key=lambda each: not each.changed)
