"""Where what admins wrote is spoken: the voice beside the server, and the folder of its sounds."""

import asyncio
import contextlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cti import phrases
from cti.core.draft_paths import CATALOGUE
from cti.core.problems import Mark, Problem
from cti.heard_words import sentences, wav_of
from cti.own_words import OwnWords, files_of, own_words, sound_name, sound_path, spoken_folder
from cti.prompts.catalogue import CatalogueError
from cti.prompts.phrase_voice import VoiceProgram
from cti.prompts.work import Item
from cti.services.admin_ports import Impossible
from cti.services.drafts import Unusable
from cti.services.phrases import VoiceBroke
from cti.services.sentences import Sentence
from cti.settings import Settings

log = logging.getLogger(__name__)

Files = Mapping[str, str]
Tell = Callable[[int, int], None]
AT_ONCE = 3
"""Sentences of one run of the voice, which has a limit of time."""
LOOK_S = 0.5


class SpeakingBooth:
    """``Booth``. One voice at a time speaks; others wait for their turn."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._turn = asyncio.Lock()
        self._asked: asyncio.Queue[Files] = asyncio.Queue(1)

    def ask(self, published: Files) -> None:
        """Have a version spoken that was published elsewhere; whoever asks, asks again."""
        with contextlib.suppress(asyncio.QueueFull):
            self._asked.put_nowait(published)

    async def run(self) -> None:
        """Speak what is asked for, until cancelled."""
        while True:
            published = await self._asked.get()
            try:
                await self.speak(published, "", lambda _done, _total: None)
            except Impossible as wrong:
                log.error("a version is not spoken here: %s", wrong, extra={"fact": "not_spoken"})

    @property
    def has_voice(self) -> bool:
        """Is a voice installed?"""
        return self._voice() is not None

    async def unspoken(self, published: Files) -> Sequence[tuple[str, str]]:
        """(language, prompt) of what nobody has spoken yet."""
        found = await self._words(published)
        return [(each.language, each.sound) for each in found.unspoken]

    async def sentences(self, published: Files) -> Sequence[Sentence]:
        """See Booth."""
        try:
            return await asyncio.to_thread(sentences, published, self.settings)
        except CatalogueError as wrong:
            why = Problem(Mark(CATALOGUE), "prompts.unreadable", {"reason": str(wrong)})
            raise Unusable([why]) from wrong

    async def wav(self, sound: str) -> bytes | None:
        """The sound of a sentence, to be heard in a browser; None where there is none of that name."""
        return await asyncio.to_thread(wav_of, sound, self.settings.folders)

    async def keep(self, published: Files) -> None:
        """See Booth."""
        found = await self._words(published)
        try:
            await asyncio.to_thread(self._copy, found.server)
        except OSError as wrong:
            raise Impossible("no_room", why=wrong.strerror or "?") from wrong

    async def speak(
        self, published: Files, _only: str, tell: Tell
    ) -> tuple[list[Problem], dict[str, Any] | None]:
        """Have all that is missing spoken; ``tell`` hears how far it is. Raises Impossible."""
        voice = self._voice()
        if voice is None:
            raise Impossible("no_voice")
        async with self._turn:
            found = await self._words(published)
            if found.problems:
                return list(found.problems), None
            for begin in range(0, len(found.unspoken), AT_ONCE):
                some = found.unspoken[begin : begin + AT_ONCE]
                await self._run(voice, some, lambda: tell(self._made(found), len(found.unspoken)))
            return [], {"spoken": len(found.unspoken)}

    async def _run(
        self, voice: VoiceProgram, some: Sequence[Item], look: Callable[[], None]
    ) -> None:
        task = asyncio.ensure_future(voice.run([_line(each) for each in some]))
        try:
            while not (await asyncio.wait([task], timeout=LOOK_S))[0]:
                look()
            await task
        except VoiceBroke as broke:
            raise Impossible("voice_broke", why=str(broke)) from broke
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        look()
        if not all(sound_path(each, self.settings.folders).is_file() for each in some):
            raise Impossible("voice_broke", why="no file")

    def _made(self, found: OwnWords) -> int:
        folders = self.settings.folders
        return sum(sound_path(each, folders).is_file() for each in found.unspoken)

    async def _words(self, published: Files) -> OwnWords:
        return await asyncio.to_thread(own_words, published, self.settings)

    def _voice(self) -> VoiceProgram | None:
        return phrases.voice(self.settings, spoken_folder(self.settings.folders))

    def _copy(self, as_the_server: Sequence[Item]) -> None:
        folders = self.settings.folders
        spoken_folder(folders).mkdir(parents=True, exist_ok=True)
        for each in as_the_server:
            path = sound_path(each, folders)
            if not files_of(folders).use(sound_name(each)):
                unfinished = path.with_suffix(".part")
                shutil.copyfile(each.path(folders.prompts), unfinished)
                unfinished.replace(path)


def _line(item: Item) -> str:
    return json.dumps([sound_name(item), item.language, item.text, dict(item.readings)])
