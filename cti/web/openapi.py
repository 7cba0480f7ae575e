"""The HTTP interface in OpenAPI 3.1: routes and roles from the table of routes, the rest from
openapi.yaml beside this file."""

import inspect
from collections.abc import Iterable
from importlib import resources
from typing import Any

import yaml
from aiohttp import web

from cti.web.replies import reply
from cti.web.routes import Route

DOCUMENT = web.AppKey("DOCUMENT", dict[str, Any])


async def serve(request: web.Request) -> web.Response:
    """This interface as a document."""
    return reply(request.app[DOCUMENT])


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document; a route's summary is its docstring's first line."""
    found: dict[str, Any] = yaml.safe_load(
        resources.files(__package__).joinpath("openapi.yaml").read_text("utf-8")
    )
    operations: dict[str, dict[str, Any]] = found.pop("operations")
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = operations[f"{route.method} {route.path}"]
        paths.setdefault(route.path, {})[route.method.lower()] = {
            "summary": (inspect.getdoc(route.serve) or "").split("\n")[0],
            **_access(route),
            **described,
            "responses": {**described["responses"], "default": {"$ref": _ERROR}},
        }
    return {**found, "paths": paths}


_ERROR = "#/components/responses/Error"


def _access(route: Route) -> dict[str, Any]:
    if route.machine:
        return {"security": [{"gateway": []}]}
    if route.roles is None:
        return {"security": []}
    return {"x-roles": sorted(role.value for role in route.roles)}
