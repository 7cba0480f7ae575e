"""What an agent's missed offers make of him. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.core.events import OfferEnd

REASONS: Mapping[OfferEnd, str] = {
    OfferEnd.NO_ANSWER: "RNA",
    OfferEnd.REFUSED: "REFUSED",
    OfferEnd.BUSY: "BUSY",
    OfferEnd.UNREACHABLE: "PHONE",
    OfferEnd.WHISPER_HANGUP: "REFUSED",
}
"""The reason an agent is given when he missed an offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedRule:
    """Not ready at the ``not_ready_after``-th offer missed in a row (None: never); before that he rests
    ``rest_s`` seconds and is ready again by himself (0: at once)."""

    not_ready_after: int | None = 1
    rest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedRules:
    """The rule of each cause; without one, not ready at once."""

    causes: Mapping[OfferEnd, MissedRule] = field(default_factory=dict)

    def rule(self, cause: OfferEnd) -> MissedRule | None:
        """None where the agent is not to blame."""
        return self.causes.get(cause, MissedRule()) if cause in REASONS else None
