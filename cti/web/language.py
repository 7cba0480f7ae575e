"""Which language a request speaks."""

from aiohttp import web

from cti.messages import DEFAULT_LANGUAGE, LANGUAGES


def preferred(accept_language: str) -> str:
    """The first language of ours in an Accept-Language header (RFC 9110 §12.5.4), Chinese if none.

    Browsers list languages in the order of their weights, so the weights need no reading.
    """
    tags = (part.split(";")[0].strip().lower()[:2] for part in accept_language.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), DEFAULT_LANGUAGE)


def language_of(request: web.BaseRequest) -> str:
    """The query's ``language`` if it is one of ours, else what the browser prefers."""
    asked = request.query.get("language", "")
    return asked if asked in LANGUAGES else preferred(request.headers.get("Accept-Language", ""))
