"""What supervision asks the server for, as ``FakeServer`` answers it."""

from typing import Any

from tests.browser.samples import Record
from tests.browser.supervise_samples import (
    DEFINITIONS,
    REPORTS,
    WHY,
    behind,
    board,
    recent_measures,
    recording,
    report,
    ticket,
    waited,
    work_item,
)

Answer = tuple[int, Any]


class Supervised:
    """Figures, reports, recordings and work of one house; None: not a question of supervision."""

    def __init__(self) -> None:
        self.board: Answer = (200, board())
        self.recordings = [recording()]
        self.tickets = [ticket()]
        self.work = [work_item()]

    def answer(self, method: str, path: str, body: Record | None) -> Answer | None:
        words = path.strip("/").split("/")
        if method == "GET":
            return self._told(words)
        return self._done(method, words, body or {})

    def _told(self, words: list[str]) -> Answer | None:
        if (words[0], words[2:]) == ("calls", ["why"]):
            return 200, WHY
        if words[0] == "reports" and words[1:]:
            return 200, report(words[1])
        if words == ["wallboard"]:
            return self.board
        known: dict[str, Any] = {
            "measures": recent_measures(),
            "measures/calls": behind("answered"),
            "measures/figures": DEFINITIONS,
            "measures/waiting": waited(),
            "reports": REPORTS,
            "recordings": self.recordings,
            "callbacks": self.tickets,
            "work-items": self.work,
        }
        found = known.get("/".join(words))
        return None if found is None else (200, found)

    def _done(self, method: str, words: list[str], body: Record) -> Answer | None:
        match (method, *words):
            case ("POST", "calls", call_id, "acknowledge"):
                return 200, {"callId": call_id, "alert": "banzhang"}
            case ("POST", "recordings", _, "hold" | "release" as way):
                return 200, self._hold(way == "hold", body["reason"])
            case ("DELETE", "callbacks", call_id):
                self.tickets = [one for one in self.tickets if one["callId"] != call_id]
                return 200, {"callId": call_id}
            case ("POST", "work-items", _, act):
                return 200, self._work(act, body)
        return None

    def _hold(self, on: bool, reason: str) -> Record:
        self.recordings[0] |= {
            "onHold": on,
            "heldBy": "banzhang" if on else "",
            "heldWhy": reason,
        }
        return self.recordings[0]

    def _work(self, act: str, body: Record) -> Record:
        if act == "reveal":
            return {"number": "13712344321"}
        if act == "take":
            self.work[0] |= {"state": "taken", "takenBy": "banzhang"}
        if act == "close":
            self.work[0] |= {"state": "done", "closedBy": "banzhang"} | body
        return self.work[0]
