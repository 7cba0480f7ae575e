"""Open callbacks and urgent calls: what supervisors see of them and do about them."""

from aiohttp import web

from cti.core.acd.places import place_of
from cti.core.call import Call, CallPhase
from cti.core.ids import CallId
from cti.services.place_names import place_label
from cti.web.masking import masked_number
from cti.web.messages import Json
from cti.web.parts import PARTS, SIGNED_IN, AreaOf
from cti.web.replies import body_of, reply, text_field

LONGEST_REASON = 200
SEEN = "-"
"""To have seen an alert needs no reason."""


async def callbacks(request: web.Request) -> web.Response:
    """Every open ticket, the oldest place first; numbers masked."""
    parts = request.app[PARTS]
    found = sorted((call for call in parts.desk.snapshot()[1] if call.ticket), key=place_of)
    return reply([callback_record(call, parts.area_of) for call in found])


async def cancel(request: web.Request) -> web.Response:
    """Take a ticket back that is not being dialled; the reason is written down."""
    reason = text_field(await body_of(request), "reason", LONGEST_REASON)
    call_id, by = CallId(request.match_info["call_id"]), request[SIGNED_IN].account.login
    parts = request.app[PARTS]
    await parts.audit.note(by, "callback.cancel", call_id, reason=reason, at=parts.now())
    await parts.desk.cancel_callback(call_id, by, reason)
    return reply({"callId": call_id})


async def acknowledge(request: web.Request) -> web.Response:
    """This supervisor has seen the alert of a call."""
    call_id, by = CallId(request.match_info["call_id"]), request[SIGNED_IN].account.login
    parts = request.app[PARTS]
    await parts.audit.note(by, "alert.acknowledge", call_id, reason=SEEN, at=parts.now())
    await parts.desk.acknowledge_alert(call_id, by)
    return reply({"callId": call_id, "alert": by})


def callback_record(call: Call, area_of: AreaOf) -> Json:
    """A ticket for people; ``call`` must have one."""
    ticket = call.ticket
    assert ticket is not None  # noqa: S101 (callers choose those that have)
    return {
        "callId": call.call_id,
        "origin": ticket.origin,
        "number": masked_number(ticket.number),
        "place": place_label(area_of(ticket.number)),
        "queue": call.queue,
        "askedAt": ticket.asked_at,
        "placeAt": place_of(call),
        "dueAt": ticket.due_at,
        "dials": ticket.dials,
        "dialling": call.phase is not CallPhase.CALLBACK,
        "agentId": call.agent_id,
    }
