"""A picture of a tree as SVG text: complete in itself, the same bytes for the same tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from math import sqrt

from cti.core.ivr.graph.layout import HEAD_H, MARGIN, NOTE_H, Box, Layout, laid_out
from cti.core.ivr.graph.looks import (
    BACKGROUND,
    COLOURS,
    INK,
    LINE,
    NEVER,
    PALE,
    WALKED,
    outline,
)
from cti.core.ivr.graph.picture import Card, Counts, Link, Picture

LEGEND_H = 64
LONGEST_NAME, LONGEST_LABEL, LONGEST_NOTE = 24, 15, 30
STEM, CORNER = 16, 8
WIDEST_LINE = 7.0
FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the picture is to be drawn. ``words`` has kinds and legend for people, by name.

    With ``counts`` what was walked is coloured; ``widths`` draws them as widths of lines instead.
    """

    words: Mapping[str, str]
    counts: Counts | None = None
    widths: bool = False


def svg(picture: Picture, wish: Wish) -> str:
    """The whole file."""
    layout = laid_out(picture)
    width, height = layout.width + 2 * MARGIN, layout.height + LEGEND_H + 2 * MARGIN
    pen = _Pen(picture, layout, wish)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONT}" font-size="12" fill="{INK}">',
        f"<title>{escape(picture.name)}</title>",
        f'<rect width="100%" height="100%" fill="{BACKGROUND}"/>',
        *pen.legend(),
        f'<g transform="translate({MARGIN} {LEGEND_H + MARGIN})">',
        *(part for card in picture.cards.values() for part in pen.lines(card)),
        *(part for card in picture.cards.values() for part in pen.card(card)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class _Pen:
    picture: Picture
    layout: Layout
    wish: Wish

    def lines(self, card: Card) -> Iterator[str]:
        start = self.layout.boxes[card.id]
        for link in card.lines:
            end = self.layout.boxes[link.target]
            colour, width, dash = self._stroke(link)
            yield (
                f'<path d="{_bent(start, end)}" fill="none" stroke="{colour}" '
                f'stroke-width="{width:.2g}"{dash}/>'
            )
            yield from self._label(link, end)

    def _label(self, link: Link, end: Box) -> Iterator[str]:
        shown = shortened(link.label, LONGEST_LABEL) + self._times(link)
        if shown:
            yield (
                f'<text x="{end.x - 6:g}" y="{end.middle - 4:g}" text-anchor="end" font-size="11" '
                f'font-weight="600" fill="{PALE}">{escape(shown)}<title>{escape(link.label)}</title></text>'
            )

    def card(self, card: Card) -> Iterator[str]:
        box = self.layout.boxes[card.id]
        fill, edge, dash = self._look(card)
        yield f'<g id="{escape(card.id, quote=True)}"><title>{escape(self._tip(card))}</title>'
        path = outline(card.kind, box.width, box.height)
        yield (
            f'<path transform="translate({box.x:g} {box.y:g})" d="{path}" fill="{fill}" '
            f'stroke="{edge}" stroke-width="1.6"{dash}/>'
        )
        dot = COLOURS.get(card.kind, LINE)
        yield f'<circle cx="{box.x + 20:g}" cy="{box.middle:g}" r="5" fill="{dot}"/>'
        name = shortened(card.id, LONGEST_NAME)
        yield (
            f'<text x="{box.x + 31:g}" y="{box.middle + 4:g}" font-weight="600">{escape(name)}</text>'
        )
        for row, link in enumerate(card.notes):
            yield self._note(link, box, row)
        yield "</g>"

    def _note(self, link: Link, box: Box, row: int) -> str:
        colour = self._stroke(link)[0] if self.wish.counts else PALE
        words = shortened(f"{link.label} → {link.target}".lstrip(), LONGEST_NOTE)
        y = box.y + HEAD_H + NOTE_H * row + 10
        return (
            f'<text x="{box.x + 16:g}" y="{y:g}" font-size="11" fill="{colour}">'
            f"{escape(words + self._times(link))}"
            f"<title>{escape(f'{link.label} → {link.target}')}</title></text>"
        )

    def _times(self, link: Link) -> str:
        counts = self.wish.counts
        times = link.count(counts) if counts and self.wish.widths else 0
        return f" ×{times}" if times else ""

    def _stroke(self, link: Link) -> tuple[str, float, str]:
        """Colour, width and dashes of a line."""
        counts = self.wish.counts
        if counts is None:
            return LINE, 1.4, ""
        times = link.count(counts)
        if self.wish.widths:
            most = max(1, *counts.nodes.values(), 1)
            wide = 1.0 + (WIDEST_LINE - 1.0) * sqrt(times / most)
            return (WALKED if times else LINE), min(wide, WIDEST_LINE), ""
        return (WALKED, 1.8, "") if times else (NEVER, 1.4, ' stroke-dasharray="5 3"')

    def _look(self, card: Card) -> tuple[str, str, str]:
        """Fill, edge and dashes of a card."""
        counts = self.wish.counts
        if counts is None:
            return "#ffffff", COLOURS.get(card.kind, LINE), ""
        if counts.nodes.get(card.id):
            return "#eef8f1", WALKED, ""
        if self.wish.widths:
            return "#ffffff", LINE, ""
        return "#fdf0ef", NEVER, ' stroke-dasharray="5 3"'

    def _tip(self, card: Card) -> str:
        kind = self.wish.words.get(card.kind, card.kind)
        times = f" ×{self.wish.counts.nodes.get(card.id, 0)}" if self.wish.counts else ""
        return f"{card.id} ({kind}){times}\n{card.tip}".strip()

    def legend(self) -> Iterator[str]:
        words = self.wish.words
        yield (
            f'<text x="{MARGIN}" y="34" font-size="20" font-weight="700">'
            f"{escape(words.get('heading', self.picture.name))}</text>"
        )
        x = float(MARGIN)
        for kind in sorted({card.kind for card in self.picture.cards.values()}):
            colour, word = COLOURS.get(kind, LINE), words.get(kind, kind)
            yield f'<circle cx="{x + 5:g}" cy="57" r="5" fill="{colour}"/>'
            yield f'<text x="{x + 15:g}" y="61">{escape(word)}</text>'
            x += 34 + _width(word)
        for colour, key in self._marks():
            yield f'<path d="M{x:g} 57h24" stroke="{colour}" stroke-width="3"/>'
            yield f'<text x="{x + 30:g}" y="61">{escape(words.get(key, key))}</text>'
            x += 50 + _width(words.get(key, key))

    def _marks(self) -> list[tuple[str, str]]:
        if self.wish.counts is None:
            return []
        if self.wish.widths:
            return [(WALKED, "traffic")]
        return [(WALKED, "walked"), (NEVER, "never")]


def _bent(start: Box, end: Box) -> str:
    """From the right of one card to the left of another: along, down, along, with round corners."""
    x1, y1, x2, y2 = start.x + start.width, start.middle, end.x, end.middle
    if y1 == y2:
        return f"M{x1:g} {y1:g}H{x2:g}"
    stem = x1 + STEM
    return (
        f"M{x1:g} {y1:g}H{stem - CORNER:g}Q{stem:g} {y1:g} {stem:g} {y1 + CORNER:g}"
        f"V{y2 - CORNER:g}Q{stem:g} {y2:g} {stem + CORNER:g} {y2:g}H{x2:g}"
    )


def _width(words: str) -> float:
    return sum(12.0 if ord(sign) > 0x2E80 else 6.6 for sign in words)


def shortened(words: str, longest: int) -> str:
    """At most ``longest`` places; a Chinese character takes two."""
    taken = 0
    for index, sign in enumerate(words):
        taken += 2 if ord(sign) > 0x2E80 else 1
        if taken > longest:
            return words[: max(0, index - 1)] + "…"
    return words
