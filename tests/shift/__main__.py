"""``python -m tests.shift``: work the whole shift, compare its books, write docs/shift.md and .json.

With ``small`` it is the shift of the tests, and nothing is written unless ``write`` is said, too.
Ends with 1 where books differ or
anything did not come to rest.
"""

import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from tests.shift.books import Books, Difference, books, differences
from tests.shift.demand import FULL, SMALL, Scale
from tests.shift.report import printed, write
from tests.shift.run import Shift, running_shift


async def worked(scale: Scale, folder: Path) -> tuple[Shift, Books, Sequence[Difference]]:
    """One shift from its begin to its compared books."""
    async with running_shift(folder, scale) as shift:
        found = await books(shift)
        return shift, found, differences(shift, found)


def main(words: Sequence[str]) -> int:
    """0: all agree, and nobody is stuck."""
    logging.getLogger("cti").addHandler(logging.NullHandler())
    scale = SMALL if "small" in words else FULL
    kept = [Path(word.removeprefix("in=")) for word in words if word.startswith("in=")]
    with tempfile.TemporaryDirectory(prefix="cti-shift-") as scratch:
        folder = kept[0] if kept else Path(scratch)
        shift, found, apart = uvloop.run(worked(scale, folder))
    print(printed(shift, found, apart))
    if scale is FULL or "write" in words:
        write(shift, found, apart)
    return 1 if apart or any(half.left for half in shift.halves) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
