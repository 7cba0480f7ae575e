"""What a menu's words tell callers to press, against the keys that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cti.core.ivr.check_nodes import prompts_in
from cti.core.ivr.rules.table import found
from cti.core.ivr.tree import Menu, Tree
from cti.core.problems import Problem

_KEY = r"(?:[0-9](?![0-9])|星号键?|井号键?|star|hash|pound|\*|#)"
_SEVERAL = re.compile(
    rf"(?:按|press(?: the)?)\s*({_KEY}(?:\s*(?:[、,，]|或者?|和|or|and)\s*{_KEY})*)", re.IGNORECASE
)
_RANGE = re.compile(
    r"(?:按|press)\s*(?:a (?:key|number) from\s*)?([0-9])\s*(?:到|至|to|through|-|~)\s*([0-9])(?![0-9])",
    re.IGNORECASE,
)
_LISTED = re.compile(r",\s*([0-9])(?=[.;])")
"""What goes on after the first "press": ``For X, press 1. Y, 2.``"""
_NAMES = {"星": "*", "井": "#", "s": "*", "h": "#", "p": "#"}


def keys_announced(text: str) -> frozenset[str]:
    """The keys that a text in Chinese or English tells to press."""
    keys: set[str] = set()
    for first, last in _RANGE.findall(text):
        keys |= {str(digit) for digit in range(int(first), int(last) + 1)}
    for several in _SEVERAL.findall(text):
        names = re.findall(_KEY, several, re.IGNORECASE)
        keys |= {_NAMES.get(name[0].lower(), name[0]) for name in names}
    if keys:
        keys |= set(_LISTED.findall(text))
    return frozenset(keys)


def check_announced(tree: Tree, texts: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Keys told and not there, and keys there and not told, in each language of the tree."""
    for node in tree.nodes.values():
        if isinstance(node, Menu):
            for language in tree.languages:
                yield from _check_menu(tree, node, language, texts.get(language, {}))


def _check_menu(
    tree: Tree, node: Menu, language: str, texts: Mapping[str, str]
) -> Iterator[Problem]:
    told = keys_announced(" ".join(texts.get(prompt, "") for prompt in prompts_in(node.menu)))
    if not told:
        return
    common = set(tree.defaults.keys)
    mark = node.marks.get("keys", node.mark)
    for key in sorted(told - set(node.keys) - common):
        place = node.marks.get("menu", node.mark)
        yield found(place, "announced_key_unknown", name=node.id, key=key, language=language)
    for key, target in node.keys.items():
        # A key of several digits is for those who know it.
        if len(key) == 1 and key not in told and tree.defaults.keys.get(key) != target:
            yield found(mark, "key_not_announced", name=node.id, key=key, language=language)
