"""What desktops say to the server: each command, its fields, and how a frame is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cti.web import (
    call_commands,
    desk_commands,
    line_supervision,
    reach_commands,
    supervision_commands,
)
from cti.web.command_fields import Field, Shape


class BadMessage(Exception):
    """A frame that is no command; ``code`` names its sentence in messages ``web.CODE``."""

    def __init__(self, code: str, ref: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.ref = ref
        self.values = values


COMMANDS: Mapping[str, Shape] = {
    "resume": {"after": Field(pattern=r"\d{1,18}-\d{1,18}", optional=True)},
    "ping": {},
    **desk_commands.SHAPES,
    **call_commands.SHAPES,
    **reach_commands.SHAPES,
    **line_supervision.SHAPES,
    **supervision_commands.SHAPES,
}


@dataclass(frozen=True, slots=True)
class Command:
    """A well-formed command; ``fields`` hold exactly what COMMANDS lists for it."""

    cmd: str
    ref: str
    fields: Mapping[str, Any]


def decode(frame: str) -> Command:
    """The command in a text frame. Raises BadMessage; unknown further fields are let pass."""
    found = _object(frame)
    ref = found.get("ref")
    if not (isinstance(ref, str) and 0 < len(ref) <= 64):
        raise BadMessage("protocol.no_ref")
    cmd = found.get("cmd")
    if not isinstance(cmd, str) or cmd not in COMMANDS:
        raise BadMessage("protocol.unknown_command", ref)
    shape = COMMANDS[cmd]
    for name, field in shape.items():
        if not field.accepts(found.get(name)):
            raise BadMessage("protocol.wrong_field", ref, field=name)
    return Command(cmd, ref, {name: found.get(name) for name in shape})


def _object(frame: str) -> dict[str, Any]:
    try:
        found = orjson.loads(frame)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise BadMessage("protocol.not_json") from None
    if not isinstance(found, dict):
        raise BadMessage("protocol.not_an_object")
    return found
