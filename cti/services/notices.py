"""Supervisors' words to everybody, or to the agents of some queues; kept for an hour."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from cti.core.acd.native import memberships
from cti.core.acd.queue import QueuePolicy
from cti.core.agent_state import Agent
from cti.core.control_events import NoticeSent
from cti.core.ids import QueueName
from cti.services.people_ports import NoticeBoard
from cti.services.ports import Clock, Refused

KEPT = timedelta(hours=1)
"""Who signs in later than that has missed it."""
LONGEST_NOTICE = 500


class Notices:
    """Sends notices, and knows whom each is for."""

    def __init__(
        self, board: NoticeBoard, policies: Mapping[QueueName, QueuePolicy], now: Clock
    ) -> None:
        self._board, self._policies, self._now = board, policies, now

    async def send(self, text: str, queues: Sequence[str], *, by: str) -> NoticeSent:
        """To everybody where no queue is named. Raises Refused, StoreDown."""
        words = text.strip()
        if not 0 < len(words) <= LONGEST_NOTICE:
            raise Refused("notice_length", longest=LONGEST_NOTICE)
        for queue in queues:
            if queue not in self._policies:
                raise Refused("unknown_queue", name=queue)
        wanted = tuple(dict.fromkeys(queues))
        notice = NoticeSent(at=self._now(), by=by, text=words, queues=wanted)
        await self._board.put(notice)
        return notice

    async def recent(self) -> Sequence[NoticeSent]:
        """Those of the last hour. Raises StoreDown."""
        return await self._board.since(self._now() - KEPT)

    def concerns(self, notice: NoticeSent, agent: Agent) -> bool:
        """He is one of those it was sent to: he may ever be offered calls of one of its queues."""
        if not notice.queues:
            return True
        served = memberships(agent, self._policies)
        return any(served.get(QueueName(queue)) is not None for queue in notice.queues)
