"""The one door for text that goes to Asterisk, by AGI or by AMI.

Both protocols are lines of text, and neither library that speaks them checks what it is given: a
caller's name with a line feed in it would become a second command. Everything here either returns
text that is exactly one argument, one header or one line, or raises ``UnsafeText``.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

# Asterisk reads an AGI command into a buffer of 2048 bytes and an AMI header line into one of 1024
# (res_agi.c AGI_BUF_LEN, manager.c inbuf): what is longer would be cut and its tail read as the
# next line.
AGI_LINE_BYTES = 2046
AMI_LINE_BYTES = 1022

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_AMI_BREAK = re.compile(r"[\r\n\x00\ud800-\udfff]")
_AMI_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Functions that only touch the call itself. FILE, SHELL, DB, ENV and their kind are out of reach:
# over AGI they are not held back by live_dangerously=no.
_FUNCTION = re.compile(
    r"(?:CALLERID|CHANNEL|CDR|TIMEOUT|PJSIP_HEADER|MASTER_CHANNEL)\([A-Za-z0-9_,-]+\)"
)
_LIST_BREAK = re.compile(r"[,()\"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]|\$[\[{]")
LONGEST_NUMBER = 32
_PROMPT_BREAK = re.compile(r"[,&|\"\\]")


class UnsafeText(ValueError):
    """The text cannot be sent to Asterisk as one argument, header or line."""


def _refuse(kind: str, text: str) -> UnsafeText:
    return UnsafeText(f"{kind}: {text[:60]!a}")


def agi_quoted(text: str) -> str:
    """``text`` as one quoted AGI argument: backslash and quote escaped, control characters
    refused."""
    if _CONTROL.search(text):
        raise _refuse("control character or lone surrogate in AGI text", text)
    return _quoted(text)


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def agi_line(line: str) -> bytes:
    """One AGI command line, already quoted where it must be, as bytes with its line feed."""
    if _CONTROL.search(line):
        raise _refuse("control character or lone surrogate in AGI text", line)
    sent = line.encode()
    if len(sent) > AGI_LINE_BYTES:
        raise _refuse(f"AGI command longer than {AGI_LINE_BYTES} bytes", line)
    return sent + b"\n"


def agi_command(verb: str, *args: str | int) -> bytes:
    """The bytes of one AGI command; ``verb`` is ours (``SET VARIABLE``), text arguments are
    quoted."""
    line = verb
    for arg in args:
        line += f" {arg}" if isinstance(arg, int) else f" {_quoted(arg)}"
    return agi_line(line)


def ami_field(name: str, value: str) -> str:
    """One AMI header, ``Name: value``, without its line end."""
    if not _AMI_NAME.fullmatch(name):
        raise _refuse("bad AMI header name", name)
    if _AMI_BREAK.search(value):
        raise _refuse(f"line break or lone surrogate in AMI header {name}", value)
    line = f"{name}: {value}"
    if len(line.encode()) > AMI_LINE_BYTES:
        raise _refuse(f"AMI header longer than {AMI_LINE_BYTES} bytes", line)
    return line


def value_list(values: Iterable[str]) -> str:
    """Values for ``ARRAY(...)``: a comma, bracket, quote or variable in one would move the others."""
    return ",".join(map(_one_value, values))


def assignments(variables: Mapping[str, str]) -> list[str]:
    """``NAME=value`` for each, as Originate takes them; its header is split at commas too."""
    return [f"{name}={_one_value(value)}" for name, value in variables.items()]


def _one_value(value: str) -> str:
    if _LIST_BREAK.search(value):
        raise _refuse("bad value of a variable", value)
    return value


def phone_number(text: str) -> str:
    """What of a stranger's text can be a number: digits and ``+``, 32 at most."""
    return "".join(c for c in text if c in "0123456789+")[:LONGEST_NUMBER]


def prompt_list(names: Iterable[str]) -> str:
    """Sound names joined by ``&``, as Read, Playback and Background take them; none gives
    ``""``."""
    checked = [prompt_name(name) for name in names]
    return "&".join(checked)


def prompt_name(name: str) -> str:
    """The name of one sound, checked; UTF-8 names are fine."""
    if not name or _PROMPT_BREAK.search(name) or _CONTROL.search(name):
        raise _refuse("bad sound name", name)
    return name


@lru_cache(maxsize=1_000)
def variable_name(name: str) -> str:
    """The name of a channel variable, or a function of the call itself such as
    ``CHANNEL(language)``."""
    if not (_VARIABLE.fullmatch(name) or _FUNCTION.fullmatch(name)):
        raise _refuse("bad variable name", name)
    return name


def one_line(text: str, limit: int = 80) -> str:
    """Hostile text made fit for a log line: control characters become ``?``, long text is cut."""
    return _CONTROL.sub("?", text[:limit])
