"""The part of config/queues.yaml that is about what waiting callers are told."""

from pydantic import Field

from cti.core.acd.announce import AnnounceRules
from cti.settings_kinds import Frozen


class AnnounceFile(Frozen):
    """Waiting callers hear their place (``position``) and how long it will take (``wait``, only when it
    is well founded): first after ``first_after_s``, then every ``every_s``."""

    position: bool = True
    wait: bool = True
    first_after_s: int = Field(default=10, ge=3, le=3600)
    every_s: int = Field(default=60, ge=10, le=3600)

    def rules(self) -> AnnounceRules | None:
        """As the announcer knows them; None where nothing is told."""
        if not (self.position or self.wait):
            return None
        return AnnounceRules(
            position=self.position,
            wait=self.wait,
            first_after_s=self.first_after_s,
            every_s=self.every_s,
        )
