"""Recordings: search, hear with ranges, hold and release. Every hearing is in the audit first."""

import re

from aiohttp import web

from cti.core.recordings import PartKind, Recording
from cti.services.ports import Role
from cti.services.recording_desk import RecordingDesk
from cti.services.recording_ports import RecordingQuery
from cti.web.errors import ApiError
from cti.web.masking import masked_number
from cti.web.messages import Json, wire
from cti.web.parts import PARTS, SIGNED_IN, RecordingParts
from cti.web.query_fields import NAME, NUMBER, text_of, time_of
from cti.web.replies import body_of, reply, text_field

MOST = 500
LONGEST_REASON = 200
SEARCHERS = frozenset({Role.SUPERVISOR, Role.QA, Role.ADMIN})
"""Those who may look for a whole number."""


async def recordings(request: web.Request) -> web.Response:
    """Recordings, newest first; numbers masked. A search by number is in the audit."""
    parts = _parts(request)
    query = _query(request)
    if query.caller_number is not None:
        if request[SIGNED_IN].account.role not in SEARCHERS:
            raise ApiError(403, "recording.no_number_search")
        await _note(request, "recording.search", masked_number(query.caller_number))
    found = await parts.desk.find(query)
    return reply([_record(each) for each in found if _may_hear(request, each)])


async def recording(request: web.Request) -> web.Response:
    """One recording, with who is heard when."""
    return reply(_record(await _one(request)))


async def audio(request: web.Request) -> web.StreamResponse:
    """The sound (WAV, caller left, agent right); ranges are served. ``download=1`` saves it."""
    found = await _one(request)
    path = _parts(request).desk.path(found)
    if path is None:
        raise ApiError(404, "recording.no_audio")
    download = request.query.get("download") == "1"
    await _note(request, "recording.download" if download else "recording.play", found.recording_id)
    headers = {"Content-Type": "audio/wav"}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{found.recording_id}.wav"'
    return web.FileResponse(path, headers=headers)


async def hold(request: web.Request) -> web.Response:
    """Nobody and nothing may delete it until it is released."""
    found, reason = await _one(request), text_field(await body_of(request), "reason", 200)
    login = request[SIGNED_IN].account.login
    await _parts(request).desk.hold(found.recording_id, login, reason)
    return reply(_record(await _one(request)))


async def release(request: web.Request) -> web.Response:
    """End the hold."""
    found, reason = await _one(request), text_field(await body_of(request), "reason", 200)
    login = request[SIGNED_IN].account.login
    await _parts(request).desk.release(found.recording_id, login, reason)
    return reply(_record(await _one(request)))


def _parts(request: web.Request) -> RecordingParts:
    parts = request.app[PARTS].recordings
    if parts is None:
        raise ApiError(404, "http.404")
    if request[SIGNED_IN].account.role is Role.AGENT and not parts.agents_hear_own:
        raise ApiError(403, "recording.not_for_agents")
    return parts


async def _one(request: web.Request) -> Recording:
    """The recording, if this person may hear it. Raises ApiError 404."""
    parts, asked = _parts(request), request.match_info["recording_id"]
    found = await parts.desk.get(asked) if NAME.fullmatch(asked) else None
    if found is None or not _may_hear(request, found):
        raise ApiError(404, "recording.unknown")
    return found


def _may_hear(request: web.Request, found: Recording) -> bool:
    """An agent hears only what is his from end to end: what others said is theirs."""
    account = request[SIGNED_IN].account
    if account.role is not Role.AGENT:
        return True
    talkers = {part.agent_id for part in found.parts if part.kind is PartKind.TALK}
    return talkers == {account.agent_id}


async def _note(request: web.Request, action: str, subject: str) -> None:
    reason = request.query.get("reason", "")[:LONGEST_REASON]
    desk: RecordingDesk = _parts(request).desk
    await desk.note(request[SIGNED_IN].account.login, action, subject, reason)


def _query(request: web.Request) -> RecordingQuery:
    account = request[SIGNED_IN].account
    own = account.agent_id if account.role is Role.AGENT else None
    return RecordingQuery(
        since=time_of(request, "since"),
        until=time_of(request, "until"),
        agent_id=own or text_of(request, "agent", NAME),
        queue=text_of(request, "queue", NAME),
        call_id=text_of(request, "callId", NAME),
        wrap_up=text_of(request, "wrapUpReason", NAME),
        caller_number=text_of(request, "number", NUMBER),
        keep=text_of(request, "class", NAME),
        held={"1": True, "0": False}.get(request.query.get("held", "")),
        least_s=float(_whole(request, "leastS", 0, 86_400)),
        limit=min(_whole(request, "limit", 100, 9999), MOST),
    )


def _whole(request: web.Request, name: str, default: int, most: int) -> int:
    asked = request.query.get(name)
    if asked is None:
        return default
    if re.fullmatch(r"[0-9]{1,5}", asked, re.ASCII) and int(asked) <= most:
        return int(asked)
    raise ApiError(400, "request.wrong_number", field=name)


def _record(found: Recording) -> Json:
    parts = [wire(part) for part in found.parts]
    shown = {**wire(found), "parts": parts, "onHold": found.on_hold}
    del shown["file"]
    number = masked_number(found.caller_number) if found.caller_number else ""
    return {**shown, "callerNumber": number}
