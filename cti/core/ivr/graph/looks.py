"""Colours and outlines: one of each for every type of node."""

from __future__ import annotations

from collections.abc import Mapping

BACKGROUND, INK, LINE, PALE = "#fbfbfc", "#1f2933", "#9aa5b1", "#616e7c"
WALKED, NEVER = "#2f9e57", "#d64545"

COLOURS: Mapping[str, str] = {
    "menu": "#2f6fde",
    "collect": "#1597a5",
    "branch": "#d9902f",
    "lookup": "#7b57c2",
    "script": "#a05a2c",
    "enqueue": "#2f9e57",
    "transfer": "#5f9e2f",
    "callback": "#38a3a5",
    "voicemail": "#c2577b",
    "sms": "#4f7cac",
    "survey": "#8f6fb0",
    "subtree": "#3d4f7c",
    "hangup": "#d64545",
    "language": "#b0803a",
    "say": "#7b8794",
    "set": "#9aa5b1",
}
_POINTED = frozenset({"branch"})
_SLANTED = frozenset({"lookup", "script"})
_ROUND = frozenset({"enqueue", "transfer", "hangup"})
_CUT = frozenset({"collect"})


def outline(kind: str, width: float, height: float) -> str:
    """The card's outline as SVG path data, from its own top left corner."""
    w, h = f"{width:g}", f"{height:g}"
    if kind in _POINTED:
        return f"M12 0H{width - 12:g}L{w} 15L{width - 12:g} {h}H12L0 15Z"
    if kind in _SLANTED:
        return f"M10 0H{w}L{width - 10:g} {h}H0Z"
    if kind in _CUT:
        return f"M8 0H{width - 8:g}L{w} 8V{height - 8:g}L{width - 8:g} {h}H8L0 {height - 8:g}V8Z"
    radius = 15 if kind in _ROUND else 9 if kind == "menu" else 3
    r = f"{radius}"
    return (
        f"M{r} 0H{width - radius:g}A{r} {r} 0 0 1 {w} {r}V{height - radius:g}"
        f"A{r} {r} 0 0 1 {width - radius:g} {h}H{r}A{r} {r} 0 0 1 0 {height - radius:g}"
        f"V{r}A{r} {r} 0 0 1 {r} 0Z"
    )
