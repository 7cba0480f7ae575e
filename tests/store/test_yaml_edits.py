"""Changes in people's YAML: it says what was wanted, and what was not touched is the same byte for byte."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.store.yaml_edits import CannotEdit, edited
from cti.store.yaml_files import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    name: (ROOT / name).read_text("utf-8")
    for name in (
        "config/queues.yaml",
        "config/skills.yaml",
        "config/agents.yaml",
        "dialplan/hours.yaml",
    )
}


def plain(text: str) -> Any:
    data, problems = parse_yaml(text, "x.yaml")
    assert data is not None
    assert problems == []
    return data.plain()


@pytest.mark.parametrize("name", FILES)
def test_what_is_the_same_leaves_every_byte(name: str) -> None:
    assert edited(FILES[name], plain(FILES[name])) == FILES[name]


def apart(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that only one side has, between the parts that both begin and end with."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new


def changed(name: str, change: Any) -> tuple[list[str], list[str]]:
    wanted = plain(FILES[name])
    change(wanted)
    made = edited(FILES[name], wanted)
    assert plain(made) == wanted
    return apart(FILES[name], made)


def test_one_figure_changes_one_figure() -> None:
    def change(wanted: Any) -> None:
        wanted["queues"]["motor"]["priority"] = 61

    assert changed("config/queues.yaml", change) == (["    priority: 60"], ["    priority: 61"])


def test_a_figure_in_braces_changes_there() -> None:
    def change(wanted: Any) -> None:
        wanted["agents"][0]["skills"]["motor"] = 5

    old, new = changed("config/agents.yaml", change)
    assert [line.replace("motor: 4", "motor: 5") for line in old] == new
    assert len(old) == 1


def test_a_new_key_in_braces_stands_at_their_end() -> None:
    def change(wanted: Any) -> None:
        wanted["agents"][2]["skills"]["sales"] = 1
        del wanted["agents"][2]["skills"]["motor"]

    _, [new] = changed("config/agents.yaml", change)
    assert "{nonmotor: 3, agri: 3, consult: 2, sales: 1}" in new
    assert 'id: "1003"' in new


def test_a_new_entry_of_a_list_is_a_line_of_its_own() -> None:
    new_agent = {"id": "1005", "name": "新同事", "extension": "8005", "skills": {"motor": 1}}

    def change(wanted: Any) -> None:
        wanted["agents"].insert(1, new_agent)

    assert changed("config/agents.yaml", change) == (
        [],
        ['  - {id: "1005", name: 新同事, extension: "8005", skills: {motor: 1}}'],
    )


def test_an_entry_that_goes_takes_its_line_and_no_other() -> None:
    def change(wanted: Any) -> None:
        del wanted["agents"][1]

    old, new = changed("config/agents.yaml", change)
    assert (len(old), new) == (1, [])


def test_a_new_queue_is_written_below_the_last_one() -> None:
    queue = {
        "label": {"zh": "理赔", "en": "Claims"},
        "priority": 30,
        "needs": {"consult": 2},
        "relaxation": [{"after_s": 20, "needs": {"consult": 1}}],
        "target": {"share": 0.8, "within_s": 20},
    }

    def change(wanted: Any) -> None:
        wanted["queues"]["claims"] = queue

    old, new = changed("config/queues.yaml", change)
    assert old == []
    assert new[0] == "  claims:"
    assert new[1] == "    label: {zh: 理赔, en: Claims}"


def test_a_queue_that_goes_leaves_its_neighbours() -> None:
    def change(wanted: Any) -> None:
        del wanted["queues"]["staff"]

    old, new = changed("config/queues.yaml", change)
    assert new == []
    assert old[0].strip() == "staff:"


def test_holidays_are_put_into_an_empty_list() -> None:
    days = [{"from": "2027-02-20", "to": "2027-02-20", "name": "春节调休"}]

    def change(wanted: Any) -> None:
        wanted["make_up_days"] = days

    _, new = changed("dialplan/hours.yaml", change)
    assert new == ["make_up_days: [{from: 2027-02-20, to: 2027-02-20, name: 春节调休}]"]


def test_a_comment_on_the_line_stays() -> None:
    def change(wanted: Any) -> None:
        wanted["hours"]["report"] = "closed"

    _, [new] = changed("dialplan/hours.yaml", change)
    assert new == "  report: closed          # loss reports and roadside assistance"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: 1\nb:\n  c: 2", {"a": 1, "b": {"c": 2, "d": "x"}}),
        ("a:\n", {"a": {"b": 1}}),
        ("a: [1, 2, 3] # why\n", {"a": [2, 3, 4]}),
        ("a:\n- 1\n- 2\n", {"a": [2]}),
        ("a:\n  - b: 1\n    c: 2\n  - d: 3\n", {"a": [{"c": 2}, {"d": 3}]}),
        ("a: |\n  two\n  lines\nb: 1\n", {"a": "one", "b": 2}),
        ("a: 'it''s'\nb: \"x\"\n", {"a": "no: way # here", "b": "true"}),
        ("a: {b: 1,\n    c: 2}\n", {"a": {"b": 1, "c": 3}}),
        ("a: 1\n# end\n", {"a": 1, "b": ["x, y", "[", "", " ", "null", "0971", "1e3", "中文"]}),
        ("a: true\n", {"a": 1}),
        ("? a\n: 1\n", {"a": 2}),
    ],
)
def test_it_says_what_was_wanted(text: str, wanted: dict[str, Any]) -> None:
    assert plain(edited(text, wanted)) == wanted


@pytest.mark.parametrize("text", ["a: &x {b: 1}\nc: *x\n", "", "{"])
def test_what_cannot_be_changed_part_by_part_is_refused(text: str) -> None:
    with pytest.raises(CannotEdit):
        edited(text, {"a": {"b": 2}, "c": {"b": 1}})


SCALARS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.none(),
    st.floats(-1000, 1000).map(lambda each: round(each, 3)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_é中", min_size=1), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of the data, the deepest last."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_change_is_said_and_lines_far_from_it_stay(name: str, data: st.DataObject) -> None:
    wanted = copy.deepcopy(plain(FILES[name]))
    path = data.draw(st.sampled_from([each for each in places(wanted) if each]))
    value = data.draw(VALUES)
    owner, key = at(wanted, path[:-1]), path[-1]
    what = data.draw(st.sampled_from(["set", "remove", "add"]))
    if what == "remove":
        del owner[key]
    elif what == "add" and isinstance(owner, list):
        owner.insert(key, value)
    else:
        owner[key if what == "set" else f"{key}_new"] = value
    made = edited(FILES[name], wanted)
    assert plain(made) == wanted
    comments = [line for line in FILES[name].splitlines() if line.startswith("#")]
    top = path[0]
    other = [
        block
        for block in top_blocks(FILES[name])
        if not block.startswith(f"{top}:") and not block.startswith("#")
    ]
    assert all(block in made for block in other)
    assert all(line in made for line in comments)


def top_blocks(text: str) -> list[str]:
    """Each key of the top with all that is below it, without the comments after it."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[:1] not in (" ", "\n", "#") or not found:
            found.append(line)
        elif line.startswith(" ") and not found[-1].startswith("#"):
            found[-1] += line
    return [each.rstrip("\n") for each in found]
