"""The voice as a program of its own, of low priority and with a limit: a lack of memory, a broken
model or a hanging run cannot touch the calls.
"""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti.core.speech.phrases import Phrase
from cti.prompts import audio, kokoro
from cti.services.phrases import VoiceBroke

VOICES = {
    language: f"{voice}:{kokoro.MODEL_SHA256}:{audio.PREPARATION}"
    for language, voice in kokoro.VOICES.items()
}
"""Part of every phrase's name: another voice, model or preparation makes another file."""
_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceProgram:
    """``python`` is that of the synthesis environment, ``prompts`` the folder with the lexicon,
    ``into`` where the files go, ``limit_s`` for one run."""

    python: Path
    voices: Path
    prompts: Path
    into: Path
    limit_s: float

    async def speak(self, phrases: Mapping[str, Phrase]) -> None:
        """See services.phrases.Voice."""
        await self.run([json.dumps([name, it.language, it.text]) for name, it in phrases.items()])

    async def run(self, lines: Sequence[str]) -> None:
        """Make what the lines say, as ``phrase_maker`` reads them. Raises VoiceBroke."""
        try:
            process = await self._start()
        except OSError as error:
            raise VoiceBroke(str(error)) from error
        try:
            async with asyncio.timeout(self.limit_s):
                _, errors = await process.communicate("\n".join(lines).encode())
        except TimeoutError:
            raise VoiceBroke(f"no end after {self.limit_s:g} s") from None
        finally:
            await _end(process)
        if process.returncode:
            said = errors.decode("utf-8", "replace").strip().splitlines() or [""]
            raise VoiceBroke(f"exit {process.returncode}: {said[-1][:300]}")

    async def _start(self) -> asyncio.subprocess.Process:
        folders = (str(self.prompts), str(self.voices), str(self.into))
        return await asyncio.create_subprocess_exec(
            str(self.python),
            "-m",
            "cti.prompts.phrase_maker",
            *folders,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # The environment of the server holds secrets; the voice needs none of it.
            env={"PATH": _PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent"},
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
