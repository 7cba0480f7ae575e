"""Parts of something that is held in memory (RFC 9110 §14)."""

from aiohttp import web


def ranged(request: web.Request, found: bytes, content_type: str) -> web.Response:
    """What the request asks for: all of it, one part (206), or nothing (416: it begins behind the end)."""
    headers = {"Accept-Ranges": "bytes"}
    part = _part(request, len(found))
    if part is None:
        return web.Response(body=found, content_type=content_type, headers=headers)
    begin, end = part
    if begin >= end:
        return web.Response(
            status=416, headers=headers | {"Content-Range": f"bytes */{len(found)}"}
        )
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(found)}"
    return web.Response(
        status=206, body=found[begin:end], content_type=content_type, headers=headers
    )


def _part(request: web.Request, size: int) -> tuple[int, int] | None:
    """[begin, end) of the part; None for no range, and for one that is not understood."""
    try:
        asked = request.http_range
    except ValueError:
        return None
    if asked.start is None:
        return None
    begin = max(0, size + asked.start) if asked.start < 0 else asked.start
    return begin, min(size, asked.stop if asked.stop is not None else size)
