"""A small dialplan with its flow tests, for the tests of commands."""

import shutil
from pathlib import Path

TREE = """\
tree: "1"
numbers: ["1"]
defaults: {keys: {"9": repeat}, human: people}
start: hello
nodes:
  hello: {say: hello, next: main}
  main:
    menu: main
    keys:
      "1": people
      "2": stock
    on_failure: people
  stock: {lookup: stock, with: {a: 1}, into: b, timeout_s: 3, found: told, missing: main, failed: main}
  told: {say: [it_is, {number: $b.count}], next: main}
  people: {enqueue: desk, set: {asked: true}, say: bye}
"""
FLOWS = """\
# Flows of the shop.
flows:
  - name: one leads to people   # always
    tree: "1"
    at: 2026-11-23T10:00+08:00
    from: "2"
    steps:
      - hear: [hello, main]
      # the first key
      - press: 1
      - hear: bye
    ends: {queue: desk, variables: {asked: true}}
  - name: two tells the stock
    tree: "1"
    at: 2026-11-23T10:00+08:00
    from: "2"
    after: ["2"]
    steps: [{look_up: {stock: {a: 1}}}, {found: {count: "7"}}, {hear: [it_is, ...]},
            {silence: 3}, {hear: [no_input, bye]}]
    ends: {queue: desk, variables: {b.count: "7", asked: true}}
"""
HOURS = """\
timezone: Asia/Shanghai
hours: {desk: always}
holidays: []
make_up_days: []
"""


def small_site(tmp_path: Path) -> Path:
    """The shipped configuration with a small dialplan."""
    shutil.copytree("config", tmp_path / "config")
    (tmp_path / "dialplan/tests").mkdir(parents=True)
    (tmp_path / "dialplan/hours.yaml").write_text(HOURS, "utf-8")
    (tmp_path / "dialplan/1.yaml").write_text(TREE, "utf-8")
    (tmp_path / "dialplan/tests/shop.yaml").write_text(FLOWS, "utf-8")
    (tmp_path / "prompts").mkdir()
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
