"""AMI on the wire: from a stream of bytes to whole messages, and from those to fields. Pure.

Source: Asterisk 22 ``manager.c``. A message is ``Name: value`` lines ended by an empty line; the
stream begins with a banner line. Stray line ends between messages occur and mean nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MESSAGE_BYTES: Final = 1_048_576
_END: Final = b"\r\n\r\n"
_BANNER: Final = b"Asterisk Call Manager/"
_BANNER_BYTES: Final = 200


class NotAmi(ValueError):
    """The peer does not speak AMI, or a message is larger than any that Asterisk sends."""


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """One event. A variable of the channel is the field ``ChanVariable(NAME)``."""

    name: str
    fields: Mapping[str, str]


class Sieve:
    """Takes the stream in pieces, gives whole messages: every reply, and the events that are
    wanted.

    Most events are nobody's business, so an event's name is looked at before anything is decoded.
    ``seen`` counts every message. While ``replies_pending``, events that carry an ActionID pass
    too.
    """

    def __init__(self, wanted: Collection[str]) -> None:
        self.seen = 0
        self.replies_pending = False
        self._wanted = frozenset(name.encode() for name in wanted)
        self._rest = b""
        self._greeted = False

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that ``data`` completes, in order. Raises NotAmi."""
        parts = (self._rest + data).split(_END)
        self._rest = parts.pop()
        if len(self._rest) > MESSAGE_BYTES:
            raise NotAmi(f"a message longer than {MESSAGE_BYTES} bytes")
        if not self._greeted:
            self._greet(parts)
        self.seen += len(parts)
        return self._sift(parts)

    def _sift(self, parts: list[bytes]) -> list[bytes]:
        wanted, pending = self._wanted, self.replies_pending
        passed = []
        for part in parts:
            if part[:1] in b"\r\n":
                part = part.lstrip(b"\r\n")
                self.seen -= not part
            if part[:7] == b"Event: ":
                if part[7 : part.find(b"\r\n", 7)] in wanted or (
                    pending and b"\r\nActionID: " in part
                ):
                    passed.append(part)
            elif part:
                passed.append(part)
        return passed

    def _greet(self, parts: list[bytes]) -> None:
        first = parts[0] if parts else self._rest
        if not _BANNER.startswith(first[: len(_BANNER)]):
            raise NotAmi("a peer that does not greet as Asterisk's manager does")
        if parts:
            self._greeted = True
            parts[0] = first.partition(b"\r\n")[2]
        elif len(first) > _BANNER_BYTES and b"\r\n" not in first[:_BANNER_BYTES]:
            raise NotAmi("a banner without end")


def parse_fields(message: bytes) -> dict[str, str]:
    """The fields of one whole message; of a name that comes twice the first counts.

    The first is Asterisk's own: what a dialplan adds to an event stands behind it. Channel
    variables, which all come under one name, are told apart as ``ChanVariable(NAME)``.
    """
    lines = message.decode("utf-8", "replace").split("\r\n")
    if b"Variable: " in message:
        lines = [_named(line) if "Variable: " in line else line for line in lines]
    lines.reverse()
    try:
        return dict([line.split(": ", 1) for line in lines])
    except ValueError:
        # A line without ": " is rare enough for the lines to be looked at one by one only then.
        pairs = [line.partition(":") for line in lines]
        return {name: value.removeprefix(" ") for name, colon, value in pairs if colon}


def _named(line: str) -> str:
    name, _, value = line.partition(": ")
    variable, equals, content = value.partition("=")
    if name.endswith("Variable") and equals:
        return f"{name}({variable}): {content}"
    return line


def parse_event(message: bytes) -> AmiEvent:
    """A message that is an event."""
    fields = parse_fields(message)
    return AmiEvent(fields.get("Event", ""), MappingProxyType(fields))
