"""One call's story, and a caller's number in clear."""

import re
from collections.abc import Sequence

from aiohttp import web

from cti.core.callback_events import CallbackRequested
from cti.core.control_events import Originated
from cti.core.events import Offered
from cti.core.ids import CallId
from cti.services.ports import Recorded, Role
from cti.web.auth import view_of
from cti.web.call_search import agent_of
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.messages import Records, View, event_wire, is_hidden, wire
from cti.web.parts import PARTS, SIGNED_IN, WebParts
from cti.web.replies import body_of, reply, text_field


async def story(request: web.Request) -> web.Response:
    """All events of one call, and the same in sentences."""
    view = view_of(request[SIGNED_IN].account)
    recorded = [one for one in await _events(request) if not is_hidden(one.event, view)]
    lines = request.app[PARTS].tell(recorded, language_of(request))
    return reply(
        {
            "lines": [wire(line) for line in lines],
            "events": [event_wire(one, View.SUPERVISION) for one in recorded],
        }
    )


async def reveal(request: web.Request) -> web.Response:
    """The caller's number in clear, once the wish and its reason are in the audit."""
    reason = text_field(await body_of(request), "reason", 200)
    parts, account = request.app[PARTS], request[SIGNED_IN].account
    recorded = await _events(request)
    call_id = call_id_of(request)
    number = _number(recorded, call_id, parts)
    await parts.audit.note(
        account.login, "reveal.callerNumber", call_id, reason=reason, at=parts.now()
    )
    return reply({"callerNumber": number})


async def _events(request: web.Request) -> Sequence[Recorded]:
    """The call's events, if this person may see them. Raises ApiError 404, 403."""
    parts, account = request.app[PARTS], request[SIGNED_IN].account
    call_id = call_id_of(request)
    live = Records.of(parts.desk.snapshot()).calls.get(call_id)
    recorded = await parts.history.story(call_id)
    if not recorded and live is None:
        raise ApiError(404, "call.unknown")
    if account.role is Role.AGENT:
        agent_id = agent_of(account)
        taken = {getattr(one.event, "agent_id", None) for one in recorded}
        if agent_id not in taken and not (live and live.agent_id == agent_id):
            raise ApiError(403, "call.not_yours")
    return recorded


def call_id_of(request: web.Request) -> CallId:
    """The call that a path names. Asterisk's unique ids; anything else is no business of the database."""
    call_id = request.match_info["call_id"]
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", call_id):
        raise ApiError(404, "call.unknown")
    return CallId(call_id)


def _number(recorded: Sequence[Recorded], call_id: CallId, parts: WebParts) -> str:
    # History lags behind the journal by a moment: a call that lives is asked first.
    if live := Records.of(parts.desk.snapshot()).calls.get(call_id):
        return live.caller_number
    for one in recorded:
        if isinstance(one.event, Offered | CallbackRequested):
            return one.event.caller_number
        if isinstance(one.event, Originated):
            return one.event.number
    raise ApiError(404, "call.unknown")
