"""What callers would hear of a draft: every sentence beside what they hear now, and its sound."""

from aiohttp import web

from cti.services.sentences import Pair, Sentence
from cti.web.admin_answers import Json, admin_of, login_of
from cti.web.drafts_api import told
from cti.web.errors import ApiError
from cti.web.ranges import ranged
from cti.web.replies import reply


@told
async def words(request: web.Request) -> web.Response:
    """Every sentence of the draft, changed ones first."""
    found = await admin_of(request).drafts.words(login_of(request))
    return reply([_pair(each) for each in found])


async def sound(request: web.Request) -> web.Response:
    """A sentence as WAV; ranges are served. What callers hear anyway needs no line in the audit."""
    name = f"{request.match_info['folder']}/{request.match_info['name']}"
    found = await admin_of(request).speech.booth.wav(name)
    if found is None:
        raise ApiError(404, "http.404")
    return ranged(request, found, "audio/wav")


def _pair(pair: Pair) -> Json:
    return {
        "language": pair.one.language,
        "prompt": pair.one.prompt,
        "changed": pair.changed,
        "before": _said(pair.before),
        "now": _said(pair.now),
    }


def _said(sentence: Sentence | None) -> Json | None:
    return {"text": sentence.text, "sound": sentence.sound} if sentence else None
