"""One fact a line: JSON for machines, readable text on a terminal.

``{"at": "…Z", "level": "info", "logger": "cti.services.dispatcher", "fact": "live", "call_id": "…", …}``.
Long runs of digits are masked, since a caller's number may hide in any text.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

# Ids are left alone: of calls (1763800000.12, cti1-1763800000.12) and of events (1763800000123-0).
_PHONE = re.compile(
    r"(?<!\d)(?<!\d[.\-])(?!\d{13}-\d)(\+?\d{3})\d{4,8}(\d{4})(?!\d|\.\d)", re.ASCII
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def masked(text: str) -> str:
    """The text with anything that could be a phone number masked (``138****1234``)."""
    return _PHONE.sub(r"\1****\2", text)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What ``extra=`` brought."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": masked(record.getMessage()),
            **{name: _plain(value) for name, value in fields(record).items()},
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """For people: time, level, text, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one readable line, with the traceback under it."""
        at = datetime.fromtimestamp(record.created).astimezone()
        more = " ".join(
            f"{name}={_plain(value)}" for name, value in fields(record).items() if name != "fact"
        )
        line = f"{at:%H:%M:%S.%f}"[:-3] + f" {record.levelname:<7} {masked(record.getMessage())}"
        line = f"{line}  [{more}]" if more else line
        if record.exc_info:
            line += "\n" + masked(self.formatException(record.exc_info))
        return line


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return masked(str(value))


def start_logging(
    level: str, form: Literal["auto", "json", "text"], stream: TextIO = sys.stderr
) -> None:
    """Send every log line of the process to ``stream``."""
    text = form == "text" or (form == "auto" and stream.isatty())
    output = logging.StreamHandler(stream)
    output.setFormatter(TextLines() if text else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(level)
    for chatty in ("alembic", "aiosqlite", "asyncio", "panoramisk"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
