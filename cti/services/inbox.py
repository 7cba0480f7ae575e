"""What the dispatcher is told or asked, until its turn comes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from cti.core.acd.signals import DeskSignal, Signal


@dataclass(slots=True)
class Item:
    """One signal; ``answer`` is awaited by whoever asked, ``seen_at`` when its witness saw it."""

    signal: Signal
    answer: asyncio.Future[None] | None = None
    seen_at: datetime | None = None

    @property
    def given_up(self) -> bool:
        """A person was told no, so his wish must not come true later. Facts stay facts."""
        told = self.answer is not None and self.answer.done()
        return told and isinstance(self.signal, DeskSignal)
