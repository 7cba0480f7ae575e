"""Small trees from YAML text for the tests of this folder."""

from cti.core.clock.hours import Calendar
from cti.core.clock.read_hours import read_calendar
from cti.core.ivr.check import Site, check_site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.link import link
from cti.core.ivr.parse import Draft, parse_tree
from cti.core.ivr.tree import Tree
from cti.core.problems import Problem
from cti.store.yaml_files import parse_yaml

HOURS = """
timezone: Asia/Shanghai
hours:
  desk: {mon-fri: ["08:30-12:00", "14:00-17:30"], sat-sun: closed, holiday: closed}
  night: {mon-sun: ["20:00-08:00"], holiday: always}
holidays:
  - {from: 2026-10-01, to: 2026-10-07, name: National Day}
make_up_days:
  - {from: 2026-10-10, to: 2026-10-10, name: National Day}
"""


def calendar_of(text: str = HOURS) -> Calendar:
    data, _ = parse_yaml(text, "hours.yaml")
    assert data is not None
    calendar, problems = read_calendar(data)
    assert calendar is not None, problems
    return calendar


def draft_of(text: str, name: str = "tree.yaml") -> Draft:
    data, problems = parse_yaml(text, name)
    assert data is not None, problems
    draft, problems = parse_tree(data, calendar_of())
    assert draft is not None, problems
    return draft


def tree_of(text: str) -> Tree:
    """Return the tree without the whole-tree checks, so that it may be a bad one."""
    return link(draft_of(text).tree, {})


def site_of(*texts: str, known: Known | None = None) -> tuple[Site | None, list[Problem]]:
    drafts = [draft_of(text, f"{number}.yaml") for number, text in enumerate(texts, 1)]
    return check_site(drafts, known or Known())
