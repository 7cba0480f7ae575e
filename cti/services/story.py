"""A call's story in sentences, for the desktop and for ``cti trace``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.core.measures.timeline import NUMBERS, Line, timeline
from cti.messages import text
from cti.services.ports import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One event in words; ``after_s`` seconds after the first; ``type`` is the event's."""

    at: datetime
    after_s: float
    text: str
    type: str


def tell(
    recorded: Sequence[Recorded], language: str, *, masked: Callable[[str], str]
) -> tuple[Sentence, ...]:
    """The events in words of ``language``; phone numbers go through ``masked``."""
    lines = timeline([one.event for one in recorded])
    return tuple(
        Sentence(
            at=line.at, after_s=line.after_s, type=line.type, text=_text(line, language, masked)
        )
        for line in lines
    )


def _text(line: Line, language: str, masked: Callable[[str], str]) -> str:
    values = {name: _printable(value) for name, value in line.values.items()}
    for name in NUMBERS & values.keys():
        values[name] = masked(str(values[name]))
    words = {name: _word(key, language) for name, key in line.words.items()}
    return text(line.key, language, **values, **words)


def _word(key: str, language: str) -> str:
    try:
        return text(key, language)
    except KeyError:
        return _shown(key.rpartition(".")[2])  # a code of the admins' configuration, or of later


def _printable(value: object) -> object:
    return _shown(value) if isinstance(value, str) else value


def _shown(written: str) -> str:
    """Without control characters: what strangers send must not steer a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in written)
