"""The knowledge of the house, searched."""

from aiohttp import web

from cti.core.knowledge import Subject
from cti.web.errors import ApiError
from cti.web.language import language_of
from cti.web.messages import wire
from cti.web.parts import PARTS
from cti.web.replies import reply

LONGEST = 100


async def knowledge(request: web.Request) -> web.Response:
    """Articles that speak of something, those that fit the queue, menu choice or reason first."""
    subject = Subject(
        queue=_word(request, "queue"),
        nodes=tuple(filter(None, (_word(request, "menu"),))),
        reason=_word(request, "reason"),
    )
    parts, language = request.app[PARTS], language_of(request)
    found = parts.knowledge.find(_word(request, "q"), subject, language)
    return reply({"articles": [wire(article) for article in found]})


def _word(request: web.Request, name: str) -> str:
    asked = request.query.get(name, "")
    if len(asked) > LONGEST:
        raise ApiError(400, "request.wrong_field", field=name, longest=LONGEST)
    return asked
