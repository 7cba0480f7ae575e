"""Places, plain data and hostile input of YAML files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.core.marked import Marked
from cti.core.problems import Mark
from cti.store.yaml_files import MAX_BYTES, parse_yaml, read_yaml


def parsed(text: str) -> Marked:
    data, problems = parse_yaml(text, "f.yaml")
    assert data is not None
    assert problems == []
    return data


def code_of(text: str) -> list[tuple[str, int, int]]:
    _, problems = parse_yaml(text, "f.yaml")
    return [(each.code, each.mark.line, each.mark.column) for each in problems]


def test_plain_scalars_that_admins_mean_as_text_stay_text() -> None:
    text = "[08:00, 0971, on, yes, 2026-10-01, 1e3, .5, 1_000, 0x1F, '7', !!str 8]"
    assert parsed(text).plain() == [
        "08:00", "0971", "on", "yes", "2026-10-01", "1e3", ".5", "1_000", "0x1F", "7", "8",
    ]  # fmt: skip


def test_numbers_truth_values_and_nothing_are_what_they_look_like() -> None:
    text = "[0, -12, 3.50, true, False, null, ~, 9999999999999999999]"
    assert parsed(text).plain() == [0, -12, 3.5, True, False, None, None, "9999999999999999999"]


def test_every_key_is_text() -> None:
    assert parsed("{1: a, 0971: b, true: c, '*': d}").plain() == {
        "1": "a", "0971": "b", "true": "c", "*": "d",
    }  # fmt: skip


def test_each_part_knows_its_line_and_column() -> None:
    data = parsed("a:\n  b: [1,\n      2]\n")
    assert data.mark_at(("a", "b", 1)) == Mark("f.yaml", 3, 7)
    assert data.mark_at(("a", "b")) == Mark("f.yaml", 2, 3)
    assert data.mark_at(("a", "b", 9, "x")) == Mark("f.yaml", 2, 3)
    assert data.mark_at(("x",)) == Mark("f.yaml", 1, 1)
    assert data.key_mark("x") == data.mark


def test_a_duplicate_key_is_reported_and_the_first_one_counts() -> None:
    data, problems = parse_yaml("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert data is not None
    assert data.plain() == {"a": 1, "b": 2}
    assert [(str(each.mark), each.values) for each in problems] == [
        ("f.yaml:3:1", {"key": "a", "line": "1"})
    ]


def test_a_file_that_is_not_there_is_a_problem_of_that_file(tmp_path: Path) -> None:
    data, problems = read_yaml(tmp_path / "no.yaml", "dialplan/no.yaml")
    assert data is None
    assert [(each.code, str(each.mark)) for each in problems] == [
        ("check.file_unreadable", "dialplan/no.yaml:1:1")
    ]


def test_a_file_is_read_with_its_path_as_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    data, problems = read_yaml(path)
    assert data is not None
    assert (data.plain(), data.mark.file, problems) == ({"a": 1}, str(path), [])


def test_bytes_that_are_not_utf8_are_pointed_at(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: 车险\n".encode("gb18030"))
    assert [(each.code, each.mark.line) for each in read_yaml(path)[1]] == [
        ("check.file_not_utf8", 2)
    ]


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    assert [each.code for each in read_yaml(path)[1]] == ["check.file_too_big"]


@pytest.mark.parametrize(
    "text",
    ["[" * 5000, "a: &a [*a]\n", "{" * 5000, "- " * 3000],
    ids=["lists", "an alias of itself", "mappings", "dashes"],
)
def test_endless_nesting_is_refused(text: str) -> None:
    assert [code for code, _, _ in code_of(text)] == ["check.yaml_too_deep"]


def test_an_alias_bomb_is_refused() -> None:
    levels = "\n".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    assert [code for code, _, _ in code_of(f"k0: &a0 [x]\n{levels}\n")] == ["check.yaml_too_deep"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: [1\n", ("check.yaml_syntax", 2, 1)),
        ("a: *x\n", ("check.yaml_syntax", 1, 4)),
        ("a: 1\n---\nb: 2\n", ("check.yaml_syntax", 2, 1)),
        ("a: \x00\n", ("check.yaml_syntax", 1, 1)),
        ("", ("check.file_empty", 1, 1)),
        ("# only words\n", ("check.file_empty", 1, 1)),
        ("? [1]\n: 2\n", ("check.key_not_text", 1, 3)),
    ],
)
def test_what_is_no_yaml_is_pointed_at(text: str, found: tuple[str, int, int]) -> None:
    assert code_of(text) == [found]


@given(st.text(alphabet="abc:-[]{}*&!|>'\"#,? \n\t0~\\%@`", max_size=60))
def test_any_text_gives_data_or_a_problem_and_never_raises(text: str) -> None:
    data, problems = parse_yaml(text, "f.yaml")
    assert data is not None or problems


@pytest.mark.parametrize("text", ["[" * 500_000, "- " * 300_000, "{a: " * 100_000, "? " * 200_000])
def test_nesting_without_end_is_a_problem_and_ends_nothing(text: str) -> None:
    data, problems = parse_yaml(text, "a.yaml")
    assert data is None
    assert [problem.code for problem in problems] == ["check.yaml_too_deep"]


def test_libyaml_and_python_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [*Path("dialplan").rglob("*.yaml"), *Path("config").glob("*.yaml")]
    files += Path("tests/broken").rglob("*.yaml")
    fast = [parse_yaml(path.read_text("utf-8"), path.name) for path in files]
    monkeypatch.setattr("cti.store.yaml_files._FAST", None)
    slow = [parse_yaml(path.read_text("utf-8"), path.name) for path in files]
    assert fast == slow
