"""A supervisor's ear in an agent's talk."""

from dataclasses import dataclass
from enum import StrEnum

from cti.core.ids import AgentId, CallId

_PREFIX = "watch-"


class WatchMode(StrEnum):
    """Who hears the supervisor: nobody, the agent alone, or the caller as well."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What a supervisor hears: the talk ``call_id`` of ``agent_id``.

    ``leg`` is the unique id of his leg; ``heard`` is true once his phone was answered. ``by`` is his
    sign-in. ``rings_as``: how his leg was begun, where he chose another mode before he answered.
    """

    leg: CallId
    agent_id: AgentId
    call_id: CallId
    mode: WatchMode
    by: str
    reason: str
    heard: bool = False
    rings_as: WatchMode | None = None


def watch_id(unique: str) -> CallId:
    """The id of a new leg; ``unique`` is nobody else's."""
    return CallId(_PREFIX + unique)


def is_watch_id(call_id: str) -> bool:
    """Whether the id is that of a supervisor's leg."""
    return call_id.startswith(_PREFIX)
