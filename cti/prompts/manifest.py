"""``prompts/manifest.json``: what each sound file was made from, and what was measured on it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sound file. ``key`` is the sha256 of everything that shapes its sound; ``text_key`` that
    of its text alone. ``speed_cpm`` is characters a minute, 0 where speed means nothing.
    """

    key: str
    text_key: str
    seconds: float
    speed_cpm: int
    level_db: float
    peak_dbfs: float
    source: str


def digest(*parts: object) -> str:
    """The sha256 of the parts, as hexadecimal."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def text_key(language: str, text: str, readings: Mapping[str, str]) -> str:
    """The key of a text and its own readings; changes when the prompt must be made again."""
    return digest(language, text, sorted(readings.items()))[:16]


def load_manifest(folder: Path) -> dict[str, Entry]:
    """Entries by ``language/id``; none when the file is missing. Raises ValueError when broken."""
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        return {name: Entry(**entry) for name, entry in json.loads(path.read_bytes()).items()}
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def save_manifest(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Write sorted, one entry a line, so that a change shows as one line. Replaces in one step."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(asdict(entries[name]), ensure_ascii=False)}"
        for name in sorted(entries)
    ]
    unfinished = folder / f"{NAME}.new"
    unfinished.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    unfinished.replace(folder / NAME)


def seconds(entries: Mapping[str, Entry], language: str) -> dict[str, float]:
    """Length of each sound of a language by id, in seconds."""
    return {
        name.removeprefix(f"{language}/"): entry.seconds
        for name, entry in entries.items()
        if name.startswith(f"{language}/")
    }
