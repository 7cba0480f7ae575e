"""Forms over queues, skills, agents, opening hours and days."""

from aiohttp import web

from cti.services.admin_ports import Stale
from cti.services.forms import AREAS, BadFields, Form
from cti.web.admin_answers import Json, admin_of, large_body_of, login_of, reason_in
from cti.web.drafts_api import refused, told
from cti.web.errors import ApiError
from cti.web.findings import found_in
from cti.web.replies import reply


async def forms(_request: web.Request) -> web.Response:
    """Which forms there are, over which files."""
    return reply(
        [
            {"area": name, "file": area.file, "takesEffect": area.takes_effect}
            for name, area in AREAS.items()
        ]
    )


@told
async def form(request: web.Request) -> web.Response:
    """A form as its file has it, with what its fields may name."""
    name, found = _area(request), admin_of(request).forms
    choices = await found.choices(login_of(request))
    listed = {
        kind: [{"code": code, "label": dict(label)} for code, label in each]
        for kind, each in choices.items()
    }
    return reply({**_form(name, await found.read(login_of(request), name)), "choices": listed})


@told
async def write(request: web.Request) -> web.Response:
    """Let the file say what the form says; everything else in it stays as it is."""
    name, body = _area(request), await large_body_of(request)
    fields, seen = body.get("fields"), body.get("etag")
    if not (isinstance(fields, dict) and isinstance(seen, str)):
        raise ApiError(400, "request.not_json")
    found, login = admin_of(request).forms, login_of(request)
    try:
        made = await found.write(login, name, (fields, seen), reason_in(body))
    except BadFields:
        raise ApiError(400, "request.wrong_choice", field="fields") from None
    except Stale as stale:
        there = await found.read(login, name)
        etag = stale.file.etag if stale.file else there.etag
        return refused(request, 409, "stale", etag=etag, fields=dict(there.fields))
    told_of = found_in(made.problems)
    return reply(
        {
            "etag": made.form.etag,
            "takesEffect": made.form.area.takes_effect,
            "changed": list(made.changed),
            **told_of,
        }
    )


def _area(request: web.Request) -> str:
    name = request.match_info["area"]
    if name in AREAS:
        return name
    raise ApiError(404, "http.404")


def _form(name: str, found: Form) -> Json:
    return {
        "area": name,
        "file": found.area.file,
        "etag": found.etag,
        "takesEffect": found.area.takes_effect,
        "fields": dict(found.fields),
        "schema": found.area.schema,
        "writable": found.writable,
    }
