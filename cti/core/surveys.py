"""What follows a survey: which answers somebody has to look into, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.core.clock.hours import Calendar
from cti.core.clock.working_days import due_in_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRule:
    """``answers`` to ``question`` call for a follow-up within ``working_days``."""

    question: str
    answers: frozenset[str]
    working_days: int

    def due(self, answers: Mapping[str, str], at: datetime, calendar: Calendar) -> datetime | None:
        """By when somebody has to call back; None where the answers call for nothing."""
        if answers.get(self.question) not in self.answers:
            return None
        return due_in_working_days(calendar, at, self.working_days)
