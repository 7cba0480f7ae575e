"""Commands of an agent about himself: sign-in, status, wrap-up, and the end of his call."""

from collections.abc import Mapping
from typing import Any

from cti.core.agent_state import AgentStatus
from cti.core.endpoints import PhoneKind
from cti.core.ids import CallId
from cti.services.ports import WrapUp
from cti.web.actors import Action, own_agent
from cti.web.command_fields import Field, Shape

SHAPES: Mapping[str, Shape] = {
    "logOn": {
        "extension": Field(longest=8, optional=True),
        "seat": Field(optional=True),
        "phone": Field(pattern="desk|browser", optional=True),
    },
    "logOff": {},
    "setAgentState": {"status": Field(pattern="ready|not_ready"), "reason": Field(optional=True)},
    "cancelPending": {},
    "clearConnection": {},
    "saveWrapUp": {
        "callId": Field(),
        "reason": Field(),
        "remarks": Field(longest=4000, optional=True),
        "solved": Field(bool, optional=True),
        "followUp": Field(bool, optional=True),
    },
    "extendWrapUp": {},
    "endWrapUp": {},
}

ACTIONS: Mapping[str, Action] = {
    "logOn": lambda parts, who, fields: parts.desk.log_on(
        own_agent(who),
        extension=fields["extension"] or "",
        seat=fields["seat"] or "",
        phone=PhoneKind(fields["phone"]) if fields["phone"] else None,
    ),
    "logOff": lambda parts, who, _: parts.desk.log_off(own_agent(who)),
    "setAgentState": lambda parts, who, fields: parts.desk.set_status(
        own_agent(who), AgentStatus(fields["status"]), fields["reason"]
    ),
    "cancelPending": lambda parts, who, _: parts.desk.cancel_pending(own_agent(who)),
    "clearConnection": lambda parts, who, _: parts.desk.hang_up(own_agent(who)),
    "saveWrapUp": lambda parts, who, fields: parts.desk.save_wrap_up(
        own_agent(who), _wrap_up(fields)
    ),
    "extendWrapUp": lambda parts, who, _: parts.desk.extend_wrap_up(own_agent(who)),
    "endWrapUp": lambda parts, who, _: parts.desk.end_wrap_up(own_agent(who)),
}


def _wrap_up(fields: Mapping[str, Any]) -> WrapUp:
    return WrapUp(
        call_id=CallId(fields["callId"]),
        reason=fields["reason"],
        remarks=fields["remarks"] or "",
        solved=fields["solved"] is not False,
        follow_up=fields["followUp"] is True,
    )
