"""The pytest side of the matrix: collects what marked tests saw, for ``--reliability FILE``."""

import json
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.matrix import Seen
from tests.faults.reliability import FAILED, PASSED, Observation

OPTION = "--reliability"
KEPT = pytest.StashKey[Seen]()


class Recorder:
    """Writes one line for each stage of each marked test that ran."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("", "utf-8")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        marks = list(item.iter_markers("fault"))
        if marks and (report.when == "call" or report.failed):
            seen = item.stash.get(KEPT, Seen())
            outcome = PASSED if report.passed else FAILED
            for mark in marks:
                self._write(item.name, outcome, seen, chosen(item, mark.args))
        return report

    def _write(self, test: str, outcome: str, seen: Seen, told: tuple[str, ...]) -> None:
        row, *stages = told
        with self.path.open("a", encoding="utf-8") as out:
            for stage in stages:
                figures = {**seen.figures.get("", {}), **seen.figures.get(stage, {})}
                one = Observation(row=row, stage=stage, test=test, outcome=outcome, figures=figures)
                out.write(json.dumps(asdict(one)) + "\n")


def chosen(item: pytest.Item, told: tuple[str, ...]) -> tuple[str, ...]:
    """The row and the stages of this test; of a parametrised one only the stage that is its value."""
    values = set(item.callspec.params.values()) if hasattr(item, "callspec") else set()
    return (told[0], *([stage for stage in told[1:] if stage in values] or told[1:]))


def read(path: Path) -> list[Observation]:
    """What a run wrote."""
    return [Observation(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
