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
        match (method, *words):
            case ("GET", "wallboard"):
                return self.board
            case ("GET", "measures"):
                return 200, recent_measures()
            case ("GET", "measures", "calls"):
                return 200, behind("answered")
            case ("GET", "measures", "figures"):
                return 200, DEFINITIONS
            case ("GET", "reports"):
                return 200, REPORTS
            case ("GET", "reports", name):
                return 200, report(name)
            case ("POST", "calls", call_id, "acknowledge"):
                return 200, {"callId": call_id, "alert": "banzhang"}
            case ("GET", "calls", _, "why"):
                return 200, WHY
            case ("GET", "recordings"):
                return 200, self.recordings
            case ("POST", "recordings", _, "hold" | "release" as way):
                on, reason = way == "hold", (body or {})["reason"]
                change = {"onHold": on, "heldBy": "banzhang" if on else "", "heldWhy": reason}
                self.recordings[0] |= change
                return 200, self.recordings[0]
            case ("GET", "callbacks"):
                return 200, self.tickets
            case ("DELETE", "callbacks", call_id):
                self.tickets = [one for one in self.tickets if one["callId"] != call_id]
                return 200, {"callId": call_id}
            case ("GET", "work-items"):
                return 200, self.work
            case ("POST", "work-items", _, act):
                return 200, self._work(act, body or {})
        return None

    def _work(self, act: str, body: Record) -> Record:
        if act == "reveal":
            return {"number": "13712344321"}
        if act == "take":
            self.work[0] |= {"state": "taken", "takenBy": "banzhang"}
        if act == "close":
            self.work[0] |= {"state": "done", "closedBy": "banzhang"} | body
        return self.work[0]
