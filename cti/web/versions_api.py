"""Published dialplans: which are in force, publishing the server's folder, taking back, trials."""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiohttp import web

from cti import messages
from cti.core.ivr.shadow_report import grouped
from cti.core.ivr.versions import InForce, NotPossible, Version
from cti.core.measures.canary import Counts
from cti.services.version_desk import Unfit, Way, Wish
from cti.services.version_ports import Follower, OutrunBy
from cti.web.errors import ApiError
from cti.web.findings import finding
from cti.web.language import language_of
from cti.web.messages import Json
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, reply, text_field

LONGEST_MESSAGE = 500
MOST_PER_CENT = 99

Serve = Callable[[web.Request], Awaitable[web.Response]]


def told(serve: Serve) -> Serve:
    """What refuses a change becomes an answer that says who or what it was."""

    @functools.wraps(serve)
    async def answered(request: web.Request) -> web.Response:
        language = language_of(request)
        try:
            return await serve(request)
        except Unfit as unfit:
            found = {"code": "versions.unfit", "problems": _problems(unfit, language)}
            found["findings"] = [finding(each) for each in unfit.problems]
            said = messages.text("versions.unfit", language, errors=len(unfit.problems))
            return reply({**found, "message": said}, 422)
        except NotPossible as no:
            key = f"versions.not_possible.{no.code}"
            said = messages.text(key, language, **no.values)
            return reply({"code": f"versions.{no.code}", "message": said}, 409)
        except OutrunBy as other:
            return reply(_outrun(other.held, language), 409)

    return answered


def _problems(unfit: Unfit, language: str) -> list[Json]:
    return [
        {
            "place": str(each.mark),
            "what": messages.what(each, language),
            "cure": messages.cure(each, language),
        }
        for each in unfit.problems
    ]


def _outrun(held: InForce, language: str) -> Json:
    did = messages.text(f"versions.did.{held.did}", language) if held.did else ""
    who = {"author": held.act.author, "message": held.act.message} if held.act else {}
    values = {"author": "", "message": "", **who}
    said = messages.text("versions.outrun", language, did=did, number=held.number, **values)
    return {"code": "versions.outrun", "message": said}


@told
async def versions(request: web.Request) -> web.Response:
    """Every version, newest first; what is in force; how far each server is."""
    found = request.app[PARTS].dialplan
    held = await found.desk.in_force()
    return reply(
        {
            "inForce": _in_force(held, found.canary()),
            "versions": [
                {**version_as_json(one.version), "state": one.state}
                for one in await found.desk.listed()
            ],
            "servers": [_server(one) for one in await found.desk.running()],
        }
    )


@told
async def version(request: web.Request) -> web.Response:
    """One version with its files."""
    desk, number = request.app[PARTS].dialplan.desk, _number(request)
    found, held = await desk.version(number), await desk.in_force()
    return reply(
        {**version_as_json(found), "state": held.state_of(number), "files": dict(found.files)}
    )


@told
async def publish(request: web.Request) -> web.Response:
    """Publish the server's dialplan folder: to all callers, to a share of them, or as a shadow."""
    parts, body = request.app[PARTS], await body_of(request)
    way, message = way_in(body), text_field(body, "message", LONGEST_MESSAGE)
    wish = Wish(
        files=parts.dialplan.files(),
        author=request[SIGNED_IN].account.login,
        message=message,
        way=way,
        share=share_in(body) if way is Way.CANARY else 0.0,
    )
    desk = parts.dialplan.desk
    made = await desk.publish(await seen_by(desk.in_force, body), wish)
    await _note(request, f"dialplan.publish.{way}", made.number, message)
    return reply(version_as_json(made), 201)


@told
async def roll_back(request: web.Request) -> web.Response:
    """A version is in force again; without a number the one before, or a canary ends."""
    body, author = await body_of(request), request[SIGNED_IN].account.login
    message = text_field(body, "message", LONGEST_MESSAGE)
    desk = request.app[PARTS].dialplan.desk
    wanted = _number(request) if "number" in request.match_info else None
    number = await desk.roll_back(await seen_by(desk.in_force, body), author, message, wanted)
    await _note(request, "dialplan.rollBack", number, message)
    return reply({"number": number})


@told
async def promote(request: web.Request) -> web.Response:
    """The version on trial is in force for everybody."""
    body, author = await body_of(request), request[SIGNED_IN].account.login
    message = text_field(body, "message", LONGEST_MESSAGE)
    desk = request.app[PARTS].dialplan.desk
    number = await desk.promote(await seen_by(desk.in_force, body), author, message)
    await _note(request, "dialplan.promote", number, message)
    return reply({"number": number})


@told
async def shadow(request: web.Request) -> web.Response:
    """Who would have gone elsewhere with the shadow version, grouped."""
    results = await request.app[PARTS].dialplan.desk.shadow_results()
    groups = [
        {**asdict(group), "examples": list(group.examples)} for group in grouped(results.differed)
    ]
    return reply({"number": results.number, "counts": dict(results.counts), "groups": groups})


@told
async def end_shadow(request: web.Request) -> web.Response:
    """The shadow version runs no more."""
    body, author = await body_of(request), request[SIGNED_IN].account.login
    message = text_field(body, "message", LONGEST_MESSAGE)
    desk = request.app[PARTS].dialplan.desk
    before = await seen_by(desk.in_force, body)
    await desk.end_shadow(before, author, message)
    await _note(
        request, "dialplan.endShadow", before.shadow.number if before.shadow else 0, message
    )
    return reply({"ok": True})


async def seen_by(in_force: Callable[[], Awaitable[InForce]], body: Json) -> InForce:
    """What the person saw when he decided: a page that is out of date must not win."""
    held, asked = await in_force(), body.get("sequence")
    if asked is not None and asked != held.sequence:
        raise OutrunBy(held)
    return held


async def _note(request: web.Request, action: str, number: int, message: str) -> None:
    parts, login = request.app[PARTS], request[SIGNED_IN].account.login
    await parts.audit.note(login, action, f"version {number}", reason=message, at=parts.now())


def _number(request: web.Request) -> int:
    asked = request.match_info["number"]
    if asked.isascii() and asked.isdigit() and len(asked) <= 9:
        return int(asked)
    raise NotPossible("no_such_version", number=asked[:20])


def way_in(body: Json) -> Way:
    """How the version meets callers. Raises ApiError 400."""
    try:
        return Way(body.get("way", Way.ALL))
    except ValueError:
        raise ApiError(400, "request.wrong_choice", field="way") from None


def share_in(body: Json) -> float:
    """Per cent of the callers. Raises ApiError 400."""
    value = body.get("share")
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value <= MOST_PER_CENT
    ):
        return float(value)
    raise ApiError(400, "request.wrong_number", field="share")


def version_as_json(found: Version) -> Json:
    """A version without its files."""
    return {
        "number": found.number,
        "author": found.author,
        "message": found.message,
        "at": found.at,
        "digest": found.digest,
    }


def _in_force(held: InForce, counts: tuple[Counts, Counts] | None) -> Json:
    canary, shadow_ = held.canary, held.shadow
    trial = canary and {
        "number": canary.number,
        "share": canary.share,
        "since": canary.since,
        "counts": _counts(counts) if counts else None,
    }
    return {
        "sequence": held.sequence,
        "current": held.current,
        "previous": held.previous,
        "canary": trial,
        "shadow": shadow_ and {"number": shadow_.number, "since": shadow_.since},
    }


def _counts(counts: tuple[Counts, Counts]) -> Json:
    return {"canary": asdict(counts[0]), "current": asdict(counts[1])}


def _server(one: Follower) -> Json:
    refused = [{"number": number, "why": why} for number, why in one.refused.items()]
    return {
        "server": one.server,
        "sequence": one.sequence,
        "current": one.current,
        "refused": refused,
    }
