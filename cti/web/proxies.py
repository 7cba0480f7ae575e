"""Where a request came from when a reverse proxy handed it on. Only a proxy that is trusted is believed, and
each entry of its list only as far as the one after it is trusted too (RFC 7239 §8.1).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal, Protocol

from aiohttp import web

Told = Literal["x-forwarded-for", "forwarded"]
MOST_HOPS = 16
_PAIR = re.compile(r'([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^\s;,"]+)')
_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?")


class _Headers(Protocol):
    """All lines of a header."""

    def getall(self, key: str, default: list[str]) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """The browser's address ('' unknown), and whether it came by https."""

    address: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Proxies:
    """Those that are believed, and the one header they write; the other is the browser's own word."""

    trusted: Sequence[IPv4Network | IPv6Network] = ()
    told: Told = "x-forwarded-for"

    def arrival(self, seen: Arrival, headers: _Headers) -> Arrival:
        """``seen`` is what the connection itself shows."""
        if not self._trusts(seen.address):
            return seen
        if self.told == "forwarded":
            return self._outermost(seen, _forwarded(headers))
        hops, proto = _list(headers, "X-Forwarded-For"), _list(headers, "X-Forwarded-Proto")
        secure = proto[-1].lower() == "https" if proto else seen.secure
        return self._outermost(Arrival(seen.address, secure), [{"for": each} for each in hops])

    def _outermost(self, nearest: Arrival, hops: Sequence[Mapping[str, str]]) -> Arrival:
        found = nearest
        for hop in reversed(hops[-MOST_HOPS:]):
            address = _address(hop.get("for", ""))
            if address is None or not self._trusts(found.address):
                break
            secure = hop["proto"].lower() == "https" if "proto" in hop else found.secure
            found = Arrival(str(address), secure)
        return found

    def _trusts(self, address: str) -> bool:
        known = _address(address)
        return known is not None and any(known in network for network in self.trusted)


PROXIES = web.AppKey("PROXIES", Proxies)


def arrival(request: web.Request) -> Arrival:
    """Where a request came from."""
    seen = Arrival(request.remote or "", request.secure)
    return request.app[PROXIES].arrival(seen, request.headers)


def _list(headers: _Headers, name: str) -> list[str]:
    parts = ",".join(headers.getall(name, [])).split(",")
    return [part.strip() for part in parts if part.strip()]


def _forwarded(headers: _Headers) -> list[Mapping[str, str]]:
    return [
        {name.lower(): value.strip('"') for name, value in _PAIR.findall(element)}
        for element in _list(headers, "Forwarded")
    ]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port; an IPv4 one also where it is written as IPv6."""
    found = _PORT.fullmatch(text)
    try:
        address = ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
