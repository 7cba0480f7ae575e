"""``python -m tests.pictures [FOLDER] [only=STORY…] [busy=SECONDS]``: every page of a hotline at work.

They go to docs/img, in Chinese and English, light and dark. ``only=`` takes these stories alone:
supervisor, admin, caller, agent; ``busy=`` is how long the house works before the first picture.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.browser.sound import sound_needs_a_network
from tests.pictures.album import Album
from tests.pictures.house import House, running_house
from tests.pictures.stories import STORIES

ALBUM = Path("docs/img")
BUSY_S = 240
"""So long the house works before the first picture: boards and reports have something to show."""


async def taken(out: Path, only: Sequence[str], busy_s: float) -> None:
    """All stories in both languages."""
    with tempfile.TemporaryDirectory(prefix="cti-pictures-") as scratch:
        async with running_house(Path(scratch)) as house:
            await asyncio.sleep(busy_s)
            for language in ("zh", "en"):
                await _told(house, out, language, only)


async def _told(house: House, out: Path, language: str, only: Sequence[str]) -> None:
    darkroom = await house.browser.new_page()
    album = Album(out, language, darkroom)
    for name, story in STORIES.items():
        if not only or name in only:
            sys.stdout.write(f"{language} {name} …\n")
            sys.stdout.flush()
            await story(house, album)
    await darkroom.close()


def main(words: Sequence[str]) -> int:
    """0 when every picture was taken."""
    only = [word.removeprefix("only=") for word in words if word.startswith("only=")]
    busy = [float(word.removeprefix("busy=")) for word in words if word.startswith("busy=")]
    folders = [Path(word) for word in words if "=" not in word]
    out = folders[0] if folders else ALBUM
    out.mkdir(parents=True, exist_ok=True)
    sound_needs_a_network()
    asyncio.run(taken(out, only, busy[0] if busy else BUSY_S))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
