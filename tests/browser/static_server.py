"""Serves the built desktop as cti/web does: same paths, same security headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from cti.web.server import SECURITY_HEADERS

BUILT = Path(__file__).parents[2] / "cti/web/static"
FOLDER = web.AppKey("FOLDER", Path)


async def _file(request: web.Request) -> web.FileResponse:
    folder = request.app[FOLDER]
    wanted = (folder / request.match_info["path"]).resolve()
    found = wanted if wanted.is_file() and wanted.is_relative_to(folder) else folder / "index.html"
    return web.FileResponse(found, headers=SECURITY_HEADERS)


@asynccontextmanager
async def serve_static(folder: Path = BUILT) -> AsyncIterator[str]:
    """The address of a running server on a free port."""
    app = web.Application()
    app[FOLDER] = folder
    app.router.add_get("/{path:.*}", _file)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
