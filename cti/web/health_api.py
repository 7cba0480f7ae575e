"""The health page: every part of the installation, its state, and what to do about it."""

from aiohttp import web

from cti.services.health import Part, State, worst
from cti.web.admin_answers import Json, admin_of
from cti.web.parts import PARTS
from cti.web.replies import reply


async def health(request: web.Request) -> web.Response:
    """What is well and what is not, within three seconds."""
    found = await admin_of(request).health.look()
    return reply(
        {
            "at": request.app[PARTS].now(),
            "tookS": round(found.took_s, 3),
            "worst": worst(found.parts),
            "parts": [_part(each) for each in found.parts],
        }
    )


def _part(each: Part) -> Json:
    return {
        "part": each.part,
        "state": each.state,
        "code": each.code,
        "what": dict(each.what),
        "cure": dict(each.cure) if each.state is not State.OK else {"zh": "", "en": ""},
    }
