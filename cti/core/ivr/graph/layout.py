"""Where each card lies: layers from left to right, every card level with the first that hangs on it.

A tidy drawing of a forest: no two cards touch, no line crosses a card, and the same tree always looks
the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cti.core.ivr.graph.picture import Card, Picture

CARD_W, HEAD_H, NOTE_H = 200, 30, 17
COLUMN_W = CARD_W + 120
ROW_GAP = 12
MARGIN = 24


@dataclass(frozen=True, slots=True)
class Box:
    """A card's place in pixels, from the top left corner of the cards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where lines meet the card: the middle of its head."""
        return self.y + HEAD_H / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes by node, and the size of the whole."""

    boxes: Mapping[str, Box]
    width: float
    height: float


def card_height(card: Card) -> float:
    """The head and a line for each note."""
    return HEAD_H + NOTE_H * len(card.notes) + (6 if card.notes else 0)


def laid_out(picture: Picture) -> Layout:
    """Place every card of the picture."""
    columns, order = _columns(picture)
    heights: dict[str, float] = {}
    for name in reversed(order):
        card = picture.cards[name]
        below = sum(heights[each.target] for each in card.lines)
        heights[name] = max(card_height(card) + ROW_GAP, below)
    boxes: dict[str, Box] = {}
    tops: dict[str, float] = {}
    top = 0.0
    for root in picture.roots:
        tops[root] = top
        top += heights[root]
    for name in order:
        card = picture.cards[name]
        boxes[name] = Box(columns[name] * COLUMN_W, tops[name], CARD_W, card_height(card))
        next_top = tops[name]
        for each in card.lines:
            tops[each.target] = next_top
            next_top += heights[each.target]
    width = max((box.x + box.width for box in boxes.values()), default=0.0)
    return Layout(boxes, width, top)


def _columns(picture: Picture) -> tuple[dict[str, int], list[str]]:
    """Node → layer, and all nodes with each one before those that hang on it."""
    columns = dict.fromkeys(picture.roots, 0)
    order = list(picture.roots)
    for name in order:
        for each in picture.cards[name].lines:
            columns[each.target] = columns[name] + 1
            order.append(each.target)
    return columns, order
