"""On which line of the catalogue each prompt stands."""

from pathlib import Path
from typing import Any

import yaml


def entry_lines(folder: Path) -> dict[str, int]:
    """Line (from 1) of each entry of a catalogue that ``load_catalogue`` has accepted."""
    return lines_of((folder / "catalogue.yaml").read_text("utf-8"))


def lines_of(text: str) -> dict[str, int]:
    """The same of a catalogue's text."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    entries = next(value for key, value in root.value if key.value == "prompts")
    return {str(key.value): key.start_mark.line + 1 for key, _ in entries.value}
