"""Shorter ways than the real menu, for tests that are not about it; and a network to call out to."""

import re
from collections.abc import Mapping
from pathlib import Path

SHORT_MENU = "955184"
"""A menu of one short sound."""
_DIRECT_TREE = """\
tree: "{number}"
numbers: ["{number}"]
languages: [zh, en]
defaults: {{human: queue}}
start: queue
nodes:
  queue: {{enqueue: {queue}}}
"""
_SHORT_TREE = """\
tree: "{number}"
numbers: ["{number}"]
languages: [zh, en]
defaults: {{no_input_s: {no_input_s}, human: person}}
start: main
nodes:
  main: {{menu: whisper_motor, keys: {{"1": person, "2": main}}}}
  person: {{enqueue: motor}}
"""
_OPEN = "  consult: always\n  complaint: always\n"


def direct_trees(direct: Mapping[str, str]) -> dict[str, str]:
    """Number → tree, for each queue's number that goes to it at once."""
    return {
        number: _DIRECT_TREE.format(number=number, queue=queue) for queue, number in direct.items()
    }


def short_tree(no_input_s: int) -> str:
    """The tree of ``SHORT_MENU``, which waits so long for a key."""
    return _SHORT_TREE.format(number=SHORT_MENU, no_input_s=no_input_s)


def open_always(hours: Path, more: str = "") -> None:
    """No office of the real menu ever closes. ``more``: other hours' lines."""
    text, count = re.subn(
        r"  consult:.*?\n\n", f"{_OPEN}{more}\n", hours.read_text("utf-8"), count=1, flags=re.DOTALL
    )
    assert count == 1
    hours.write_text(text, "utf-8")


def reach_carrier(settings: Path, port: int) -> None:
    """All our calls to the outside arrive at ``port`` of this machine."""
    text = settings.read_text("utf-8")
    assert text.count("carrier: {allow:") == 1
    carrier = f'carrier: {{host: "127.0.0.1:{port}", allow:'
    settings.write_text(text.replace("carrier: {allow:", carrier), "utf-8")
