"""What the fields of a desktop's command may hold. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """What one field of a command may hold: a type, a longest length, a pattern; null or absent."""

    kind: type[str] | type[bool] = str
    longest: int = 64
    pattern: str = ""
    optional: bool = False

    def accepts(self, value: object) -> bool:
        """Is this value of the right shape?"""
        if value is None:
            return self.optional
        if not isinstance(value, self.kind):
            return False
        return isinstance(value, bool) or (
            len(value) <= self.longest
            and (not self.pattern or bool(re.fullmatch(self.pattern, value)))
        )


Shape = Mapping[str, Field]
"""A command's fields by name."""
