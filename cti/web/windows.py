"""How often something happened lately. Pure but for its own memory."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime, timedelta


class Window:
    """Counts marks of the last ``within_s`` seconds."""

    def __init__(self, limit: int, within_s: float) -> None:
        self._limit = limit
        self._within = timedelta(seconds=within_s)
        self._marks: deque[datetime] = deque()

    def mark(self, now: datetime) -> bool:
        """Note one more; True when that is over the limit (and then it is not kept)."""
        while self._marks and now - self._marks[0] >= self._within:
            self._marks.popleft()
        if len(self._marks) >= self._limit:
            return True
        self._marks.append(now)
        return False

    def unmark(self) -> None:
        """Take the newest mark back."""
        if self._marks:
            self._marks.pop()


def mark_all(windows: Sequence[Window], now: datetime) -> bool:
    """Note one more in each; True where one of them is full (and then it is kept in none)."""
    for number, window in enumerate(windows):
        if window.mark(now):
            unmark_all(windows[:number])
            return True
    return False


def unmark_all(windows: Sequence[Window]) -> None:
    """Take the newest mark of each back."""
    for window in windows:
        window.unmark()


class Windows:
    """A window for each key; the longest unused are forgotten beyond ``keys``."""

    def __init__(self, limit: int, within_s: float, *, keys: int = 10_000) -> None:
        self._limit = limit
        self._within_s = within_s
        self._keys = keys
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def of(self, key: str) -> Window:
        """The key's window."""
        found = self._windows.setdefault(key, Window(self._limit, self._within_s))
        self._windows.move_to_end(key)
        if len(self._windows) > self._keys:
            self._windows.popitem(last=False)
        return found
