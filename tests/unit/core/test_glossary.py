"""docs/glossary.md says what the code says."""

import dataclasses
import re
from enum import StrEnum
from pathlib import Path

import pytest

from cti.core.event_wire import EVENT_TYPES
from cti.core.events import ClearedBy, OfferEnd, Outcome
from cti.services.history_ports import CallRow

PAGE = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")


def section(title: str) -> str:
    """The text between one heading and the next."""
    found = re.search(rf"^## {title}.*?$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def rows(title: str) -> dict[str, list[str]]:
    """The table's rows by the word in their first cell."""
    found = {}
    for line in section(title).splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip("|").split("|"))
            found[first.strip("`")] = others
    return found


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda found: found[1].upper(), name)


def test_the_glossary_has_every_event_in_the_codes_order_and_no_other() -> None:
    assert list(rows("Events")) == list(EVENT_TYPES)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_glossary_names_every_field_of_an_event(name: str) -> None:
    named = rows("Events")[name][-1].replace("`", "").split()
    fields = (field.name for field in dataclasses.fields(EVENT_TYPES[name]))
    assert sorted(named) == sorted(_camel(field) for field in fields if field != "at")


@pytest.mark.parametrize(
    ("title", "words"), [("Outcomes", Outcome), ("Ends of an offer", OfferEnd)]
)
def test_the_glossary_has_every_outcome_and_cause(title: str, words: type[StrEnum]) -> None:
    assert list(rows(title)) == [word.value for word in words]


def test_the_measures_of_the_glossary_are_columns_of_history() -> None:
    shown = {field.name for field in dataclasses.fields(CallRow)}
    assert set(rows("Measures")) <= shown


def test_the_glossary_says_who_may_end_a_call() -> None:
    assert all(f"`{word.value}`" in section("Who ended a call") for word in ClearedBy)
