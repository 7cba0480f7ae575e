"""Secrets of browser phones, in Asterisk's own database, where its ``auth`` objects are looked up
(templates/sorcery.conf): in force at once, and gone at once.

By a channel that runs our own dialplan (``[acd-phone]``): AMI's DBPut wants the class ``system``, and
``DB()`` by AMI is held back by ``live_dangerously = no``. A global variable for each endpoint says whose
secret is in force: a digest of it, or ``none``.
"""

import asyncio
import hashlib

from cti.asterisk.ami import AmiClient, AmiDown, AmiError, AmiTimeout, Fields
from cti.asterisk.text import assignments
from cti.services.ports import TelephonyDown

SECRETS = "browser-phones"
"""The first part of the objects' names in Asterisk's database."""
NONE = "none"
ASK_S = 2.0
LOOK_EVERY_S = 0.01


class AmiPhoneSecrets:
    """``PhoneSecrets`` by AMI."""

    def __init__(self, ami: AmiClient) -> None:
        self._ami = ami

    async def put(self, endpoint: str, password: str) -> None:
        wanted = _digest(password)
        if await self._in_force(endpoint) != wanted:
            told = {"ACD_EXT": endpoint, "ACD_SECRET": password, "ACD_PRINT": wanted}
            await self._run("s", told, endpoint)

    async def drop(self, endpoint: str, password: str) -> None:
        if await self._in_force(endpoint) in ("", _digest(password)):
            await self._run("drop", {"ACD_EXT": endpoint, "ACD_PRINT": NONE}, endpoint)

    async def _run(self, exten: str, told: dict[str, str], endpoint: str) -> None:
        action: Fields = {
            "Channel": f"Local/{exten}@acd-phone/n",
            "Context": "acd-phone",
            "Exten": "done",
            "Priority": "1",
            "Async": "true",
            "Variable": assignments(told),
        }
        await self._act("Originate", action)
        try:
            async with asyncio.timeout(ASK_S):
                # No event tells it; Asterisk must be asked.
                while await self._in_force(endpoint) != told["ACD_PRINT"]:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise TelephonyDown("the secret of a browser phone was not written") from None

    async def _in_force(self, endpoint: str) -> str:
        return await self._act("Getvar", {"Variable": f"ACD_PHONE_{endpoint}"})

    async def _act(self, action: str, fields: Fields) -> str:
        try:
            reply = await self._ami.act(action, fields, timeout_s=ASK_S)
        except (AmiError, AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble
        return reply.fields.get("Value", "")


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()[:16]
