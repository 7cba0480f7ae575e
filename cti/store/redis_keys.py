"""The name of every key in Redis. All carry one prefix, so that installations can share a server.

The prefix stands in braces: it is the hash tag that keeps all keys in one slot of a Redis Cluster,
which a script over several keys needs.
"""

from dataclasses import dataclass

JOURNAL_GROUP = "history"
"""The consumer group that writes the journal into SQL."""
EVENT_FIELD = b"e"
"""The one field of a journal entry: the event as JSON."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key names under one prefix."""

    prefix: str = "cti"

    def _named(self, name: str) -> str:
        return f"{{{self.prefix.rstrip(':')}}}:{name}"

    @property
    def agents(self) -> str:
        """Hash: agent id → ``VERSION JSON``."""
        return self._named("agents")

    @property
    def calls(self) -> str:
        """Hash: call id → ``VERSION JSON``; live calls only."""
        return self._named("calls")

    @property
    def journal(self) -> str:
        """Stream of events."""
        return self._named("journal")

    @property
    def modes(self) -> str:
        """Hash: mode of the centre → since when, until when, by whom and why it is on, as JSON."""
        return self._named("modes")

    @property
    def lease(self) -> str:
        """String: the node that is the dispatcher; expires."""
        return self._named("lease")

    def commit(self, commit_id: str) -> str:
        """String: the answer a commit got; expires."""
        return self._named(f"commit:{commit_id}")

    def session(self, token_hash: str) -> str:
        """String: the account of a signed-in browser as JSON; expires."""
        return self._named(f"session:{token_hash}")
