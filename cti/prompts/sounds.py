"""Text to the phonemes of the Kokoro voices: Mandarin by pinyin, English by espeak-ng's IPA."""

import logging
import re
import shutil
import subprocess
from collections.abc import Mapping

from cti.core.speech import read_digits

_HAN = "\u4e00-\u9fff"
_ENGLISH_RUN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'-]*")
_PUNCTUATION = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "！": "! ", "：": ": ", "；": "; ", "？": "? "}
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_SOUNDS = (
    "ˈA bˈi sˈi dˈi ˈi ˈɛf ʤˈi ˈAʧ ˈI ʤˈA kˈA ˈɛl ˈɛm ˈɛn ˈO pˈi kjˈu ˈɑɹ ˈɛs tˈi jˈu vˈi "
    "dˈʌbᵊlju ˈɛks wˈI zˈi"
)
_LETTERS = dict(zip(_ALPHABET, _LETTER_SOUNDS.split(), strict=True))
# espeak-ng's en-us IPA (with ties) in the alphabet the voices were trained on; longest first.
_IPA = (
    ("ʔˌn\u0329", "tn"), ("ʔn\u0329", "tn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"),
    ("ʔn", "tn"), ("ʲo", "jo"), ("ʲə", "jə"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ʔ", "t"),
    ("e", "A"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"),
    ("ɬ", "l"), ("\u0303", ""), ("ː", ""), ("^", ""),
    ("ɹɹ", "ɹ"), ("iəɹ", "ɪɹ"),
)  # fmt: skip


class NoEspeak(RuntimeError):
    """The program espeak-ng is not installed."""


def mandarin(text: str, readings: Mapping[str, str]) -> str:
    """Phonemes of a Mandarin text; Latin words in it are spoken in English."""
    parts: list[str] = []
    at = 0
    for run in _ENGLISH_RUN.finditer(text):
        parts += [_mandarin_run(text[at : run.start()], readings), f" {english(run.group())}"]
        at = run.end()
    parts.append(_mandarin_run(text[at:], readings))
    return "".join(parts).strip()


def _mandarin_run(text: str, readings: Mapping[str, str]) -> str:
    plain = read_digits(text, "zh").translate(_PUNCTUATION)
    return re.sub(f"[{_HAN}]+", lambda run: _han(run.group(), readings), plain)


def _han(text: str, readings: Mapping[str, str]) -> str:
    return " ".join(_piece(piece, readings) for piece in split(text, readings))


def split(text: str, readings: Mapping[str, str]) -> list[str]:
    """Words with a reading of ours, the longest first, and what lies between them."""
    by_length = sorted(readings, key=len, reverse=True)
    pattern = "|".join(re.escape(word) for word in by_length)
    pieces = re.split(f"({pattern})", text) if by_length else [text]
    return [piece for piece in pieces if piece]


def _piece(piece: str, readings: Mapping[str, str]) -> str:
    from misaki.zh import ZHG2P

    if piece in readings:
        spoken = "".join(ZHG2P.py2ipa(syllable) for syllable in readings[piece].split())
    else:
        spoken = " ".join(ZHG2P.word2ipa(word) for word in cut(piece))
    # U+032F marks a non-syllabic vowel; the voices have no sign for it.
    return spoken.replace("\u032f", "")


def cut(text: str) -> list[str]:
    """Words by the dictionary of jieba."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return list(jieba.lcut(text))


def english(text: str) -> str:
    """Phonemes of an English text; raises NoEspeak."""
    parts = re.findall(r"[^,.;:!?]+|[,.;:!?]", read_digits(text, "en"))
    return "".join(_english_part(part) for part in parts).strip()


def _english_part(part: str) -> str:
    if part in ",.;:!?":
        return f"{part} "
    words = re.split(r"(\b[A-Z]\b)", part)
    # A capital alone is a letter's name ("P I C C"): espeak-ng would read "A" as the article.
    return "".join(
        f" {_LETTERS[word]} " if word in _LETTERS else _espeak(word)
        for word in words
        if word.strip()
    )


def _espeak(text: str) -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        raise NoEspeak("espeak-ng is not installed")
    command = [program, "-q", "--ipa", "--tie=^", "-v", "en-us", "--", text]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)  # noqa: S603
    ipa = run.stdout.strip().replace("\n", " ").replace("\u0361", "^")
    for sign, ours in _IPA:
        ipa = ipa.replace(sign, ours)
    return ipa
