"""A small shift on a real hotline: nobody stuck, nobody lost, and all books agree."""

import json
from pathlib import Path

import pytest

from tests.shift import report
from tests.shift.books import books, differences
from tests.shift.demand import SMALL
from tests.shift.run import running_shift


@pytest.mark.timeout(400)
async def test_a_small_shift_leaves_nobody_stuck_and_all_books_agree(tmp_path: Path) -> None:
    async with running_shift(tmp_path, SMALL) as shift:
        found = await books(shift)
        assert [half.left for half in shift.halves] == [{}, {}]
        assert [str(each) for each in differences(shift, found)] == []
    assert {half.name for half in shift.halves} == {"normal", "disaster"}
    assert found.answered.total() > SMALL.agents


def test_the_page_of_the_shift_says_what_its_facts_say() -> None:
    told = json.loads(report.FACTS.read_text("utf-8"))
    assert report.PAGE.read_text("utf-8") == report.page(told)
    assert (told["stuck"], told["lost"], told["differences"]) == (0, 0, 0)
    assert [half["name"] for half in told["halves"]] == ["normal", "disaster"]
