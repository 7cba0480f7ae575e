"""Trees that no number leads to: when they are walked, and what they know of the call."""

from collections.abc import Mapping

FROM_AGENT = "from_agent"
ENTRIES = ("after_call", "while_waiting", FROM_AGENT)
"""Trees that are walked by themselves: after the agent has left, in the middle of waiting, or when his agent
sends the caller there. There the target ``return`` leads back to where the caller came from: good-bye, his
place, or his agent."""

ENTRY_VARIABLES: Mapping[str, frozenset[str]] = {
    "after_call": frozenset({"queue", "agent_id"}),
    "while_waiting": frozenset({"queue", "waited_s"}),
    FROM_AGENT: frozenset({"queue", "agent_id", "task"}),
}
"""What a tree with an ``entry`` knows of the call from the start."""
