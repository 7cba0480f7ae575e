"""What settings are made of: parts that never change, and kinds of value that are checked."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A part of the settings: no unknown keys, never changed after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Port = Field(ge=1, le=65535)


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for network in given:
        ipaddress.ip_network(network)
    return given


Networks = Annotated[tuple[str, ...], AfterValidator(_networks)]
"""IP networks such as ``10.1.0.0/16``."""


def _address(given: str) -> str:
    if given:
        ipaddress.ip_address(given)
    return given


Address = Annotated[str, AfterValidator(_address)]
"""An IP address, or nothing."""


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called '{given}'") from None
    return given


Zone = Annotated[str, AfterValidator(_zone)]
"""A name of the IANA time zone database."""


def _pattern(given: str) -> str:
    try:
        re.compile(given)
    except re.error as wrong:
        raise ValueError(f"no regular expression: {wrong}") from wrong
    return given


Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression."""
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]
"""A number as callers dial it."""


def _secure(given: str) -> str:
    """https, but for a system on this machine."""
    parts = urlsplit(given)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    wanted = ("https", "http") if local else ("https",)
    if given and (
        parts.scheme not in wanted or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("an address such as https://core.example.cn/hotline")
    return given


SecureUrl = Annotated[str, AfterValidator(_secure)]
"""An address of another system, by TLS."""
