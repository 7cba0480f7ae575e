"""Notices on their way to desktops: to those they are for, at once, and to those who come later."""

import logging
from collections import deque
from datetime import timedelta
from typing import Any

from cti.core.control_events import NoticeSent
from cti.core.event_wire import to_wire
from cti.services.people_ports import Notices
from cti.services.ports import Recorded, StoreDown
from cti.web.desktop import Desktop
from cti.web.messages import Records, View, event_message, is_hidden, text_frame

log = logging.getLogger(__name__)

MOST = 200
KEPT = timedelta(hours=1)


class NoticeDelivery:
    """The notices of the last hour, as the journal brought them."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._kept: deque[NoticeSent] = deque(maxlen=MOST)

    async def load(self) -> None:
        """Begin with those that were sent before; without the store, with none."""
        try:
            found = await self._notices.recent()
        except StoreDown as down:
            log.warning("notices unknown: %s", down, extra={"fact": "notices_unknown"})
            return
        known = set(self._kept)
        self._kept.extend(notice for notice in found if notice not in known)

    def keep(self, notice: NoticeSent) -> None:
        """One more, and those that are too old are forgotten."""
        if notice not in self._kept:
            self._kept.append(notice)
        while self._kept and notice.at - self._kept[0].at > KEPT:
            self._kept.popleft()

    def frame(self, recorded: Recorded, desktop: Desktop, records: Records) -> bytes:
        """A notice that was not for every agent, for one whom it is for; empty for all else."""
        event = recorded.event
        if not isinstance(event, NoticeSent) or not is_hidden(event, desktop.view):
            return b""
        if not self._for(event, desktop, records):
            return b""
        return text_frame(event_message(recorded, records, desktop.view))

    def kept_for(self, desktop: Desktop, records: Records) -> list[dict[str, Any]]:
        """What somebody who comes now has missed."""
        return [to_wire(one) for one in self._kept if self._for(one, desktop, records)]

    def _for(self, notice: NoticeSent, desktop: Desktop, records: Records) -> bool:
        if desktop.view is View.SUPERVISION:
            return True
        agent = records.agents.get(desktop.agent_id) if desktop.agent_id else None
        return self._notices.concerns(notice, agent) if agent else not notice.queues
