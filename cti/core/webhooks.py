"""Webhooks: which facts another system is told, how they are signed, when they are tried again. Pure.

Signatures are those of Standard Webhooks 1.0: HMAC-SHA256 over ``ID.TIMESTAMP.BODY``.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EVERYTHING = "*"
GONE = 410
"""RFC 9110 §15.5.11: the receiver wants no more of this."""


class DeliveryState(StrEnum):
    """``dead``: tried often enough; it stays, and may be sent again by hand."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One receiver. ``attempts_after_s``: seconds from each attempt to the next, so that there is one
    attempt more than entries."""

    name: str
    url: str
    events: frozenset[str]
    attempts_after_s: tuple[float, ...] = (5, 30, 120, 600, 3600, 21_600, 86_400)
    timeout_s: float = 5.0
    clear_numbers: bool = False

    def wants(self, event_type: str) -> bool:
        """Is it told facts of this type?"""
        return EVERYTHING in self.events or event_type in self.events

    def next_at(self, attempts: int, now: datetime) -> datetime | None:
        """When to try again after so many attempts failed; None when it was often enough."""
        if attempts > len(self.attempts_after_s):
            return None
        return now + timedelta(seconds=self.attempts_after_s[attempts - 1])


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that prove a message ours, and tell its age."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature(secret, message_id, stamp, body)}",
        "content-type": "application/json",
    }


def signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over ``ID.TIMESTAMP.BODY``; a secret may begin with ``whsec_`` (base64)."""
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    return secret.encode()
