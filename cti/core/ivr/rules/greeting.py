"""What callers must hear, and must not, before they are served."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cti.core.ivr.check_nodes import prompts_in
from cti.core.ivr.parts import Reads
from cti.core.ivr.rules.house import House
from cti.core.ivr.rules.places import Places
from cti.core.ivr.rules.table import found
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Collect, Enqueue, Menu, Node
from cti.core.problems import Problem

ASKING = (Menu, Collect)


def check_greeting(ways: Places, house: House) -> Iterator[Problem]:
    """No advertising before the first question; the recording announced before an agent."""
    if not ways.tree.numbers:
        return
    yield from _advertising(ways, house)
    notice = str(house.rules.bound("recording_unannounced", "prompt"))
    silent = _until(ways, lambda node: notice in prompts_of(node))
    for name in sorted(silent, key=lambda each: ways.tree.nodes[each].mark):
        node = ways.tree.nodes[name]
        if isinstance(node, Enqueue) and notice not in prompts_of(node):
            yield found(node.mark, "recording_unannounced", name=name, prompt=notice)
            return


def _advertising(ways: Places, house: House) -> Iterator[Problem]:
    words = house.rules.words("advertising_first", "words")
    before = _until(ways, lambda node: isinstance(node, ASKING))
    for name in sorted(before, key=lambda each: ways.tree.nodes[each].mark):
        node = ways.tree.nodes[name]
        heard = () if isinstance(node, ASKING) else prompts_of(node)
        for prompt in heard:
            spoken = " ".join(texts.get(prompt, "") for texts in house.texts.values()).lower()
            if word := next((each for each in words if each.lower() in spoken), ""):
                yield found(node.mark, "advertising_first", name=name, prompt=prompt, word=word)


def prompts_of(node: Node) -> list[str]:
    """Every prompt that a node may play."""
    return [
        prompt
        for shape in shapes_of(type(node))
        if shape.reads is Reads.UTTERANCES
        for prompt in prompts_in(getattr(node, shape.attribute))
    ]


def _until(ways: Places, stops: Callable[[Node], bool]) -> set[str]:
    """The nodes that a call comes to before, and including, the first that ``stops``."""
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        place = waiting.pop()
        if place in seen or place < 0:
            continue
        seen.add(place)
        if not stops(ways.node(place)):
            waiting += [edge.to for edge in ways.edges[place]]
    return {ways.places[place].node for place in seen}
