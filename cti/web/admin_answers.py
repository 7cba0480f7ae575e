"""How the admin's routes read requests and write answers."""

from typing import Any

from aiohttp import web

from cti import messages
from cti.core.problems import Problem, Severity
from cti.web.admin_parts import AdminParts
from cti.web.errors import ApiError
from cti.web.parts import PARTS, SIGNED_IN
from cti.web.replies import body_of, text_field

LONGEST_REASON = 200
LARGE_BODY = 2_000_000
"""A whole dialplan as JSON; other requests are small."""
Json = dict[str, Any]


def admin_of(request: web.Request) -> AdminParts:
    """The parts of this page. Raises ApiError 404 where there is none."""
    if found := request.app[PARTS].admin:
        return found
    raise ApiError(404, "http.404")


def login_of(request: web.Request) -> str:
    """Who asks."""
    return request[SIGNED_IN].account.login


def reason_in(body: Json) -> str:
    """Why; it goes into the audit."""
    return text_field(body, "reason", LONGEST_REASON)


async def large_body_of(request: web.Request) -> Json:
    """The JSON object of a request that may hold a file."""
    return await body_of(request.clone(client_max_size=LARGE_BODY))


async def note(request: web.Request, action: str, subject: str, reason: str) -> None:
    """One line of the audit. Raises HistoryDown."""
    parts = request.app[PARTS]
    await parts.audit.note(login_of(request), action, subject, reason=reason, at=parts.now())


def words(key: str, **values: object) -> dict[str, str]:
    """A sentence in each language."""
    return {each: messages.text(key, each, **values) for each in messages.LANGUAGES}


def finding(problem: Problem) -> Json:
    """One finding, with its words in each language."""
    languages = messages.LANGUAGES
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": problem.severity.value,
        "rule": problem.code.rpartition(".")[2],
        "code": problem.code,
        "what": {each: messages.what(problem, each) for each in languages},
        "cure": {each: messages.cure(problem, each) for each in languages},
    }


def found_in(problems: list[Problem]) -> Json:
    """All findings, and how many of each kind."""
    errors = sum(each.severity is Severity.ERROR for each in problems)
    return {
        "findings": [finding(each) for each in problems],
        "errors": errors,
        "warnings": len(problems) - errors,
    }
