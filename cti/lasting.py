"""Parts of the service that last as long as it does, and on which no call depends."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from cti.services.menu_follower import NothingToServe

log = logging.getLogger(__name__)

AGAIN_S = 5.0
Part = Callable[[], Coroutine[Any, Any, None]]
Parts = Mapping[str, Part]
"""What to run, by names for the log. Each may be begun anew at any time."""


async def kept_up(name: str, run: Part, again_s: float = AGAIN_S) -> None:
    """Run one part to its end. A fault that it did not foresee is told, and after ``again_s`` it begins
    anew: calls go on. Raises NothingToServe, for then there are no calls.
    """
    while True:
        try:
            return await run()
        except NothingToServe:
            raise
        except Exception:
            log.exception("%s failed", name, extra={"fact": "part_failed", "part": name})
        await asyncio.sleep(again_s)
