"""SIP messages as text (RFC 3261), as far as the benchmark's own ends speak it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

Headers = Sequence[tuple[str, str]]
COPIED = ("via", "from", "to", "call-id", "cseq")
"""What a response takes over from its request (RFC 3261, 8.2.6.2)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response. Header names are in lower case, in the order they came."""

    first: str
    headers: Headers
    body: str

    def header(self, name: str) -> str:
        """The first header of that name; empty when there is none."""
        return next((value for found, value in self.headers if found == name), "")

    @property
    def call_id(self) -> str:
        return self.header("call-id")

    @property
    def method(self) -> str:
        """The request's method; of a response, that of its request."""
        return self.header("cseq").rpartition(" ")[2]

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else 0

    @property
    def uri(self) -> str:
        """A request's address."""
        return self.first.split()[1]


def parsed(packet: bytes) -> Message:
    """A whole datagram."""
    head, _, body = packet.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Message(first, [(name.strip().lower(), value.strip()) for name, _, value in pairs], body)


def written(first: str, headers: Headers, body: str = "") -> bytes:
    """A message as a datagram; a body is always SDP."""
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("content-type: application/sdp")
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", body]).encode()


def request(method: str, uri: str, dialog: Mapping[str, str], body: str = "") -> bytes:
    """A request. ``dialog`` holds host, from, to, call-id, cseq (a number) and maybe authorization."""
    host = dialog["host"]
    headers = [
        ("via", f"SIP/2.0/UDP {host};branch=z9hG4bK{token_hex(8)}"),
        ("max-forwards", "70"),
        ("contact", f"<sip:{user_of(dialog['from'])}@{host}>"),
        *((name, dialog[name]) for name in ("from", "to", "call-id")),
        ("cseq", f"{dialog['cseq']} {method}"),
    ]
    if "authorization" in dialog:
        headers.append(("authorization", dialog["authorization"]))
    return written(f"{method} {uri} SIP/2.0", headers, body)


def response(asked: Message, status: str, tag: str = "", body: str = "") -> bytes:
    """An answer to a request, with our tag in To where it has none; to an INVITE, with our contact."""
    copied = [(name, value) for name, value in asked.headers if name in COPIED]
    if tag:
        copied = [(n, f"{v};tag={tag}" if n == "to" and ";tag=" not in v else v) for n, v in copied]
    if body:
        copied.append(("contact", f"<{asked.uri}>"))
    return written(f"SIP/2.0 {status}", copied, body)


def user_of(address: str) -> str:
    """The user part of the first SIP address in a header."""
    found = re.search(r"sips?:([^@;>]+)@", address)
    return found[1] if found else ""


def sdp(port: int, *, keys: bool = False) -> str:
    """An offer of A-law (RFC 4566), and of keys as events (RFC 4733)."""
    formats, events = (" 101", "a=rtpmap:101 telephone-event/8000\r\n") if keys else ("", "")
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8{formats}\r\na=rtpmap:8 PCMA/8000\r\n{events}"
    )


def media_port(body: str) -> int:
    """Where the peer of an SDP wants sound."""
    found = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    return int(found[1]) if found else 0


def authorization(challenge: str, user: str, password: str, uri: str) -> str:
    """The answer to a digest challenge for REGISTER (RFC 2617 with qop=auth, MD5)."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    nonce, cnonce = asked["nonce"], token_hex(8)
    who = _md5(f"{user}:{asked['realm']}:{password}")
    answer = _md5(f"{who}:{nonce}:00000001:{cnonce}:auth:{_md5(f'REGISTER:{uri}')}")
    return (
        f'Digest username="{user}",realm="{asked["realm"]}",nonce="{nonce}",uri="{uri}",'
        f'response="{answer}",algorithm=MD5,qop=auth,nc=00000001,cnonce="{cnonce}"'
        + (f',opaque="{asked["opaque"]}"' if "opaque" in asked else "")
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
