"""``python -m tests.faults [PYTEST ARGUMENTS…]``: run the whole matrix, and write its page.

With arguments (``-k redis``) only what they choose is run, and nothing is written. Ends with 1 when a
fault was not survived, or a row was not tried.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.recording import OPTION, read
from tests.faults.reliability import PASSED, shown, write

FOLDER = Path(__file__).parent


def main(more: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "seen"
        code = pytest.main([str(FOLDER), "-m", "", OPTION, str(seen), *more])
        if more:
            return int(code)
        found = write(read(seen), seen.with_suffix(".asterisk").read_text("utf-8"))
    for each in found:
        print(f"{each.row:15} {each.stage:20} {each.result:8} {shown(each.observed)}")
    return 0 if code == 0 and all(each.result == PASSED for each in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
