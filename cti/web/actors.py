"""Who asks: an agent for himself, or somebody who supervises."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from cti.core.ids import AgentId
from cti.services.ports import Account, Refused, Role
from cti.web.parts import WebParts

SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)

Action = Callable[[WebParts, Account, Mapping[str, Any]], Awaitable[None]]
"""Carries a command out for the signed-in person. Raises Refused, StoreDown."""


def own_agent(account: Account) -> AgentId:
    """The agent that the person is. Raises Refused for one who takes no calls."""
    if account.agent_id is None:
        raise Refused("not_an_agent")
    return account.agent_id


def supervisor(account: Account) -> str:
    """The sign-in of a person who may supervise. Raises Refused."""
    if account.role not in SUPERVISORS:
        raise Refused("not_a_supervisor")
    return account.login
