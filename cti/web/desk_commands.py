"""Commands of an agent about himself: sign-in, status, wrap-up, and the end of his call."""

from collections.abc import Mapping

from cti.core.agent_state import AgentStatus
from cti.core.endpoints import PhoneKind
from cti.core.ids import CallId
from cti.web.actors import Action, own_agent
from cti.web.command_fields import Field, Shape
from cti.web.wrap_up_fields import RECORD, wrap_up_of

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
        **RECORD,
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
    "saveWrapUp": lambda parts, who, fields: parts.wrap_ups.save(
        own_agent(who), wrap_up_of(CallId(fields["callId"]), fields)
    ),
    "extendWrapUp": lambda parts, who, _: parts.desk.extend_wrap_up(own_agent(who)),
    "endWrapUp": lambda parts, who, _: parts.desk.end_wrap_up(own_agent(who)),
}
