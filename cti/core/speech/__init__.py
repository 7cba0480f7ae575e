"""Values spoken by joining recorded fragments: digits, numbers, money, dates, plates."""

from cti.core.speech.compose import fragments, spoken, words
from cti.core.speech.kinds import SpokenKind, UnspeakableValue
from cti.core.speech.pace import characters_per_minute, read_digits, spoken_characters

__all__ = [
    "SpokenKind",
    "UnspeakableValue",
    "characters_per_minute",
    "fragments",
    "read_digits",
    "spoken",
    "spoken_characters",
    "words",
]
