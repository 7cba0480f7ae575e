"""The menu as a picture: of what is in force, of a version, of one's own draft; with live counts."""

import re

from aiohttp import web

from cti.core.ivr.versions import NotPossible
from cti.services.menu_pictures import Traffic, Unreadable
from cti.services.ports import Role
from cti.web.admin_answers import Json, admin_of, login_of
from cti.web.drafts_api import refused, told
from cti.web.errors import ApiError
from cti.web.findings import found_in
from cti.web.language import language_of
from cti.web.parts import SIGNED_IN
from cti.web.replies import reply

CURRENT, DRAFT = "current", "draft"
LONGEST_NAME = 100
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@told
async def menu(request: web.Request) -> web.Response:
    """Nodes and edges of a tree, as they hang together."""
    of, tree = _of(request), request.query.get("tree", "")[:LONGEST_NAME]
    pictures = admin_of(request).pictures
    try:
        if of == DRAFT:
            return reply(
                {"of": of, "version": 0, **await pictures.of_files(await _own(request), tree)}
            )
        number, found = await pictures.of_version(_number(of), tree)
    except Unreadable as unreadable:
        return _unreadable(request, unreadable)
    return reply({"of": of, "version": number, **found})


@told
async def live(request: web.Request) -> web.Response:
    """Where callers are now, and where they went today."""
    return reply(_traffic(await admin_of(request).pictures.traffic()))


@told
async def svg(request: web.Request) -> web.Response:
    """The picture as a file; with ``traffic``, where callers went today."""
    of, pictures = _of(request), admin_of(request).pictures
    wish: Json = {
        "tree": request.query.get("tree", "")[:LONGEST_NAME],
        "language": language_of(request),
        "counts": None,
    }
    if request.query.get("traffic") == "true":
        found = await pictures.traffic()
        steps = [[*step, times] for step, times in found.steps.items()]
        wish["counts"] = {"nodes": dict(found.entered), "steps": steps}
    try:
        files = await _own(request) if of == DRAFT else None
        drawn = await pictures.svg(files, _number(of), wish)
    except Unreadable as unreadable:
        return _unreadable(request, unreadable)
    return web.Response(text=drawn, content_type="image/svg+xml")


def _unreadable(request: web.Request, unreadable: Unreadable) -> web.Response:
    return refused(request, 422, "unreadable", **found_in(unreadable.problems))


def _of(request: web.Request) -> str:
    asked = request.query.get("of", CURRENT)
    if asked == DRAFT and request[SIGNED_IN].account.role is not Role.ADMIN:
        raise ApiError(403, "signin.role")
    if asked in (CURRENT, DRAFT) or _NUMBER.fullmatch(asked):
        return asked
    raise NotPossible("no_such_version", number=asked[:20])


def _number(of: str) -> int | None:
    return int(of) if of.isdigit() else None


async def _own(request: web.Request) -> dict[str, str]:
    return dict((await admin_of(request).drafts.draft(login_of(request))).texts())


def _traffic(found: Traffic) -> Json:
    entered = found.entered
    names = sorted({*entered, *found.at_nodes})
    return {
        "at": found.at,
        "since": found.since,
        "callers": found.callers,
        "nodes": {
            name: {"now": found.at_nodes.get(name, 0), "today": entered.get(name, 0)}
            for name in names
        },
        "edges": [
            {"source": source, "target": target, "today": times}
            for (source, target), times in found.steps.items()
            if target
        ],
    }
