"""A wallboard on which nothing has happened yet."""

from cti.services.wallboard import Board, DayFigures, Pending, QueueBoard, StateBoard
from tests.web.samples import NOW

_DAY = DayFigures(
    arrived=0,
    handled_in=0,
    handled_out=0,
    answered=0,
    abandoned=0,
    answer_rate=None,
    service_level=None,
    service_level_now=None,
)
EMPTY_BOARD = Board(
    at=NOW,
    complete=True,
    centre=_DAY,
    waiting=0,
    waiting_since=None,
    callbacks=0,
    pending=Pending(),
    queues=[QueueBoard(queue="motor", waiting=0, waiting_since=None, callbacks=0, today=_DAY)],
    states=[StateBoard(state="ready", reason="", agents=1, longest_agent_id="1023", since=NOW)],
)
