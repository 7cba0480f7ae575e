"""Text messages by an HTTP gateway: JSON with a bearer token; receipts and replies come to our web.

Request: ``{"id", "to", "text", "from", "parts", "validUntil"}``, header ``Idempotency-Key``: our id.
Answer: 200, 201 or 202 with ``{"ids": [...]}`` or ``{"id": ...}``; 400, 404, 413 and 422 refuse the
message for good (``{"code"}`` names the reason), everything else is tried again.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from cti.core.sms import parts
from cti.services.sms_ports import (
    GatewayBusy,
    GatewayDoubt,
    GatewayRefused,
    OutgoingSms,
    SmsNews,
)

log = logging.getLogger(__name__)

TAKEN = (200, 201, 202)
NEVER = (400, 404, 413, 422)
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAccount:
    """Where messages are posted to, and what proves that it is us."""

    url: str
    token: str
    sender: str
    limit_s: float = 10.0


class HttpGateway:
    """``repeat_is_safe``: a gateway of this kind must honour the Idempotency-Key."""

    repeat_is_safe = True

    def __init__(self, account: HttpAccount) -> None:
        self._account = account
        self._session: aiohttp.ClientSession | None = None

    async def send(self, sms: OutgoingSms) -> Sequence[str]:
        """The gateway's ids. Raises GatewayBusy, GatewayRefused, GatewayDoubt."""
        if self._session is None:
            raise GatewayBusy("not connected yet")
        try:
            async with self._session.post(
                self._account.url,
                json=self._body(sms),
                headers={"Idempotency-Key": f"cti-{sms.sms_id}"},
                allow_redirects=False,
            ) as answer:
                content = await answer.content.read(LONGEST_ANSWER)
                return _ids(sms, answer.status, _json(content))
        except aiohttp.ClientConnectorError as wrong:
            raise GatewayBusy(f"no connection: {type(wrong).__name__}") from wrong
        except (aiohttp.ClientError, TimeoutError) as wrong:
            raise GatewayDoubt(type(wrong).__name__) from wrong

    def _body(self, sms: OutgoingSms) -> dict[str, Any]:
        return {
            "id": str(sms.sms_id),
            "to": sms.number,
            "text": sms.text,
            "from": self._account.sender,
            "parts": len(parts(sms.text)),
            "validUntil": sms.expires_at.isoformat(timespec="seconds"),
        }

    async def run(self, news: SmsNews) -> None:  # noqa: ARG002 (news come to our web)
        """Holds the connection; receipts and replies are posted to us."""
        limit = aiohttp.ClientTimeout(total=self._account.limit_s)
        bearer = {"Authorization": f"Bearer {self._account.token}"}
        async with aiohttp.ClientSession(timeout=limit, headers=bearer) as session:
            self._session = session
            try:
                await asyncio.Event().wait()
            finally:
                self._session = None


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _ids(sms: OutgoingSms, status: int, answer: dict[str, Any]) -> Sequence[str]:
    if status in TAKEN:
        given = answer.get("ids", answer.get("id", f"http-{sms.sms_id}"))
        found = given if isinstance(given, list) else [given]
        return [str(each)[:80] for each in found[:10]]
    if status in NEVER:
        raise GatewayRefused(str(answer.get("code", f"http_{status}"))[:64])
    raise GatewayBusy(f"the gateway answered {status}")
