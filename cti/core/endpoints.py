"""What Asterisk calls the two phones of an extension: the one on the desk, and the one in the browser."""

from enum import StrEnum

_BROWSER = "w"
"""Ends the name of the endpoint of an extension's browser phone."""


class PhoneKind(StrEnum):
    """Which of his two phones a person answers at."""

    DESK = "desk"
    BROWSER = "browser"


def endpoint_of(extension: str, phone: PhoneKind) -> str:
    """``8001`` for the phone on the desk, ``8001w`` for the one in the browser."""
    return f"{extension}{_BROWSER}" if phone is PhoneKind.BROWSER else extension


def phone_of(endpoint: str) -> PhoneKind:
    """Which phone of its extension an endpoint is."""
    return PhoneKind.DESK if extension_of(endpoint) == endpoint else PhoneKind.BROWSER


def endpoint_at(channel: str) -> str:
    """Whose leg a channel is: names are ``PJSIP/ENDPOINT-NUMBER``."""
    return channel.partition("/")[2].rpartition("-")[0]


def extension_of(endpoint: str) -> str:
    """The extension that an endpoint belongs to; any other name as it stands."""
    bare = endpoint.removesuffix(_BROWSER)
    return bare if bare.isascii() and bare.isdigit() else endpoint
