"""Work items: see them, take one, close it with its result, hear its message."""

import re

from aiohttp import web

from cti.core.work import HIDDEN_FROM_AGENTS, WorkKind, WorkResult, WorkState
from cti.services.ports import Role
from cti.services.work_ports import WorkItem, WorkQuery
from cti.web.errors import ApiError
from cti.web.masking import masked_number
from cti.web.messages import Json, wire
from cti.web.parts import PARTS, SIGNED_IN, MessageParts
from cti.web.replies import body_of, reply, text_field

LONGEST_REMARKS = 1000
MOST = 500
_STATES = {
    "open": (WorkState.OPEN, WorkState.TAKEN),
    "done": (WorkState.DONE,),
}


async def work_items(request: web.Request) -> web.Response:
    """What is to be done, most urgent first, or what is done, newest first; numbers masked."""
    states = _STATES.get(request.query.get("state", "open"))
    if states is None:
        raise ApiError(400, "request.wrong_field", field="state", longest=4)
    asked = request.query.get("kind")
    kinds = [kind.value for kind in _shown_kinds(request) if asked in (None, kind.value)]
    query = WorkQuery(states=states, kinds=kinds or ["-"], limit=_limit(request))
    found = await _parts(request).work.find(query)
    return reply([_record(item) for item in found])


async def take(request: web.Request) -> web.Response:
    """See to it: nobody else can close it from now on."""
    item = await _item(request)
    login, now = request[SIGNED_IN].account.login, request.app[PARTS].now()
    if not await _parts(request).work.take(item.item_id, login, now):
        raise ApiError(409, "work.not_free")
    await _audit(request, item, "work.take", "")
    return reply(_record(await _item(request)))


async def close(request: web.Request) -> web.Response:
    """It is done, with a result and remarks."""
    item = await _item(request)
    body = await body_of(request)
    remarks = body.get("remarks", "")
    if not isinstance(remarks, str) or len(remarks) > LONGEST_REMARKS:
        raise ApiError(400, "request.wrong_field", field="remarks", longest=LONGEST_REMARKS)
    try:
        result = WorkResult(text_field(body, "result", 32))
    except ValueError:
        known = ", ".join(WorkResult)
        raise ApiError(400, "work.wrong_result", known=known) from None
    login = request[SIGNED_IN].account.login
    if not await _parts(request).work.close(item.item_id, login, result, remarks):
        raise ApiError(409, "work.not_free")
    await _audit(request, item, "work.close", result)
    return reply(_record(await _item(request)))


async def reveal(request: web.Request) -> web.Response:
    """The item's number in clear, once the wish and its reason are in the audit."""
    item = await _item(request)
    reason = text_field(await body_of(request), "reason", 200)
    await _audit(request, item, "reveal.workNumber", reason)
    return reply({"number": item.number})


async def audio(request: web.Request) -> web.StreamResponse:
    """The voice message (WAV, 8 kHz); ranges are served. Each hearing is in the audit."""
    item = await _item(request)
    message_id = item.details.get("message_id", "")
    path = await _parts(request).audio(message_id) if message_id else None
    if path is None:
        raise ApiError(404, "work.no_audio")
    if request.http_range.start in (None, 0):  # what follows is the same hearing
        await _audit(request, item, "work.audio", message_id)
    return web.FileResponse(path, headers={"Content-Type": "audio/wav"})


def _parts(request: web.Request) -> MessageParts:
    if found := request.app[PARTS].messages:
        return found
    raise ApiError(404, "http.404")


def _shown_kinds(request: web.Request) -> list[WorkKind]:
    agent = request[SIGNED_IN].account.role is Role.AGENT
    return [kind for kind in WorkKind if not (agent and kind in HIDDEN_FROM_AGENTS)]


async def _item(request: web.Request) -> WorkItem:
    """The item, if this person may see it. Raises ApiError 404."""
    asked = request.match_info["item_id"]
    if re.fullmatch(r"[0-9]{1,9}", asked, re.ASCII):
        item = await _parts(request).work.get(int(asked))
        if item and item.kind in _shown_kinds(request):
            return item
    raise ApiError(404, "work.unknown")


async def _audit(request: web.Request, item: WorkItem, action: str, reason: str) -> None:
    parts, login = request.app[PARTS], request[SIGNED_IN].account.login
    subject = f"{item.kind}/{item.item_id}"
    await parts.audit.note(login, action, subject, reason=reason, at=parts.now())


def _record(item: WorkItem) -> Json:
    found = wire(item)
    del found["key"]
    return {**found, "number": masked_number(item.number) if item.number else ""}


def _limit(request: web.Request) -> int:
    asked = request.query.get("limit", "100")
    if re.fullmatch(r"[1-9][0-9]{0,3}", asked, re.ASCII):
        return min(int(asked), MOST)
    raise ApiError(400, "request.wrong_number", field="limit")
