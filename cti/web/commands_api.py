"""The desktop's commands by request, for those who hold no socket: same table, same answers."""

from aiohttp import web

from cti.web import messages
from cti.web.commands import BadMessage, decode
from cti.web.errors import ApiError
from cti.web.hub import HUB
from cti.web.language import language_of
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.performing import Answer, performed

_OF_SOCKETS = "resume"


async def command(request: web.Request) -> web.Response:
    """Carry out one command. Its ``ref`` makes a repeat harmless, by request or by socket."""
    try:
        asked = decode((await request.read()).decode("utf-8", "replace"))
    except BadMessage as bad:
        raise ApiError(400, bad.code, **bad.values) from None
    if asked.cmd == _OF_SOCKETS:
        raise ApiError(400, "protocol.unknown_command")
    who, parts, language = request[SIGNED_IN], request.app[PARTS], language_of(request)
    if asked.cmd == "ping":
        return _response(Answer(200, messages.done(asked.ref)))
    hub = request.app[HUB]
    answers = hub.answers(who.token)
    answer = await answers.once(asked.ref, lambda: performed(parts, who.account, language, asked))
    hub.commanded(who.account.agent_id)
    return _response(answer)


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.payload, content_type="application/json")
