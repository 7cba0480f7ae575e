"""Work items: what people have to do because of a call, kind by kind."""

from __future__ import annotations

from enum import StrEnum


class WorkKind(StrEnum):
    """What is to be done. A further kind is one line here and one in messages ``trace.words.kind``."""

    VOICEMAIL = "voicemail"
    SURVEY_FOLLOW_UP = "survey_follow_up"
    CALLBACK_FAILED = "callback_failed"
    SMS_FAILED = "sms_failed"
    FOLLOW_UP = "follow_up"


HIDDEN_FROM_AGENTS = frozenset({WorkKind.SURVEY_FOLLOW_UP})
"""Kinds that would tell an agent how a caller rated him."""


class WorkState(StrEnum):
    """How far it is."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


class WorkResult(StrEnum):
    """How it ended."""

    DONE = "done"
    UNREACHABLE = "unreachable"
    NOT_NEEDED = "not_needed"
