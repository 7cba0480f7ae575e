"""Commands of a supervisor about calls that wait."""

from collections.abc import Mapping

from cti.core.ids import CallId, QueueName
from cti.services.routing_ports import Change
from cti.web.actors import Action, supervisor
from cti.web.command_fields import Field, Shape

SHAPES: Mapping[str, Shape] = {
    "changeWaitingCall": {
        "callId": Field(pattern=r"[A-Za-z0-9._-]{1,64}"),
        "queue": Field(optional=True),
        "priority": Field(int, optional=True),
        "reason": Field(longest=200, pattern=r"(?s).*\S.*"),
    },
}

ACTIONS: Mapping[str, Action] = {
    "changeWaitingCall": lambda parts, who, fields: parts.routing.change(
        Change(
            call_id=CallId(fields["callId"]),
            by=supervisor(who),
            reason=fields["reason"].strip(),
            queue=QueueName(fields["queue"]) if fields["queue"] else None,
            priority=fields["priority"],
        )
    ),
}
