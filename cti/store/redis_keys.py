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
    def notices(self) -> str:
        """Sorted set: notices of the last hour as events, by seconds since 1970; expires."""
        return self._named("notices")

    @property
    def lease(self) -> str:
        """String: the node that is the dispatcher; expires."""
        return self._named("lease")

    @property
    def live_at(self) -> str:
        """String: seconds since 1970 at which the dispatcher was last known to be live."""
        return self._named("live_at")

    def commit(self, commit_id: str) -> str:
        """String: the answer a commit got; expires."""
        return self._named(f"commit:{commit_id}")

    @property
    def dialplan(self) -> str:
        """String: which published versions are in force, ``SEQUENCE JSON``."""
        return self._named("dialplan")

    @property
    def dialplan_versions(self) -> str:
        """Hash: number → a version with its files as JSON; those in force, and the newest."""
        return self._named("dialplan:versions")

    @property
    def dialplan_changes(self) -> str:
        """Hash: sequence → what was in force after that change; until it is in SQL."""
        return self._named("dialplan:changes")

    @property
    def dialplan_servers(self) -> str:
        """Hash: server → which change it follows, as JSON."""
        return self._named("dialplan:servers")

    def shadow(self, number: int) -> str:
        """Hash: same, differed, failed → visits that a shadow version was compared on."""
        return self._named(f"shadow:{number}")

    def identity(self, number_hash: str) -> str:
        """Sorted set: identifications by a caller number that were wrong; expires."""
        return self._named(f"identity:{number_hash}")

    def session(self, token_hash: str) -> str:
        """String: the account of a signed-in browser as JSON; expires."""
        return self._named(f"session:{token_hash}")
