"""A picture of a tree as Mermaid text, as papers on the web draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.core.ivr.graph.looks import COLOURS, NEVER, WALKED
from cti.core.ivr.graph.picture import Card, Counts, Link, Picture

_FRAMES: Mapping[str, tuple[str, str]] = {
    "menu": ("(", ")"),
    "branch": ("{{", "}}"),
    "lookup": ("[/", "/]"),
    "script": ("[/", "/]"),
    "collect": ("[[", "]]"),
    "enqueue": ("([", "])"),
    "transfer": ("([", "])"),
    "hangup": ("([", "])"),
}


def mermaid(picture: Picture, counts: Counts | None = None) -> str:
    """A flowchart from left to right; ``back``, ``repeat`` and ``human`` are left out."""
    ids = {name: f"n{index}" for index, name in enumerate(picture.cards)}
    lines = ["flowchart LR", *_nodes(picture, ids), *_links(picture, ids, counts)]
    for kind in sorted({card.kind for card in picture.cards.values()}):
        lines.append(f"  classDef {kind}_ stroke:{COLOURS[kind]},fill:#fff,color:#1f2933")
    if counts is not None:
        lines += [f"  classDef walked stroke:{WALKED}", f"  classDef never stroke:{NEVER}"]
        lines += _walked(picture, ids, counts)
    return "\n".join(lines) + "\n"


def _nodes(picture: Picture, ids: Mapping[str, str]) -> Iterator[str]:
    for name, card in picture.cards.items():
        left, right = _FRAMES.get(card.kind, ("[", "]"))
        yield f'  {ids[name]}{left}"{name}"{right}:::{card.kind}_'


def _links(picture: Picture, ids: Mapping[str, str], counts: Counts | None) -> Iterator[str]:
    for card in picture.cards.values():
        for link in _all_links(card):
            if link.target in ids:
                label = _label(link, counts)
                middle = f' -->|"{label}"| ' if label else " --> "
                yield f"  {ids[link.source]}{middle}{ids[link.target]}"


def _all_links(card: Card) -> tuple[Link, ...]:
    return (*card.lines, *card.notes)


def _label(link: Link, counts: Counts | None) -> str:
    times = link.count(counts) if counts else 0
    label = link.label.replace('"', "'").replace("#", "#35;")
    return f"{label} ×{times}".strip() if times else label


def _walked(picture: Picture, ids: Mapping[str, str], counts: Counts) -> Iterator[str]:
    for name in picture.cards:
        yield f"  class {ids[name]} {'walked' if counts.nodes.get(name) else 'never'}"
