"""AGI on the wire: the environment and the replies, from bytes to values. Pure.

Source: Asterisk 22 ``res_agi.c``. A reply is ``CODE result=VALUE [(data)] [key=value]``, one line
long but for two cases: a variable's value may hold line feeds, and a usage text runs from ``520-``
to ``520 End``.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

ENVIRONMENT_BYTES: Final = 16_384
ENVIRONMENT_LINES: Final = 200
REPLY_BYTES: Final = 65_536

_RESULT = re.compile(r"result=(\S*)(?:\s+\((.*)\))?\s*([^()]*)", re.DOTALL)
_PAIR = re.compile(r"(\w+)=(\S*)")
_CODED = re.compile(rb"\d{3}[ -]")
_END_OF_VALUE = re.compile(rb"\)(?: endpos=\d+)?\n(?:HANGUP\n)?\Z")
_PLAIN_VALUE = re.compile(r"[\w./:+@#*;-]*")
_MSET_PAIRS: Final = 20
_MSET_BYTES: Final = 1_200


class AgiError(Exception):
    """Anything that ends or spoils an AGI command."""


class CallerHungUp(AgiError):
    """The caller's channel is gone; nothing more can be played to it."""


class DeadChannel(CallerHungUp):
    """Asterisk answered 511: the command is not permitted on a dead channel."""


class PeerClosed(AgiError):
    """Asterisk closed the connection: hang-up, redirect, or the end of Asterisk."""


class AgiTimeout(AgiError):
    """No reply within the command's limit; the connection has been closed."""


class AgiSyntaxError(AgiError):
    """Asterisk did not accept the command: 510, 520, or no such application."""


class ProtocolError(AgiError):
    """The peer does not speak AGI."""


class PromptMissing(AgiError):
    """The channel is alive, so a sound could not be played because it is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no such sound: {name}")
        self.name = name


class AgiReply(NamedTuple):
    """A ``200`` reply: ``result`` as sent, ``data`` in parentheses, ``pairs`` such as endpos."""

    result: str
    data: str | None = None
    pairs: Mapping[str, str] = {}


# Three replies in four are one of these.
_USUAL: Final = {
    b"200 result=0\n": AgiReply("0"),
    b"200 result=1\n": AgiReply("1"),
    b"200 result=-1\n": AgiReply("-1"),
}


class Framed(NamedTuple):
    """One whole reply (None: not all of it is here yet), what follows it, and whether HANGUP was
    told."""

    reply: bytes | None
    rest: bytes
    hangup: bool


def parse_environment(block: bytes) -> dict[str, str]:
    """The ``agi_name: value`` lines before the blank line. Raises ProtocolError on anything
    else."""
    lines = block.decode("utf-8", "replace").split("\n")
    if len(lines) > ENVIRONMENT_LINES:
        raise ProtocolError(f"more than {ENVIRONMENT_LINES} environment lines")
    try:
        environment = dict([line.split(": ", 1) for line in lines])
    except ValueError:
        raise ProtocolError("a line that is not an AGI environment line") from None
    if not all(name.startswith("agi_") for name in environment):
        raise ProtocolError("a line that is not an AGI environment line")
    return environment


def frame(buffer: bytes, *, value_asked: bool) -> Framed:
    """Take one reply off ``buffer``; ``value_asked`` when the command asked for a variable.

    Only one command is ever under way, so a value with line feeds ends where the buffer ends in
    ``)``. Asterisk writes a reply in one piece; lines inside a value are therefore never taken for
    replies.
    """
    hangup = False
    while (end := buffer.find(b"\n")) >= 0:
        if _CODED.match(buffer) and not buffer.startswith(b"100 "):
            framed = _frame_reply(buffer, end + 1, value_asked)
            return Framed(framed.reply, framed.rest, hangup or framed.hangup)
        hangup = hangup or buffer[:end].rstrip(b"\r") == b"HANGUP"
        if not _skippable(buffer[:end]):
            raise ProtocolError("a line that is not an AGI reply")
        buffer = buffer[end + 1 :]
    return Framed(None, buffer, hangup)


def _skippable(line: bytes) -> bool:
    return line.rstrip(b"\r") == b"HANGUP" or line.startswith(b"100 ")


def _frame_reply(buffer: bytes, end: int, value_asked: bool) -> Framed:
    if buffer.startswith(b"520-"):
        return _frame_usage(buffer)
    if value_asked and b" (" in buffer[:end]:
        whole = _END_OF_VALUE.search(buffer)
        if whole is None:
            return Framed(None, buffer, False)
        told = buffer.endswith(b"\nHANGUP\n")
        return Framed(buffer[: -len(b"HANGUP\n")] if told else buffer, b"", told)
    return Framed(buffer[:end], buffer[end:], False)


def _frame_usage(buffer: bytes) -> Framed:
    last = buffer.find(b"\n520 ")
    end = buffer.find(b"\n", last + 1) if last >= 0 else -1
    if end < 0:
        return Framed(None, buffer, False)
    return Framed(buffer[: end + 1], buffer[end + 1 :], False)


def parse_reply(line: bytes) -> AgiReply:
    """One whole framed reply as a value.

    Raises DeadChannel (511), AgiSyntaxError (510, 520, other codes), ProtocolError (not a reply).
    """
    usual = _USUAL.get(line)
    if usual is not None:
        return usual
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    if text.startswith("511"):
        raise DeadChannel(text)
    if not text.startswith("200 "):
        raise AgiSyntaxError(text)
    found = _RESULT.fullmatch(text, 4)
    if found is None:
        raise ProtocolError("a 200 reply without a result")
    return AgiReply(found[1], found[2], dict(_PAIR.findall(found[3])) if found[3] else {})


def mset_groups(values: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Arguments for ``MSet``, and the variables that must be set one by one.

    MSet splits at commas and takes quotes, brackets and backslashes for its own, so only values
    without any of these go together; at most 20 in one command (MSet takes 24).
    """
    plain = {name: value for name, value in values.items() if _PLAIN_VALUE.fullmatch(value)}
    single = {name: value for name, value in values.items() if name not in plain}
    pairs = [f"{name}={value}" for name, value in plain.items()]
    groups: list[list[str]] = []
    for pair in pairs:
        if not groups or _full(groups[-1], pair):
            groups.append([])
        groups[-1].append(pair)
    return [",".join(group) for group in groups], single


def _full(group: list[str], pair: str) -> bool:
    return len(group) >= _MSET_PAIRS or len(",".join([*group, pair]).encode()) > _MSET_BYTES
