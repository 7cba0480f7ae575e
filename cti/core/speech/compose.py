"""A value of a kind as fragments to play, and as the words those fragments say."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from cti.core.speech import chinese, english
from cti.core.speech.chinese_fragments import chinese_fragments
from cti.core.speech.english_fragments import english_fragments
from cti.core.speech.kinds import SpokenKind, UnspeakableValue

_Composer = Callable[[str], Iterator[str]]
_COMPOSERS: Mapping[str, Mapping[SpokenKind, _Composer]] = {
    "zh": {kind: getattr(chinese, kind.value) for kind in SpokenKind},
    "en": {kind: getattr(english, kind.value) for kind in SpokenKind},
}
_BETWEEN = {"zh": "", "en": " "}


def spoken(kind: SpokenKind, value: str, language: str) -> tuple[str, ...]:
    """Fragment ids to play one after the other, such as ``num/23``; raises UnspeakableValue."""
    if language not in _COMPOSERS:
        raise UnspeakableValue(f"no composer for language {language[:8]!r}")
    return tuple(_COMPOSERS[language][kind](value))


def words(kind: SpokenKind, value: str, language: str) -> str:
    """What ``spoken`` says, as text; raises UnspeakableValue."""
    texts = fragments(language)
    return _BETWEEN[language].join(texts[name] for name in spoken(kind, value, language))


@cache
def fragments(language: str) -> Mapping[str, str]:
    """The text of every fragment of a language by id; raises UnspeakableValue."""
    makers = {"zh": chinese_fragments, "en": english_fragments}
    if language not in makers:
        raise UnspeakableValue(f"no fragments for language {language[:8]!r}")
    return MappingProxyType(makers[language]())
