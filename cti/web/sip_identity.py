"""Whether a page speaks in its own name: what an agent's phone may send, and what the caller page may. Pure.

Asterisk asks for the password itself. This keeps a page from speaking for another endpoint whose password it
may know, from sending Asterisk elsewhere, and from reaching into other people's calls.
"""

import re
from collections.abc import Callable
from typing import Protocol

from cti.web.sip_wire import SipMessage

CALLER = "caller"
"""The endpoint that calls from a page."""
_TALK = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "PRACK", "OPTIONS"})
_STEERING = frozenset(
    {
        "route", "record-route", "path", "service-route", "replaces", "join", "refer-to",
        "referred-by", "target-dialog", "identity", "remote-party-id", "p-preferred-identity",
        "diversion", "history-info", "security-client", "max-breadth",
    }
)  # fmt: skip
"""Headers by which a message would go elsewhere, touch another call, or claim another person."""
_NAME = r'(?:"(?:[^"\\]|\\.)*"[ \t]*|[A-Za-z0-9.!%*_+`\'~ \t-]*)'
_ADDRESS = re.compile(
    # Possessive: an address without an end is given up at once, however long it is.
    rf"{_NAME}<sips?:(?P<user>[^@<>\s;?:]++)@(?P<host>[^@<>\s;?,]++)[^<>\s]*+>"
    r'(?P<more>(?:;(?:"[^"]*"|[^,<>"])*)?)'
)
_NUMBER = re.compile(rf"{_NAME}<sips?:(\+?[0-9]{{2,20}})@[A-Za-z0-9.-]+>")
_VIA = re.compile(r"SIP/2\.0/WSS? [A-Za-z0-9-]+\.invalid(?:;[^,]*)?")
_HOUSE = re.compile(r"[0-9]{2,8}w?|caller|trunk-.*")
"""Names that endpoints of the house have; a page's own contact is random letters (RFC 7118 §5.1)."""


class Foreign(Exception):
    """The page speaks in another name than its own, or of things that are not its; the words say which."""


class Speaker(Protocol):
    """Who is at a page."""

    @property
    def endpoint(self) -> str:
        """As whom it speaks."""
        ...

    def check(self, message: SipMessage) -> None:
        """Let a message pass. Raises Foreign."""
        ...


class AgentSpeaker:
    """A phone in the browser: ``endpoint`` registers, calls and is called."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def check(self, message: SipMessage) -> None:
        """Let a message pass. Raises Foreign."""
        _check_common(message)
        if not message.method:
            return
        if message.header("p-asserted-identity"):
            raise Foreign("a number of its own making")
        user, tag = _party(message.header("from"))[0], _party(message.header("to"))[1]
        if message.method == "REGISTER":
            if not user == self.endpoint == _party(message.header("to"))[0]:
                raise Foreign("registers as another")
        elif message.method not in _TALK:
            raise Foreign("a method that is not allowed")
        elif user != self.endpoint and not (tag and not _HOUSE.fullmatch(user)):
            # In a call that came to it, a phone goes by the random name of its contact.
            raise Foreign("speaks as another")


class CallerSpeaker:
    """The caller page. ``number_of`` gives the number that a token of this person stands for, None for a
    token that is not his or too old."""

    endpoint = CALLER

    def __init__(self, number_of: Callable[[str], str | None]) -> None:
        self._number_of = number_of

    def check(self, message: SipMessage) -> None:
        """Let a message pass. Raises Foreign."""
        _check_common(message)
        if not message.method:
            return
        if message.method not in _TALK:
            raise Foreign("a method that is not allowed")
        if _party(message.header("from"))[0] != CALLER:
            raise Foreign("speaks as another")
        if message.method == "INVITE" and not _party(message.header("to"))[1]:
            self._check_call(message)
        elif message.header("p-asserted-identity"):
            raise Foreign("a number in the middle of a call")

    def _check_call(self, message: SipMessage) -> None:
        number = self._number_of(message.header("x-call-token"))
        if number is None:
            raise Foreign("no token of this page")
        shown = message.header("p-asserted-identity")
        found = _NUMBER.fullmatch(shown)
        if (found[1] if found else shown) != number:
            raise Foreign("another number than the token's")


def _check_common(message: SipMessage) -> None:
    if _STEERING.intersection(message.headers):
        raise Foreign("a header that is not allowed")
    contact = message.header("contact")
    if contact and not (message.method == "REGISTER" and contact == "*"):
        found = _ADDRESS.fullmatch(contact)
        if found is None or not found["host"].endswith(".invalid"):
            raise Foreign("a contact elsewhere")
    if message.method and not _own_via(message):
        raise Foreign("an answer elsewhere")
    if message.method and message.header("cseq").partition(" ")[2] != message.method:
        raise Foreign("a method that is another's")


def _own_via(message: SipMessage) -> bool:
    via = message.header("via")
    return bool(_VIA.fullmatch(via)) and "maddr" not in via.lower()


def _party(value: str) -> tuple[str, str]:
    """User and tag of a From or To. Raises Foreign."""
    found = _ADDRESS.fullmatch(value)
    if found is None:
        raise Foreign("an address that cannot be read")
    tags = [part[4:] for part in found["more"].split(";") if part.startswith("tag=")]
    return found["user"], tags[0] if tags else ""
