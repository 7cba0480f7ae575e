"""The admin's draft: files read and written, checked, tested, compared, published."""

import functools
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from cti.core.draft_paths import schema_of, shown_in
from cti.core.ivr.versions import NotPossible
from cti.services.admin_ports import Draft, DraftFile, Stale
from cti.services.draft_runs import Run
from cti.services.drafts import (
    CURRENT,
    FOLDER,
    TAKES_EFFECT,
    BadPath,
    BadText,
    Drafts,
    FolderChanged,
    Unusable,
)
from cti.services.version_desk import Way, Wish
from cti.web import versions_api
from cti.web.admin_answers import (
    Json,
    admin_of,
    large_body_of,
    login_of,
    reason_in,
)
from cti.web.errors import ApiError, described
from cti.web.findings import finding, found_in, words
from cti.web.language import language_of
from cti.web.replies import body_of, reply, text_field

BASE = "base"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

Serve = Callable[[web.Request], Awaitable[web.Response]]


def told(serve: Serve) -> Serve:
    """What refuses a change becomes an answer with all that is needed to go on."""

    @functools.wraps(serve)
    async def answered(request: web.Request) -> web.Response:
        try:
            return await serve(request)
        except Stale as stale:
            file = stale.file
            there = {"etag": file and file.etag, "text": file and file.text}
            return refused(request, 409, "stale", **there)
        except FolderChanged as changed:
            return refused(request, 409, "folder_changed", files=list(changed.files))
        except Unusable as unusable:
            found = found_in(unusable.problems)
            return refused(request, 422, "unfit", **found)

    return versions_api.told(answered)


def refused(request: web.Request, status: int, code: str, **further: object) -> web.Response:
    """A refusal with all that is needed to go on."""
    said = words(f"admin.{code}")[language_of(request)]
    return reply({"code": f"admin.{code}", "message": said, **further}, status)


@told
async def draft(request: web.Request) -> web.Response:
    """The asker's draft: what it began from, and its files."""
    drafts = admin_of(request).drafts
    return reply(await _draft(drafts, await _own(request)))


@told
async def begin(request: web.Request) -> web.Response:
    """A new draft of what is in force, of the server's folder, or of a version."""
    body, drafts = await body_of(request), admin_of(request).drafts
    anew = body.get("replace", False) is True
    made = await drafts.begin(login_of(request), _source(body.get("from", CURRENT)), anew=anew)
    return reply(await _draft(drafts, made), 201)


@told
async def drop(request: web.Request) -> web.Response:
    """Throw the draft away."""
    await admin_of(request).tests.stop(login_of(request))
    await admin_of(request).drafts.drop(login_of(request))
    return reply({"ok": True})


@told
async def file(request: web.Request) -> web.Response:
    """One file of the draft, beside what it was; its text is None where it was taken out."""
    found = (await _own(request)).files.get(request.query.get("path", ""))
    if found is None or found.nothing:
        raise ApiError(404, "http.404")
    return reply(
        {"path": found.path, "text": found.text, "etag": found.etag, "base": found.base_text}
    )


@told
async def write(request: web.Request) -> web.Response:
    """Put a text where the file is that the writer saw; 409 with what is there otherwise."""
    body = await large_body_of(request)
    path, text, seen = body.get("path"), body.get("text"), body.get("etag")
    if not (isinstance(path, str) and isinstance(text, str) and isinstance(seen, str | None)):
        raise ApiError(400, "request.not_json")
    made = await _put(admin_of(request).drafts.write(login_of(request), path, text, seen))
    return reply({"path": made.path, "etag": made.etag, "changed": made.changed})


@told
async def remove(request: web.Request) -> web.Response:
    """Take a file out of the draft."""
    path, seen = request.query.get("path", ""), request.query.get("etag", "")
    try:
        await admin_of(request).drafts.remove(login_of(request), path, seen)
    except BadPath:
        raise ApiError(400, "request.wrong_choice", field="path") from None
    return reply({"ok": True})


async def _put(writing: Awaitable[DraftFile]) -> DraftFile:
    try:
        return await writing
    except BadPath:
        raise ApiError(400, "request.wrong_choice", field="path") from None
    except BadText:
        raise ApiError(400, "request.wrong_field", field="text", longest=1_000_000) from None


@told
async def check(request: web.Request) -> web.Response:
    """Every finding of the check in the draft."""
    looked_at, problems = await admin_of(request).drafts.check(login_of(request))
    return reply({**found_in(problems), "revision": looked_at.revision})


@told
async def test(request: web.Request) -> web.Response:
    """Begin the flow tests of the draft; how they go is asked by GET."""
    body, parts = await body_of(request), admin_of(request)
    only = body.get("only", "")
    if not isinstance(only, str) or len(only) > 200:
        raise ApiError(400, "request.wrong_field", field="only", longest=200)
    own = await _own(request)
    run = parts.tests.start(login_of(request), own.texts(), own.revision, only)
    return reply(_run(run), 202)


async def test_state(request: web.Request) -> web.Response:
    """How the flow tests of the draft go, and what they came to."""
    return reply(_run(admin_of(request).tests.state(login_of(request))))


async def test_stop(request: web.Request) -> web.Response:
    """End the flow tests that run."""
    await admin_of(request).tests.stop(login_of(request))
    return reply({"ok": True})


@told
async def speak(request: web.Request) -> web.Response:
    """Begin to have the draft's new words spoken; how it goes is asked by GET."""
    parts, own = admin_of(request), await _own(request)
    files = parts.drafts.published(own)
    return reply(_run(parts.speech.runs.start(login_of(request), files, own.revision)), 202)


@told
async def speech(request: web.Request) -> web.Response:
    """How the speaking goes; what of the draft nobody has spoken yet, and whether there is a voice."""
    parts = admin_of(request)
    booth, run = parts.speech.booth, parts.speech.runs.state(login_of(request))
    missing = await booth.unspoken(parts.drafts.published(await _own(request)))
    unspoken = [{"language": language, "prompt": prompt} for language, prompt in missing]
    return reply({**_run(run), "unspoken": unspoken, "voice": booth.has_voice})


async def speech_stop(request: web.Request) -> web.Response:
    """End the speaking; what is spoken stays."""
    await admin_of(request).speech.runs.stop(login_of(request))
    return reply({"ok": True})


@told
async def diff(request: web.Request) -> web.Response:
    """What is not the same as in force (or elsewhere), and what callers would notice."""
    asked = request.query.get("against", CURRENT)
    against = BASE if asked == BASE else _source(int(asked) if _NUMBER.fullmatch(asked) else asked)
    found = await admin_of(request).drafts.diff(login_of(request), against)
    return reply({"against": against, **found})


@told
async def publish(request: web.Request) -> web.Response:
    """The draft's dialplan as a new version: for all callers, a share of them, or as a shadow."""
    body, drafts = await body_of(request), admin_of(request).drafts
    way = versions_api.way_in(body)
    wish = Wish(
        files={},
        author=login_of(request),
        message=text_field(body, "message", versions_api.LONGEST_MESSAGE),
        way=way,
        share=versions_api.share_in(body) if way is Way.CANARY else 0.0,
    )
    seen = await versions_api.seen_by(drafts.in_force, body)
    made = await drafts.publish(login_of(request), seen, wish)
    return reply(versions_api.version_as_json(made), 201)


@told
async def apply(request: web.Request) -> web.Response:
    """Put the draft's changed configuration into the server's folder."""
    reason = reason_in(await body_of(request))
    written, problems = await admin_of(request).drafts.apply(login_of(request), reason)
    return reply({"written": written, "takesEffect": TAKES_EFFECT, **found_in(problems)})


async def _own(request: web.Request) -> Draft:
    return await admin_of(request).drafts.draft(login_of(request))


def _source(asked: object) -> str | int:
    if asked in (CURRENT, FOLDER) and isinstance(asked, str):
        return asked
    if isinstance(asked, int) and not isinstance(asked, bool) and 0 < asked < 10**9:
        return asked
    if isinstance(asked, int):
        raise NotPossible("no_such_version", number=asked)
    raise ApiError(400, "request.wrong_choice", field="from")


async def _draft(drafts: Drafts, found: Draft) -> Json:
    in_force = (await drafts.in_force()).current
    there = [each for each in found.files.values() if each.text is not None]
    return {
        "base": {"kind": "version" if found.base else "folder", "number": found.base},
        "begunAt": found.begun_at,
        "changedAt": found.changed_at,
        "revision": found.revision,
        "inForce": in_force,
        "outdated": found.base != in_force,
        "files": [_file(each) for each in there],
        "removed": [
            each.path for each in found.files.values() if each.text is None and not each.nothing
        ],
    }


def _file(each: DraftFile) -> Json:
    return {
        "path": each.path,
        "area": shown_in(each.path),
        "schema": schema_of(each.path),
        "etag": each.etag,
        "chars": len(each.text or ""),
        "changed": each.changed,
        "added": each.base_text is None,
    }


def _run(run: Run) -> Json:
    why = {each: described(run.failure, each)[2] for each in ("zh", "en")} if run.failure else None
    return {
        "state": run.state,
        "done": run.done,
        "total": run.total,
        "startedAt": run.started_at,
        "revision": run.revision,
        "why": why,
        "findings": [finding(each) for each in run.problems],
        "result": run.result,
    }
