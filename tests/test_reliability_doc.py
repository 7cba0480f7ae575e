"""The page about faults has every row of the matrix, and every row has its test."""

import importlib
import json
from pathlib import Path

import pytest

from tests.faults import matrix
from tests.faults.matrix import ARCHITECTURE, COVERED, MATRIX
from tests.faults.reliability import (
    DOCS,
    FAILED,
    NOT_RUN,
    PASSED,
    Observation,
    Result,
    page,
    results,
)

FAULTS = Path(matrix.__file__).parent
STAGES = [(row.key, stage) for row in MATRIX for stage in row.stages]


def test_every_fault_that_must_be_survived_has_a_row() -> None:
    assert set(ARCHITECTURE) <= {row.of for row in MATRIX}
    assert len({row.key for row in MATRIX}) == len(MATRIX)


def test_every_stage_of_the_matrix_has_a_test() -> None:
    for path in sorted(FAULTS.glob("test_*.py")):
        importlib.import_module(f"tests.faults.{path.stem}")
    assert [each for each in STAGES if each not in COVERED] == []


def test_the_page_has_the_rows_of_the_matrix_and_says_what_the_record_says() -> None:
    told = json.loads((DOCS / "reliability.json").read_text("utf-8"))
    found = [Result(**row) for row in told["rows"]]
    assert [(each.row, each.stage) for each in found] == STAGES
    wanted = {row.key: (row.fault, row.required) for row in MATRIX}
    assert all((each.fault, each.required) == wanted[each.row] for each in found)
    assert (DOCS / "reliability.md").read_text("utf-8") == page(found, told["ground"])


def test_nothing_of_the_page_failed_or_was_left_out() -> None:
    told = json.loads((DOCS / "reliability.json").read_text("utf-8"))
    assert {row["result"] for row in told["rows"]} == {PASSED}


def observed(outcome: str, **figures: float) -> Observation:
    row = MATRIX[0]
    test, stage = "test_it", row.stages[0]
    return Observation(row=row.key, stage=stage, test=test, outcome=outcome, figures=figures)


@pytest.mark.parametrize(
    ("outcomes", "result"),
    [((), NOT_RUN), ((PASSED, PASSED), PASSED), ((PASSED, FAILED), FAILED)],
)
def test_a_row_is_passed_only_when_all_its_tests_are(
    outcomes: tuple[str, ...], result: str
) -> None:
    assert results([observed(each) for each in outcomes])[0].result == result


def test_a_row_shows_the_longest_time_of_its_tests() -> None:
    found = results([observed(PASSED, fallback_s=2.0), observed(PASSED, fallback_s=6.0)])
    assert found[0].observed == {"fallback_s": 6.0}


def test_a_test_cannot_claim_a_row_or_stage_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        matrix.fault("no-such-row", "menu")
    with pytest.raises(ValueError, match="no stage"):
        matrix.fault(MATRIX[0].key, "no such stage")
