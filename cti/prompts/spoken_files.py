"""The folder of what versions say in words of their own: sounds stay as long as anybody may need them."""

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cti.core.speech.phrases import Kept, unneeded
from cti.prompts.phrase_files import ENDING, UNFINISHED

GOING = ".going"
"""Ends the name of a sound that is about to be deleted."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many sounds went, and the number and bytes of those that stay."""

    gone: int
    stay: int
    stay_bytes: int


class SpokenFiles:
    """``<name>.alaw`` in one folder that Asterisk reads. A file's time of change is when it was last used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def use(self, name: str) -> bool:
        """Whether it is there; it then counts as just used."""
        path = self._sound(name)
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        except OSError:  # somebody else's file
            return path.is_file()
        return True

    def kept(self) -> list[Kept]:
        """What lies there now; nothing where there is no folder."""
        found = []
        for path in self.folder.glob(f"*{ENDING}"):
            with contextlib.suppress(FileNotFoundError):
                seen = path.stat()
                found.append(Kept(name=path.stem, size=seen.st_size, used=seen.st_mtime))
        return found

    def clear(self, needed: Collection[str], before: float) -> Cleared:
        """Delete what is not ``needed`` and was last used before that time. Raises OSError; may end at any
        moment, and be run by two at once."""
        self._put_back()
        gone = [self._take(name, before) for name in unneeded(self.kept(), needed, before)]
        self._drop_unfinished(before)
        stay = self.kept()
        return Cleared(sum(gone), len(stay), sum(each.size for each in stay))

    def _take(self, name: str, before: float) -> bool:
        """Out of everybody's reach first: whoever asks for it from now on is told that it is not there, and
        for whoever asked before that it comes back."""
        sound, going = self._sound(name), self.folder / f"{name}{GOING}"
        try:
            sound.rename(going)
            if going.stat().st_mtime >= before:
                going.rename(sound)
                return False
            going.unlink()
        except FileNotFoundError:  # another server of this folder was first
            return False
        return True

    def _put_back(self) -> None:
        """What a run that was ended halfway left behind."""
        for going in self.folder.glob(f"*{GOING}"):
            with contextlib.suppress(FileNotFoundError):
                going.rename(self._sound(going.stem))

    def _drop_unfinished(self, before: float) -> None:
        for part in self.folder.glob(f"*{UNFINISHED}"):
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()

    def _sound(self, name: str) -> Path:
        return self.folder / f"{name}{ENDING}"
