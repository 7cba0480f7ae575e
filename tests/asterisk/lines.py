"""What Asterisk does with each line at this moment, to be waited for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.asterisk.site import Site

LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A channel: where it is in the dialplan, what runs there, and the bridge it is in (empty: none)."""

    channel: str
    context: str
    application: str
    arguments: str
    bridge: str


def plays(line: Line) -> str:
    """The sound that a waiting caller hears instead of music; nothing while it is music."""
    return line.arguments.split(",")[1] if line.application == "Read" else line.application


async def lines(site: Site) -> Sequence[Line]:
    """All of them, as Asterisk's console tells them."""
    told = (await site.asterisk_says("core show channels concise")).splitlines()
    parts = [line.split("!") for line in told if line.count("!") >= 13]
    return [
        Line(channel=p[0], context=p[1], application=p[5], arguments=p[6], bridge=p[-2])
        for p in parts
    ]


async def until_lines(
    site: Site, fits: Callable[[Sequence[Line]], bool], limit_s: float = 15.0
) -> None:
    """Return once the lines are as wanted. Raises AssertionError with how they are."""
    found: Sequence[Line] = ()
    try:
        async with asyncio.timeout(limit_s):
            while not fits(found := await lines(site)):  # noqa: ASYNC110 (it must be asked)
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise AssertionError(f"lines after {limit_s} s: {found}") from None


def waiting(found: Sequence[Line]) -> Sequence[Line]:
    """Those in the queue."""
    return [line for line in found if line.context == "acd-wait"]
