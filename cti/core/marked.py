"""Plain data that remembers where in which file each part was written.

``store/yaml_files.py`` builds it; ``core/ivr/parse.py`` and the configuration models read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cti.core.problems import Mark

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A scalar, a list of ``Marked`` or a mapping of text to ``Marked``, with its place.

    ``key_marks`` holds the place of each key of a mapping.
    """

    value: Scalar | tuple[Marked, ...] | Mapping[str, Marked]
    mark: Mark
    key_marks: Mapping[str, Mark] = field(default_factory=dict)

    def mapping(self) -> Mapping[str, Marked] | None:
        """Return the entries when this is a mapping, else None."""
        return self.value if isinstance(self.value, Mapping) else None

    def items(self) -> tuple[Marked, ...] | None:
        """Return the items when this is a list, else None."""
        return self.value if isinstance(self.value, tuple) else None

    def plain(self) -> object:
        """Return the same data as dicts, lists and scalars."""
        if (entries := self.mapping()) is not None:
            return {key: entry.plain() for key, entry in entries.items()}
        if (items := self.items()) is not None:
            return [item.plain() for item in items]
        return self.value

    def key_mark(self, key: str) -> Mark:
        """Return where ``key`` stands, or where the mapping starts when it has no such key."""
        return self.key_marks.get(key, self.mark)

    def mark_at(self, path: Sequence[str | int]) -> Mark:
        """Return the place of the part at ``path``, or of the deepest part that exists on it."""
        place, found = self.mark, self
        for step in path:
            entries, items = found.mapping(), found.items()
            if entries is not None and step in entries:
                found, place = entries[str(step)], found.key_mark(str(step))
            elif items is not None and isinstance(step, int) and 0 <= step < len(items):
                found = items[step]
                place = found.mark
            else:
                break
        return place
