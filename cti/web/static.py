"""The built desktop: its files, and its first page for every other path."""

import asyncio
from pathlib import Path

from aiohttp import web

from cti.web.errors import ApiError
from cti.web.parts import PARTS

_FOREVER = "public, max-age=31536000, immutable"


async def desktop(request: web.Request) -> web.StreamResponse:
    """A file of the folder; paths without a dot are the desktop's own and get index.html."""
    path = request.match_info["path"]
    if path.startswith("api/"):
        raise web.HTTPNotFound
    found = await asyncio.to_thread(_find, request.app[PARTS].static, path)
    # Vite puts a hash of the content into the names of assets, so they never change.
    hashed = path.startswith("assets/")
    return web.FileResponse(found, headers={"Cache-Control": _FOREVER if hashed else "no-cache"})


def _find(root: Path, path: str) -> Path:
    wanted = path if "." in path.rsplit("/", 1)[-1] else "index.html"
    try:
        found = (root / wanted).resolve()
        if found.is_relative_to(root.resolve()) and found.is_file():
            return found
    except (OSError, ValueError):  # a name too long, or with a NUL
        pass
    raise ApiError(404, "desktop.missing" if wanted == "index.html" else "http.404")
