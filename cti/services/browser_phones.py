"""Phones in the browser: whose it is, and the password of each sign-in."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass

from cti.core.agent_state import Agent
from cti.core.endpoints import PhoneKind, endpoint_of
from cti.core.ids import AgentId
from cti.services.people_ports import PhoneSecrets
from cti.services.ports import Account, Refused, TelephonyDown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPhone:
    """As whom a page registers."""

    extension: str
    endpoint: str
    password: str


class BrowserPhones:
    """``agent`` gives a person's record as it is now, None for somebody who is not on the roster."""

    def __init__(self, secrets: PhoneSecrets, agent: Callable[[AgentId], Agent | None]) -> None:
        self._secrets, self._agent = secrets, agent

    def of(self, account: Account, token: str) -> BrowserPhone:
        """The phone of a session. Raises Refused for a person without an extension."""
        agent = self._agent(account.agent_id) if account.agent_id else None
        if agent is None:
            raise Refused("no_extension")
        extension = own_extension(agent)
        endpoint = endpoint_of(extension, PhoneKind.BROWSER)
        password = _password(token, endpoint)
        return BrowserPhone(extension=extension, endpoint=endpoint, password=password)

    async def open(self, account: Account, token: str) -> BrowserPhone:
        """The same, with its password in force. Raises Refused, TelephonyDown."""
        phone = self.of(account, token)
        await self._secrets.put(phone.endpoint, phone.password)
        return phone

    async def close(self, account: Account, token: str) -> None:
        """The session is over: its password is gone. Whatever fails is logged."""
        try:
            phone = self.of(account, token)
            await self._secrets.drop(phone.endpoint, phone.password)
        except Refused:
            return
        except TelephonyDown:
            log.warning("secret of a browser phone stays", extra={"fact": "phone_secret_stays"})


def own_extension(agent: Agent) -> str:
    """That of the roster, wherever he sits now."""
    return agent.listed.extension if agent.listed else agent.extension


def _password(token: str, endpoint: str) -> str:
    """Random as the token is, and no way back to it (RFC 2104)."""
    return hmac.new(token.encode(), endpoint.encode(), hashlib.sha256).hexdigest()[:32]
