"""What a figure is: a sum of tallies, divided by another where it is a share or a mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cti.core.measures.tallies import Cell, Tally


class Unit(StrEnum):
    """How a figure reads: how many, a share of 1, or seconds."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"


class Rule(StrEnum):
    """Which interval it belongs to."""

    ENTRY = "entry"
    BEGIN = "begin"
    END = "end"
    MOMENT = "moment"
    SPLIT = "split"


class Pick(StrEnum):
    """What of a tally is summed."""

    CASES = "cases"
    TOTAL = "total"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Term:
    """One summand; a ``kind`` that ends in a dot stands for all that begin so."""

    kind: str
    pick: Pick = Pick.CASES
    sign: int = 1

    def meets(self, kind: str) -> bool:
        """Whether a tally of this kind belongs to it."""
        return kind.startswith(self.kind) if self.kind.endswith(".") else kind == self.kind

    def of(self, cell: Cell) -> int:
        """Its value."""
        if not self.kind.endswith("."):
            return self.sign * int(getattr(cell.get(self.kind, Tally()), self.pick))
        found = (tally for kind, tally in cell.items() if self.meets(kind))
        return self.sign * sum(int(getattr(tally, self.pick)) for tally in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``below`` is empty for a plain number. Every term of ``above`` is added, none taken away."""

    name: str
    unit: Unit
    rule: Rule
    above: tuple[Term, ...]
    below: tuple[Term, ...] = ()

    def value(self, cell: Cell) -> Value:
        """Numerator and denominator, as whole numbers."""
        above = sum(term.of(cell) for term in self.above)
        return Value(above, sum(term.of(cell) for term in self.below) if self.below else None, self)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of one cell; the division is the very last step."""

    numerator: int
    denominator: int | None
    figure: Figure

    @property
    def shown(self) -> float | int | None:
        """In the figure's unit; None where there is nothing to divide by."""
        if self.denominator is None:
            return self.numerator / 1000 if self.figure.unit is Unit.SECONDS else self.numerator
        if self.denominator <= 0:
            return None
        scale = 1000 if self.figure.unit is Unit.SECONDS else 1
        return self.numerator / (self.denominator * scale)
