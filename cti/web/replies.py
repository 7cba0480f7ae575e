"""How routes read bodies and write answers."""

from typing import Any

import orjson
from aiohttp import web

from cti.web.errors import ApiError
from cti.web.messages import encode


def reply(value: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=encode(value), content_type="application/json")


async def body_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object. Raises ApiError 400; a body over the limit raises 413."""
    try:
        found = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise ApiError(400, "request.not_json") from None
    if not isinstance(found, dict):
        raise ApiError(400, "request.not_json")
    return found


def text_field(found: dict[str, Any], name: str, longest: int) -> str:
    """A text of 1 to ``longest`` characters, without the blanks around it. Raises ApiError 400."""
    value = found.get(name)
    if isinstance(value, str) and 0 < len(value.strip()) <= longest:
        return value.strip()
    raise ApiError(400, "request.wrong_field", field=name, longest=longest)
