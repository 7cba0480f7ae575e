"""The voice as a program of its own, and the folder it fills: real files, a real process, a fake
voice; and once the real one where it is installed.
"""

import asyncio
import os
import stat
from collections.abc import Iterable
from pathlib import Path

import pytest

from cti.core.speech import SpokenKind
from cti.core.speech.phrases import Phrase
from cti.phrases import dates, fill
from cti.prompts.phrase_files import PhraseFiles, put
from cti.prompts.phrase_maker import read
from cti.prompts.phrase_voice import VOICES, VoiceProgram
from cti.services.phrases import FOLDER, PhraseRules, Phrases, VoiceBroke
from cti.settings_rules import Speech

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / ".runtime"
REAL_PYTHON = RUNTIME / "prompts-venv" / "bin" / "python"
REAL_VOICES = RUNTIME / "prompts-model" / "package" / "voices"
DAY = Phrase("zh", "二零二六年三月二十一日")
NAME = DAY.name(VOICES["zh"])
WRITES = """\
import json, os, sys
into = sys.argv[5]
os.makedirs(into, exist_ok=True)
for line in sys.stdin:
    name, language, text = json.loads(line)
    with open(os.path.join(into, name + ".alaw"), "wb") as file:
        file.write(b"\\x55" * 800)
"""


def program(folder: Path, source: str, limit_s: float = 10.0) -> VoiceProgram:
    """A stand-in for the synthesis environment's Python: it runs ``source`` whatever it is told."""
    python = folder / "python"
    script = folder / "voice.py"
    script.write_text(source, "utf-8")
    python.write_text(f'#!/bin/sh\nexec /usr/bin/env python3 {script} "$@"\n', "utf-8")
    python.chmod(0o755)
    return VoiceProgram(
        python=python,
        voices=folder / "voices",
        prompts=ROOT / "prompts",
        into=folder / "phrases",
        limit_s=limit_s,
    )


async def spoken_by_second_caller(voice: VoiceProgram, limit_s: float) -> Path:
    """The file that is played, after a first caller heard fragments."""
    rules = PhraseRules(whole=frozenset({SpokenKind.DATE}), voices=VOICES, rest_s=60.0)
    cache = Phrases(rules, PhraseFiles(voice.into, 10, 10_000_000), voice)
    day = (SpokenKind.DATE, "2026-03-21", "zh")
    task = asyncio.create_task(cache.run())
    try:
        assert len(cache.sounds(*day)) == 3
        async with asyncio.timeout(limit_s):
            while len(heard := cache.sounds(*day)) > 1:  # noqa: ASYNC110 (a file)
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return voice.into / f"{heard[0].removeprefix(FOLDER)}.alaw"


async def test_the_phrase_is_made_by_the_program_and_played_to_the_next_caller(
    tmp_path: Path,
) -> None:
    path = await spoken_by_second_caller(program(tmp_path, WRITES), 10)
    assert path.name == f"{NAME}.alaw"
    assert path.stat().st_size == 800


async def test_the_voice_sees_no_secret_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTI_SECRET_AMI", "hidden")
    source = "import os, sys\nsys.exit(any(name.startswith('CTI_') for name in os.environ))\n"
    await program(tmp_path, source).speak({NAME: DAY})


async def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(VoiceBroke, match="exit 1: no model here"):
        await program(tmp_path, "raise SystemExit('no model here')").speak({NAME: DAY})


async def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    source = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\nchild.wait()\n"
    )
    with pytest.raises(VoiceBroke, match="no end after 2 s"):
        await program(tmp_path, source, limit_s=2).speak({NAME: DAY})
    child = Path(f"/proc/{(tmp_path / 'pid').read_text()}/stat")
    async with asyncio.timeout(5):
        while child.exists() and child.read_text().split()[2] not in "ZX":  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.02)


async def test_a_program_that_is_not_there_is_a_broken_voice(tmp_path: Path) -> None:
    voice = program(tmp_path, WRITES)
    voice.python.unlink()
    with pytest.raises(VoiceBroke):
        await voice.speak({NAME: DAY})


@pytest.mark.timeout(180)
@pytest.mark.skipif(
    not (REAL_PYTHON.exists() and REAL_VOICES.is_dir()), reason="no voice is installed"
)
async def test_the_real_voice_says_a_date_of_a_plausible_length(tmp_path: Path) -> None:
    voice = VoiceProgram(
        python=REAL_PYTHON,
        voices=REAL_VOICES,
        prompts=ROOT / "prompts",
        into=tmp_path / "phrases",
        limit_s=120,
    )
    path = await spoken_by_second_caller(voice, 150)
    assert 1.5 < path.stat().st_size / 8000 < 4.5
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def kept_after(folder: Path, most: int, most_bytes: int, used: Iterable[str] = ()) -> set[str]:
    for number, name in enumerate("abcd"):
        put(folder, name, bytes(100))
        os.utime(folder / f"{name}.alaw", (number, number))
    files = PhraseFiles(folder, most, most_bytes)
    assert all(files.use(name) for name in used)
    files.tidy_now()
    return {each.name for each in files.kept()}


def test_the_least_recently_used_file_goes_by_number_and_by_bytes(tmp_path: Path) -> None:
    assert kept_after(tmp_path / "1", 2, 10_000) == {"c", "d"}
    assert kept_after(tmp_path / "2", 10, 350) == {"b", "c", "d"}
    assert kept_after(tmp_path / "3", 2, 10_000, used="a") == {"a", "d"}


def test_an_empty_shelf_has_nothing_and_is_tidy(tmp_path: Path) -> None:
    files = PhraseFiles(tmp_path / "none", 10, 1000)
    files.tidy_now()
    assert not files.use(NAME)
    assert list(files.kept()) == []


def test_half_a_file_is_never_under_its_name(tmp_path: Path) -> None:
    put(tmp_path, "a", b"sound")
    assert [path.name for path in tmp_path.iterdir()] == ["a.alaw"]


@pytest.mark.parametrize("name", ["../a", "a/b", "", "A1", "abc", "0" * 65])
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        list(read([f'["{name}", "zh", "\\u4e00"]']))


def test_a_year_of_dates_is_made_once(tmp_path: Path) -> None:
    wanted = dates(2028, ("zh", "en"))
    assert len(wanted) == 2 * 366
    files = PhraseFiles(tmp_path / "phrases", 1000, 10_000_000)
    told: list[int] = []
    assert fill(wanted, files, program(tmp_path, WRITES), told.append) == len(wanted)
    assert told[-1] == len(wanted)
    assert fill(wanted, files, program(tmp_path, WRITES), told.append) == 0
    assert len(list(files.kept())) == len(wanted)


def test_personal_kinds_are_kept_only_when_that_is_said() -> None:
    with pytest.raises(ValueError, match="plate: personal"):
        Speech(whole=(SpokenKind.PLATE,))
    assert Speech(whole=(SpokenKind.PLATE,), personal=True).whole == (SpokenKind.PLATE,)
    assert Speech().whole == ()
