"""One bad file each, and exactly what an admin is told.

The lines that begin with ``#> `` are what `cti check` must say of the file, all of it and in this order.
"""

from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from cti import messages
from cti.core.clock.hours import Calendar
from cti.core.clock.public_days import PublicDays
from cti.core.clock.read_hours import read_calendar
from cti.core.ivr.check import check_site
from cti.core.ivr.check_nodes import Known
from cti.core.ivr.parse import Draft, parse_tree
from cti.core.ivr.read_flows import read_flows
from cti.core.ivr.rules.read_pack import read_rules
from cti.core.ivr.sources import Source, SourceValue
from cti.core.problems import Problem
from cti.store.yaml_files import parse_yaml
from tests.unit.core.ivr.rules_site import HOUSE
from tests.unit.core.ivr.trees import calendar_of as house_calendar

HERE = Path(__file__).parent
SAYS = "#> "
KNOWN = Known(
    prompts={"zh": {"hello", "bye", "no_input", "invalid", "too_many_errors"},
             "en": {"hello", "no_input", "invalid", "too_many_errors"}},
    queues={"desk", "sales"},
    skills={"motor", "rescue"},
    sources={
        "claims.status": Source(
            name="claims.status",
            arguments=("a",),
            values=(SourceValue(name="state"), SourceValue(name="tail")),
        ),
        "claims.newest": Source(
            name="claims.newest",
            arguments=("caller_number",),
            values=(SourceValue(name="state"), SourceValue(name="phone", personal=True)),
        ),
    },
    sms={"status": ("tail", "state")},
    scripts={"weather"},
    callers={"known", "vip"},
)  # fmt: skip
TINY = PublicDays(
    holidays=frozenset({date(2026, 10, 1)}), make_up_days=frozenset({date(2026, 10, 10)})
)
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
    return problems + (read_calendar(data, {"tiny": TINY})[1] if data else [])


def problems_of_flow(text: str, name: str) -> list[Problem]:
    data, problems = parse_yaml(text, name)
    return problems + (read_flows(data)[1] if data else [])


def problems_of_menu(text: str, name: str) -> list[Problem]:
    """A tree in a house: its prompts' texts and lengths, queues with hours, and a roster."""
    data, problems = parse_yaml(text, name)
    assert data is not None
    draft, found = parse_tree(data, house_calendar())
    assert draft is not None
    return [*problems, *found, *check_site([draft], Known(), HOUSE)[1]]


def problems_of_pack(text: str, name: str) -> list[Problem]:
    """A rule pack beside one that sets ``no_exit``."""
    data, problems = parse_yaml(text, name)
    other, _ = parse_yaml("title: a\nsource: b\nrules: {no_exit: error}", "a.yaml")
    assert other is not None
    return problems + (read_rules({"a": other, name: data})[1] if data else [])


READ = {
    "menus": problems_of_menu,
    "rules": problems_of_pack,
    "trees": problems_of_tree,
    "hours": problems_of_hours,
    "flows": problems_of_flow,
}


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


@pytest.mark.parametrize("path", sorted(HERE.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_every_bad_file_is_spoken_of_in_chinese_too(path: Path) -> None:
    text = path.read_text("utf-8")
    for problem in READ[path.parent.name](text, path.name):
        line = messages.line(problem, "zh")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in line)


def test_both_languages_have_the_same_messages_with_the_same_values() -> None:
    zh, en = (_messages(language) for language in messages.LANGUAGES)
    assert {key: _values(words) for key, words in zh.items()} == {
        key: _values(words) for key, words in en.items()
    }


def test_no_message_of_a_check_is_left_over() -> None:
    used = "".join(path.read_text("utf-8") for path in Path("cti").rglob("*.py"))
    codes = {key.split(".")[0].removesuffix("_near") for key in _messages("en")}
    assert [code for code in codes if f'{code}"' not in used] == []


def _messages(language: str) -> dict[str, str]:
    path = Path("cti/messages") / language / "check.yaml"
    data, problems = parse_yaml(path.read_text("utf-8"), path.name)
    assert data is not None
    assert problems == []
    found: dict[str, str] = {}
    for key, entry in (data.mapping() or {}).items():
        for part, words in (entry.mapping() or {"": entry}).items():
            found[f"{key}.{part}"] = str(words.value)
    return found


def _values(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}
