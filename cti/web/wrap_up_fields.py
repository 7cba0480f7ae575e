"""An agent's record of a call, as it comes from a browser."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cti.core.ids import CallId
from cti.core.wrap_ups import CallerRole, Emotion, Handling
from cti.services.ports import Refused, WrapUp
from cti.web.command_fields import Field, Shape

RECORD: Shape = {
    "reason": Field(),
    "remarks": Field(longest=4000, optional=True),
    "solved": Field(bool, optional=True),
    "followUp": Field(bool, optional=True),
    "handling": Field(pattern="|".join(Handling), optional=True),
    "callerRole": Field(pattern="|".join(CallerRole), optional=True),
    "emotion": Field(pattern="|".join(Emotion), optional=True),
    "reference": Field(longest=32, pattern="[A-Za-z0-9-]*", optional=True),
    "followUpDue": Field(longest=10, pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}", optional=True),
}


def wrap_up_of(call_id: CallId, fields: Mapping[str, Any]) -> WrapUp:
    """The record of fields that fit ``RECORD``. Raises Refused for a day that no calendar has."""
    return WrapUp(
        call_id=call_id,
        reason=fields["reason"],
        remarks=fields.get("remarks") or "",
        solved=fields.get("solved") is not False,
        follow_up=fields.get("followUp") is True,
        handling=Handling(fields.get("handling") or ""),
        caller_role=CallerRole(fields.get("callerRole") or ""),
        emotion=Emotion(fields.get("emotion") or ""),
        reference=fields.get("reference") or "",
        follow_up_due=_day(fields.get("followUpDue")),
    )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Refused("no_such_day") from None
