"""Facts to other systems by HTTP POST."""

import asyncio
from collections.abc import Callable

import aiohttp

from cti.core.ids import EventId
from cti.core.webhooks import Hook, headers
from cti.services.ports import Clock

USER_AGENT = "cti95518-webhooks"
FEW_BYTES = 1024


class HttpPost:
    """``HookPost``. ``run`` holds the connections; ``secret`` gives a receiver's."""

    def __init__(self, secret: Callable[[str], str], now: Clock) -> None:
        self._secret, self._now = secret, now
        self._session: aiohttp.ClientSession | None = None

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession(headers={"user-agent": USER_AGENT}) as session:
            self._session = session
            try:
                await asyncio.Event().wait()
            finally:
                self._session = None

    async def post(self, hook: Hook, event_id: EventId, body: bytes) -> int:
        """The receiver's HTTP status; a redirect is not followed. Raises ConnectionError."""
        if self._session is None:
            raise ConnectionError("not started yet")
        signed = headers(self._secret(hook.name), event_id, self._now(), body)
        try:
            async with self._session.post(
                hook.url, data=body, headers=dict(signed), allow_redirects=False
            ) as answer:
                await answer.content.read(FEW_BYTES)
                return answer.status
        except aiohttp.ClientError as wrong:
            raise ConnectionError(type(wrong).__name__) from wrong
