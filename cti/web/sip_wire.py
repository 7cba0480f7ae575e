"""One SIP message of a page, read as strictly as it must be: whatever Asterisk might read differently from us
is refused. Pure. RFC 3261 §7, §25; one message a frame: RFC 7118 §5.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_HEADERS = 64
_WORD = r"[A-Za-z0-9.!%*_+`'~-]+"
_REQUEST = re.compile(rf"({_WORD}) sips?:[^\s<>\x00-\x20\x7f]{{1,256}} SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 [1-6][0-9]{2} [^\x00-\x1f\x7f]{0,128}")
_HEADER = re.compile(rf"({_WORD}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_SHORT = {
    "f": "from",
    "t": "to",
    "m": "contact",
    "i": "call-id",
    "l": "content-length",
    "v": "via",
    "r": "refer-to",
    "b": "referred-by",
    "c": "content-type",
    "k": "supported",
    "x": "session-expires",
    "y": "identity",
    "o": "event",
    "u": "allow-events",
    "s": "subject",
    "e": "content-encoding",
    "d": "request-disposition",
    "j": "reject-contact",
    "a": "accept-contact",
}
_MANY = frozenset(
    {"via", "allow", "supported", "accept", "require", "call-info", "alert-info", "reason"}
)
"""Headers that may stand more than once; of the others the second could be the one Asterisk takes."""


class NotSip(ValueError):
    """The frame is no single SIP message as RFC 3261 writes it; the words say why, without its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """A request, or a response (``method`` then empty); headers by their long names in lower case."""

    method: str
    headers: Mapping[str, str]

    def header(self, name: str) -> str:
        """The value of a header, '' where there is none."""
        return self.headers.get(name, "")


def sip_message(frame: str) -> SipMessage | None:
    """The message in a frame, None for a keep-alive (RFC 5626 §3.5.1). Raises NotSip."""
    if not frame.strip("\r\n"):
        return None
    head, found, body = frame.partition("\r\n\r\n")
    if not found:
        raise NotSip("no end of the headers")
    start, *lines = head.split("\r\n")
    if len(lines) > MOST_HEADERS:
        raise NotSip("too many headers")
    request = _REQUEST.fullmatch(start)
    if request is None and not _RESPONSE.fullmatch(start):
        raise NotSip("no request or response")
    headers = _headers(lines)
    if headers.get("content-length") != str(len(body.encode("utf-8", "surrogatepass"))):
        raise NotSip("the body is not as long as said")
    return SipMessage(method=request[1] if request else "", headers=headers)


def _headers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise NotSip("a line that is no header")
        name = _SHORT.get(header[1].lower(), header[1].lower())
        if name in found and name not in _MANY:
            raise NotSip("a header stands twice")
        found[name] = f"{found[name]},{header[2]}" if name in found else header[2].strip(" \t")
    return found
