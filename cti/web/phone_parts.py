"""What phones in the browser and the caller page are given by app.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cti.services.browser_phones import BrowserPhones
from cti.services.caller_pages import CallerPages


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCaller:
    """A customer that the hotline can be tried with; ``about`` by language."""

    number: str
    name: str
    area: str
    about: Mapping[str, str]


class CallerPageRule(StrEnum):
    """Who may call from a page as any number."""

    OFF = "off"
    SIGNED_IN = "signed_in"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneParts:
    """``upstream`` is Asterisk's WebSocket, ``caller_password`` that of the endpoint which calls from a page,
    ``numbers`` those it may dial."""

    phones: BrowserPhones
    pages: CallerPages
    upstream: str
    rule: CallerPageRule
    caller_password: str
    numbers: tuple[str, ...]
    samples: Callable[[], Awaitable[Sequence[SampleCaller]]]
