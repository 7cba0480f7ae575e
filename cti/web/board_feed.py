"""The wallboard on supervisors' screens, as it changes."""

import asyncio

from cti.web.hub import Hub
from cti.web.measures_api import board_message
from cti.web.messages import View, text_frame
from cti.web.parts import WebParts

EVERY_S = 1.0


async def show_board(hub: Hub, parts: WebParts) -> None:
    """Send it once a second at most, when something has changed, to all who supervise."""
    shown = -1
    while parts.measures is not None:
        await asyncio.sleep(EVERY_S)
        board = parts.measures.board
        if board.version != shown:
            version = board.version
            if hub.show(View.SUPERVISION, text_frame(board_message(board.board()))):
                shown = version
