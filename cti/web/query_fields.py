"""Fields of an address's query: each is checked before anything is asked with it."""

import re
from datetime import UTC, datetime

from aiohttp import web

from cti.web.errors import ApiError

NAME = re.compile(r"[A-Za-z0-9._@-]{1,96}", re.ASCII)
NUMBER = re.compile(r"\+?[0-9]{3,20}", re.ASCII)


def text_of(request: web.Request, name: str, form: re.Pattern[str]) -> str | None:
    """The field, None where it is not there. Raises ApiError 400 for what has another form."""
    asked = request.query.get(name)
    if asked is not None and not form.fullmatch(asked):
        raise ApiError(400, "request.wrong_field", field=name, longest=96)
    return asked


def time_of(request: web.Request, name: str) -> datetime | None:
    """The moment in UTC, None where it is not there. Raises ApiError 400."""
    asked = request.query.get(name)
    return None if asked is None else read_time(asked, name)


def read_time(text: str, name: str) -> datetime:
    """A moment in UTC; one without a zone is UTC. Raises ApiError 400 that names the field."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(400, "request.wrong_time", field=name) from None
