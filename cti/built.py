"""Where the built desktop lies."""

from pathlib import Path

STATIC = Path(__file__).parent / "web" / "static"
