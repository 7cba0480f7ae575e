"""Whole phrases of one installation: its settings, its folder, and its voice where there is one."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from cti.core.speech.kinds import SpokenKind
from cti.core.speech.phrases import Phrase, whole_phrase
from cti.prompts.phrase_files import PhraseFiles
from cti.prompts.phrase_voice import VOICES, VoiceProgram
from cti.services.phrases import PhraseRules, Phrases, Voice
from cti.settings import Settings
from cti.site_files import runtime_folder

log = logging.getLogger(__name__)

FILLED_AT_ONCE = 10
_DATES = frozenset({SpokenKind.DATE})


def phrases(settings: Settings) -> Phrases:
    """What calls ask for spoken values; ``run`` it."""
    rules = PhraseRules(
        whole=frozenset(settings.speech.whole), voices=VOICES, rest_s=settings.speech.rest_s
    )
    found = voice(settings) if rules.whole else None
    if rules.whole and found is None:
        log.warning("no voice for whole phrases is installed", extra={"fact": "no_voice"})
    return Phrases(rules, shelf(settings), found)


def shelf(settings: Settings) -> PhraseFiles:
    """The folder of phrases; Asterisk's sounds link to it."""
    most_bytes = round(settings.speech.most_mb * 1_000_000)
    return PhraseFiles(settings.folders.of_asterisk / "phrases", settings.speech.most, most_bytes)


def voice(settings: Settings, into: Path | None = None) -> VoiceProgram | None:
    """The voice, or None where none is installed; ``into``: another folder than that of phrases."""
    runtime = runtime_folder()
    own = runtime / "prompts-venv" / "bin" / "python"
    python = Path(settings.speech.python) if settings.speech.python else own
    if not python.is_file():
        return None
    return VoiceProgram(
        python=python,
        voices=runtime / "prompts-model" / "package" / "voices",
        prompts=settings.folders.prompts,
        into=into or shelf(settings).folder,
        limit_s=settings.speech.limit_s,
    )


def dates(year: int, languages: tuple[str, ...]) -> Mapping[str, Phrase]:
    """Every day of a year as a phrase in each language, by name; raises UnspeakableValue."""
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    found = (
        whole_phrase(SpokenKind.DATE, (first + timedelta(days=n)).isoformat(), language, _DATES)
        for language in languages
        for n in range(days)
    )
    return {each.name(VOICES[each.language]): each for each in found if each}


def fill(
    wanted: Mapping[str, Phrase], files: PhraseFiles, voice: Voice, told: Callable[[int], None]
) -> int:
    """Have the voice make what is missing; how many were. ``told`` hears how many are done.

    Raises VoiceBroke; what was made before stays.
    """
    missing = iter([each for each in wanted.items() if not files.use(each[0])])
    made = 0
    while some := dict(islice(missing, FILLED_AT_ONCE)):
        asyncio.run(voice.speak(some))
        made += len(some)
        told(made)
    files.tidy_now()
    return made
