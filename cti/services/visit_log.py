"""What a visit to the menu was: for its last fact, and for the shadow version to walk it again."""

from datetime import datetime

from cti.core.ids import CallId
from cti.core.ivr import session as ivr
from cti.core.ivr.shadow import Step, Visit
from cti.core.version_events import VisitEnded
from cti.services.menus import Edition

FAILED_WAYS = ("failure", "on_failure")
_ENDS: dict[type[ivr.Ask], str] = {
    ivr.ToQueue: "queue",
    ivr.Transfer: "transfer",
    ivr.HangUp: "hangup",
    ivr.Returned: "returned",
    ivr.Fault: "fault",
}


class VisitLog:
    """Filled by the driver while the visit lasts."""

    def __init__(self, edition: Edition, facts: ivr.Facts, entry: str = "") -> None:
        self.edition, self._facts, self._entry = edition, facts, entry
        self._heard: list[Step] = []
        self._failures = 0
        self._end, self._node = "gone", edition.tree.start

    def see(self, turn: ivr.Turn) -> ivr.Turn:
        """A turn begins."""
        self._failures += sum(way in FAILED_WAYS for _, way in turn.ways)
        self._node = turn.session.node
        self._end = _ENDS.get(type(turn.ask), "gone")
        return turn

    def hear(self, heard: ivr.Heard, at: datetime) -> None:
        """This is what the interpreter was given next."""
        self._heard.append((heard, at))

    def left(self, at: datetime) -> None:
        """The caller went before the tree's end."""
        self.hear(ivr.HungUp(), at)
        self._end = "gone"

    def visit(self) -> Visit:
        """Its inputs."""
        return Visit(facts=self._facts, heard=tuple(self._heard))

    def ended(self, call_id: CallId, at: datetime) -> VisitEnded:
        """Its last fact."""
        return VisitEnded(
            at=at,
            call_id=call_id,
            version=self.edition.version,
            end=self._end,
            node=self._node,
            failures=self._failures,
            entry=self._entry,
        )
