"""What an agent writes down of a call (服务小结), beside its reason. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

CORRECTED_WITHIN = timedelta(hours=24)
"""So long an agent corrects his own record; after that a supervisor does."""


class Handling(StrEnum):
    """What was done about it; empty: nothing chosen."""

    NONE = ""
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    DISPATCHED = "dispatched"
    CALL_BACK = "call_back"


class CallerRole(StrEnum):
    """Who the caller is to the policy; empty: nothing chosen."""

    NONE = ""
    HOLDER = "holder"
    INSURED = "insured"
    THIRD_PARTY = "third_party"
    SURVEYOR = "surveyor"
    OTHER = "other"


class Emotion(StrEnum):
    """How the caller was; empty: nothing chosen."""

    NONE = ""
    CALM = "calm"
    WORRIED = "worried"
    ANGRY = "angry"


FIELDS = (
    "reason",
    "remarks",
    "solved",
    "follow_up",
    "handling",
    "caller_role",
    "emotion",
    "reference",
    "follow_up_due",
)
"""The parts of a record, by the names that they have wherever there is one."""


def record_of(source: object) -> dict[str, Any]:
    """The record's fields of whatever has them."""
    return {name: getattr(source, name) for name in FIELDS}


def is_closed(first_saved_at: datetime | None, now: datetime) -> bool:
    """Is it too late for the agent himself to change what he first saved then?"""
    return first_saved_at is not None and now - first_saved_at > CORRECTED_WITHIN
