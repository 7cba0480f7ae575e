"""Bands of waiting time: how long those waited who gave up, or were answered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bands:
    """Whole seconds at which a band ends and the next one begins, rising. A wait of exactly a bound
    belongs to the band that begins there, as an abandon of exactly the short-abandon limit is no
    short one."""

    bounds_s: tuple[int, ...] = (5, 10, 20, 30, 60, 120)

    @property
    def names(self) -> Sequence[str]:
        """``0-5``, ``5-10`` … ``120+``, in their order."""
        begins = (0, *self.bounds_s)
        ended = [f"{a}-{b}" for a, b in zip(begins, self.bounds_s, strict=False)]
        return (*ended, f"{begins[-1]}+")

    @property
    def bounds_ms(self) -> Mapping[str, tuple[int, int | None]]:
        """Band → (from, to before); the last one has no end."""
        begins = (0, *(1000 * bound for bound in self.bounds_s))
        return dict(zip(self.names, zip(begins, (*begins[1:], None), strict=True), strict=True))

    def of(self, waited_ms: int) -> str:
        """The band of a wait."""
        return self.names[bisect_right(self.bounds_s, waited_ms // 1000)]

    def place(self, name: str) -> int:
        """Where the band stands among all; unknown names stand last."""
        names = self.names
        return names.index(name) if name in names else len(names)


USUAL = Bands()
