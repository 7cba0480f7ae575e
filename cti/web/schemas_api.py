"""JSON Schemas of the files that people edit, for completion in an editor."""

from aiohttp import web

from cti.core.draft_paths import CATALOGUE, CONFIG, CONFIG_FILES, HOURS
from cti.web.admin_answers import admin_of
from cti.web.errors import ApiError
from cti.web.replies import reply

FILES = {
    HOURS: "hours",
    CATALOGUE: "prompts",
    "dialplan/*.yaml": "dialplan",
    "dialplan/tests/*.yaml": "flows",
    "config/rules/*.yaml": "rules",
    **{f"{CONFIG}{name}.yaml": name for name in CONFIG_FILES},
}
"""Which schema is for which files; the first that fits counts."""


async def schemas(_request: web.Request) -> web.Response:
    """Which schema is for which files."""
    return reply({"files": FILES})


async def schema(request: web.Request) -> web.Response:
    """One JSON Schema; each description is in Chinese, then in English."""
    found = admin_of(request).schemas().get(request.match_info["name"])
    if found is None or request.match_info["name"] not in FILES.values():
        raise ApiError(404, "http.404")
    return reply(found)
