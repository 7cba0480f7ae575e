"""Menus as the admin's page draws them: cards and lines as JSON, or a finished SVG."""

from collections.abc import Mapping
from typing import Any

from cti import messages
from cti.core.ivr.diff import Edition
from cti.core.ivr.graph.picture import Card, Counts, Link, Picture, pictured
from cti.core.ivr.graph.svg import Wish, svg
from cti.core.ivr.tree import NODE_TYPES, Tree

Json = dict[str, Any]


def first_tree(trees: Mapping[str, Tree]) -> str:
    """The tree that callers dial, before those that are walked in the middle of a call."""
    return min(trees, key=lambda name: (trees[name].entry != "", name))


def shown(edition: Edition, name: str) -> Json:
    """One tree; the first one where ``name`` is none of them."""
    tree = edition.trees[name if name in edition.trees else first_tree(edition.trees)]
    by_language = {each: pictured(tree, edition.texts.get(each, {})) for each in messages.LANGUAGES}
    picture = by_language[messages.DEFAULT_LANGUAGE]
    return {
        "trees": sorted(edition.trees),
        "tree": tree.name,
        "roots": list(picture.roots),
        "title": _words("graph.heading", tree=tree.name, nodes=len(picture.cards)),
        "nodes": [_card(each, tree, by_language) for each in picture.cards.values()],
    }


def _card(card: Card, tree: Tree, by_language: Mapping[str, Picture]) -> Json:
    mark = tree.nodes[card.id].mark
    return {
        "id": card.id,
        "kind": card.kind,
        "kindWords": _words(f"trace.words.kind.{card.kind}"),
        "tip": {each: picture.cards[card.id].tip for each, picture in by_language.items()},
        "file": mark.file,
        "line": mark.line,
        "lines": [_edge(each) for each in card.lines],
        "notes": [_edge(each) for each in card.notes],
    }


def _edge(link: Link) -> Json:
    return {
        "source": link.source,
        "target": link.target,
        "label": link.label,
        "ways": list(link.ways),
    }


def drawn(edition: Edition, name: str, language: str, counts: Counts | None) -> str:
    """One tree as SVG; with counts, where callers went by the width of lines."""
    tree = edition.trees[name if name in edition.trees else first_tree(edition.trees)]
    picture = pictured(tree, edition.texts.get(language, {}))
    words = picture_words(picture, language)
    return svg(picture, Wish(words=words, counts=counts, widths=counts is not None))


def picture_words(picture: Picture, language: str) -> Mapping[str, str]:
    """Kinds, legend and heading of a picture."""
    kinds = {kind: messages.text(f"trace.words.kind.{kind}", language) for kind in NODE_TYPES}
    legend = {
        key: messages.text(f"graph.{key}", language) for key in ("walked", "never", "traffic")
    }
    heading = messages.text("graph.heading", language, tree=picture.name, nodes=len(picture.cards))
    return {**kinds, **legend, "heading": heading}


def _words(key: str, **values: object) -> dict[str, str]:
    return {each: messages.text(key, each, **values) for each in messages.LANGUAGES}
