"""Agents' drafts of their records, and a supervisor's correction of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from cti.core.ids import AgentId, CallId
from cti.messages import text
from cti.services.ports import Refused
from cti.services.reach_ports import Act
from cti.services.wrap_ups import WrapUpDraft
from cti.web.calls_api import call_id_of
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.messages import Json, wire
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, reply, text_field
from cti.web.wrap_up_fields import RECORD, wrap_up_of

DRAFT_BYTES = 8 * 1024
OLDER = "wrap_up.draft_older"


async def drafts(request: web.Request) -> web.Response:
    """What this agent typed of his calls and has not saved, newest first."""
    found = await request.app[PARTS].wrap_ups.drafts(_agent_of(request))
    return reply({"drafts": [wire(draft) for draft in found]})


async def keep_draft(request: web.Request) -> web.Response:
    """Keep what the agent has typed of a call; 409 with what is kept where that is newer."""
    agent_id, call_id = _agent_of(request), call_id_of(request)
    draft = _draft(call_id, await body_of(request))
    try:
        newer = await request.app[PARTS].wrap_ups.keep(agent_id, draft)
    except Refused:
        raise ApiError(403, "call.not_yours") from None
    if newer is None:
        return reply(wire(draft))
    return reply({**_told(OLDER, request), "draft": wire(newer)}, 409)


async def drop_draft(request: web.Request) -> web.Response:
    """Forget what the agent has typed of a call."""
    call_id = call_id_of(request)
    await request.app[PARTS].wrap_ups.drop(_agent_of(request), call_id)
    return reply({"callId": call_id})


async def correct(request: web.Request) -> web.Response:
    """A supervisor corrects the record of a call; why is written into the audit first."""
    body, call_id = await body_of(request), call_id_of(request)
    why = text_field(body, "why", 200)
    for name, field in RECORD.items():
        if not field.accepts(body.get(name)):
            raise ApiError(400, "request.wrong_field", field=name, longest=field.longest)
    act = Act(by=request[SIGNED_IN].account.login, reason=why)
    await request.app[PARTS].wrap_ups.correct(act, wrap_up_of(call_id, body))
    return reply({"callId": call_id})


def _agent_of(request: web.Request) -> AgentId:
    agent_id = request[SIGNED_IN].account.agent_id
    if agent_id is None:
        raise ApiError(403, "signin.no_agent")
    return agent_id


def _draft(call_id: CallId, body: Mapping[str, Any]) -> WrapUpDraft:
    """Raises ApiError 400."""
    fields = body.get("fields")
    if not isinstance(fields, dict) or len(orjson.dumps(fields)) > DRAFT_BYTES:
        raise ApiError(400, "request.wrong_field", field="fields", longest=DRAFT_BYTES)
    try:
        changed_at = datetime.fromisoformat(body.get("changedAt", ""))
    except (TypeError, ValueError):
        raise ApiError(400, "request.wrong_time", field="changedAt") from None
    if changed_at.tzinfo is None:
        raise ApiError(400, "request.wrong_time", field="changedAt")
    return WrapUpDraft(call_id=call_id, changed_at=changed_at, fields=fields)


def _told(code: str, request: web.Request) -> Json:
    return {"code": code, "message": text(f"web.{code}", language_of(request))}
