"""What the floor says to a wish that cannot be met, and the questions that come before each wish."""

from cti.core.acd.floor import Floor
from cti.core.agent_state import Agent
from cti.core.ids import AgentId


class Declined(Exception):
    """The wish cannot be met now; ``code`` says why (messages ``desk.CODE``, which takes ``values``). Nothing
    changed."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def known(floor: Floor, agent_id: AgentId) -> Agent:
    """The agent's record. Raises Declined for a stranger."""
    try:
        return floor.agents[agent_id]
    except KeyError:
        raise Declined("unknown_agent") from None


def signed_in(floor: Floor, agent_id: AgentId) -> Agent:
    """The record of an agent at work. Raises Declined."""
    agent = known(floor, agent_id)
    if not agent.signed_in:
        raise Declined("logged_out")
    return agent
