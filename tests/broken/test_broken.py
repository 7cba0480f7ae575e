"""One bad file each, and exactly what an admin is told.

The lines that begin with ``#> `` are what `cti check` must say of the file, all of it and in this order.
"""

from pathlib import Path

import pytest

from cti import messages
from cti.core.clock.hours import Calendar
from cti.core.clock.read_hours import read_calendar
from cti.core.ivr.check import check_site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.parse import Draft, parse_tree
from cti.core.ivr.read_flows import read_flows
from cti.core.problems import Problem
from cti.store.yaml_files import parse_yaml

HERE = Path(__file__).parent
SAYS = "#> "
KNOWN = Known(
    prompts={"zh": {"hello", "bye", "no_input", "invalid", "too_many_errors"},
             "en": {"hello", "no_input", "invalid", "too_many_errors"}},
    queues={"desk", "sales"},
    skills={"motor", "rescue"},
    sources={"claims.status"},
    scripts={"weather"},
)  # fmt: skip
HOURS = """
timezone: Asia/Shanghai
hours: {desk: always}
holidays: []
make_up_days: []
"""
SUBTREE = """
tree: shop
start: shop
nodes:
  shop: {menu: hello, keys: {"1": return}}
"""


def _calendar() -> Calendar:
    data, _ = parse_yaml(HOURS, "hours.yaml")
    assert data is not None
    calendar, _ = read_calendar(data)
    assert calendar is not None
    return calendar


def _draft(text: str, name: str) -> tuple[Draft | None, list[Problem]]:
    data, problems = parse_yaml(text, name)
    if data is None:
        return None, problems
    draft, found = parse_tree(data, _calendar())
    return draft, problems + found


def problems_of_tree(text: str, name: str) -> list[Problem]:
    draft, problems = _draft(text, name)
    library, _ = _draft(SUBTREE, "shop.yaml")
    uses_shop = "subtree: shop" in text
    drafts = [each for each in (draft, library if uses_shop else None) if each]
    return problems + (check_site(drafts, KNOWN)[1] if draft else [])


def problems_of_hours(text: str, name: str) -> list[Problem]:
    data, problems = parse_yaml(text, name)
    return problems + (read_calendar(data)[1] if data else [])


def problems_of_flow(text: str, name: str) -> list[Problem]:
    data, problems = parse_yaml(text, name)
    return problems + (read_flows(data)[1] if data else [])


READ = {"trees": problems_of_tree, "hours": problems_of_hours, "flows": problems_of_flow}


def said_of(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    problems = sorted(READ[path.parent.name](text, path.name), key=lambda each: each.mark)
    return [messages.line(each, "en") for each in problems]


@pytest.mark.parametrize("path", sorted(HERE.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_gets_exactly_these_words(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    wanted = [line.removeprefix(SAYS) for line in lines if line.startswith(SAYS)]
    assert said_of(path) == wanted
    assert wanted, "a bad file that nobody complains of"
