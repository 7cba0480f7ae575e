"""Spoken values as whole phrases: a caller hears fragments, and the next one the phrase, once the
voice has made it. No call ever waits for the voice.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from cti.core.speech.compose import spoken
from cti.core.speech.kinds import SpokenKind
from cti.core.speech.phrases import Phrase, whole_phrase

log = logging.getLogger(__name__)

FOLDER = "phrases/"
"""Begins the id of every whole phrase; no prompt and no fragment has an id like that."""
LONGEST_QUEUE = 200
AT_ONCE = 8
"""Phrases of one run of the voice: opening the model takes longer than speaking one of them."""


class VoiceBroke(Exception):
    """The voice made nothing, or not all; the words say why."""


class Voice(Protocol):
    """Something that speaks. One run at a time."""

    async def speak(self, phrases: Mapping[str, Phrase]) -> None:
        """Make a sound file for each, under its name. Raises VoiceBroke; ends by itself in time."""
        ...


class Shelf(Protocol):
    """The sound files of phrases, by name."""

    def use(self, name: str) -> bool:
        """Whether it is there; it then counts as just used. Quick."""
        ...

    async def tidy(self) -> None:
        """Remove what is too much."""
        ...


class SpokenValues(Protocol):
    """How a call gets its spoken values."""

    def sounds(self, kind: SpokenKind, value: str, language: str) -> Sequence[str]:
        """Ids of sounds to play one after the other, at once; raises UnspeakableValue."""
        ...


class Fragments:
    """Every value by its fragments."""

    def sounds(self, kind: SpokenKind, value: str, language: str) -> Sequence[str]:
        """See SpokenValues."""
        return spoken(kind, value, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRules:
    """Kinds that are spoken whole, the voice's name by language, and how long a broken voice rests."""

    whole: frozenset[SpokenKind]
    voices: Mapping[str, str]
    rest_s: float


class Phrases:
    """The cache. ``run`` is the one task that has phrases made; without a voice, what lies on the
    shelf is played and nothing is added."""

    def __init__(self, rules: PhraseRules, shelf: Shelf, voice: Voice | None) -> None:
        self._rules, self._shelf, self._voice = rules, shelf, voice
        self._wanted: dict[str, Phrase] = {}
        self._news = asyncio.Event()
        self._broken = False

    def sounds(self, kind: SpokenKind, value: str, language: str) -> Sequence[str]:
        """The phrase where it is made already; else fragments, and it is asked for."""
        phrase = whole_phrase(kind, value, language, self._rules.whole)
        if phrase is None or language not in self._rules.voices:
            return spoken(kind, value, language)
        name = phrase.name(self._rules.voices[language])
        if self._shelf.use(name):
            return (FOLDER + name,)
        self._ask(name, phrase)
        return spoken(kind, value, language)

    def _ask(self, name: str, phrase: Phrase) -> None:
        """One more to make, unless it is asked for already or there are too many."""
        if self._voice is not None and not self._broken and len(self._wanted) < LONGEST_QUEUE:
            self._wanted.setdefault(name, phrase)
            self._news.set()

    async def run(self) -> None:
        """Have made what is asked for, until cancelled."""
        await self._shelf.tidy()
        told = False
        while self._voice is not None:
            await self._news.wait()
            self._news.clear()
            try:
                await self._make(self._voice)
                told = False
            except VoiceBroke as broke:
                if not told:
                    log.error("the voice made no phrase: %s", broke, extra={"fact": "voice_broke"})
                told = True
                await self._rest()

    async def _make(self, voice: Voice) -> None:
        while some := dict(islice(self._wanted.items(), AT_ONCE)):
            # Those of an earlier run of ours, or made from the command line, are there already.
            missing = {name: each for name, each in some.items() if not self._shelf.use(name)}
            if missing:
                await voice.speak(missing)
                if not all(self._shelf.use(name) for name in missing):
                    raise VoiceBroke("it ended well, and left no file")
                log.info("phrases made", extra={"fact": "phrases_made", "count": len(missing)})
                await self._shelf.tidy()
            for name in some:
                del self._wanted[name]

    async def _rest(self) -> None:
        self._broken = True
        self._wanted.clear()
        await asyncio.sleep(self._rules.rest_s)
        self._broken = False
