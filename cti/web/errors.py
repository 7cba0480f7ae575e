"""Every failure as JSON ``{code, message}``: one table exception → status, one middleware."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from cti.messages import text
from cti.services.admin_ports import Impossible
from cti.services.ports import Conflict, HistoryDown, Refused, StoreDown, TelephonyDown
from cti.web.language import language_of
from cti.web.messages import encode

log = logging.getLogger(__name__)


class ApiError(Exception):
    """A request that cannot be served; ``code`` names its sentence in messages ``web.CODE``."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


MISSING = frozenset({"no_draft", "no_such_login"})
"""What an admin's wish may be about, and is not there."""
STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (StoreDown, 503, "failure.store"),
    (HistoryDown, 503, "failure.history"),
    (TelephonyDown, 503, "failure.telephony"),
    (Conflict, 409, "failure.conflict"),
    (TimeoutError, 504, "failure.timeout"),
    (ConnectionError, 503, "failure.connection"),
    (Exception, 500, "failure.internal"),
)
"""First match counts, so the general ones stand last."""


def described(why: Exception, language: str) -> tuple[int, str, str]:
    """Status, code and sentence of a failure; what is not in the table's upper rows is logged."""
    match why:
        case ApiError():
            return why.status, why.code, text(f"web.{why.code}", language, **why.values)
        case Impossible():
            status = 404 if why.code in MISSING else 409
            return status, f"admin.{why.code}", text(f"admin.{why.code}", language, **why.values)
        case Refused():
            return 409, f"desk.{why.code}", _refusal(why, language)
        case web.HTTPException():
            return why.status, *_http(why.status, language)
    status, code = next((status, code) for kind, status, code in STATUS if isinstance(why, kind))
    trace = why if status == 500 else None
    log.error("request failed", extra={"fact": "request_failed", "code": code}, exc_info=trace)
    return status, code, text(f"web.{code}", language)


def _refusal(why: Refused, language: str) -> str:
    try:
        return text(f"desk.{why.code}", language, **why.values)
    except KeyError:
        log.error("no sentence for a refusal", extra={"fact": "no_sentence", "code": why.code})
        return text("desk.refused", language)


def _http(status: int, language: str) -> tuple[str, str]:
    code = f"http.{status}" if status in (404, 405, 413) else "http.other"
    return code, text(f"web.{code}", language)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer any failure with its status and sentence; no stack trace leaves the server."""
    try:
        return await handler(request)
    except web.HTTPException as why:
        if why.status < 400:
            raise
        return _response(request, why)
    except Exception as why:
        return _response(request, why)


def _response(request: web.Request, why: Exception) -> web.Response:
    status, code, message = described(why, language_of(request))
    response = web.Response(
        status=status,
        body=encode({"code": code, "message": message}),
        content_type="application/json",
    )
    if isinstance(why, ApiError) and status == 429:
        response.headers["Retry-After"] = "60"
    if isinstance(why, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = why.headers["Allow"]
    return response
