"""Making sound files: recordings win, nothing is made twice, bad input is refused."""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile

from cti.cli import main
from cti.prompts import audio, kokoro, music, sounds, toolchain
from cti.prompts.catalogue import Catalogue
from cti.prompts.manifest import Entry, load_manifest
from cti.prompts.render import RecordingUnusable, Studio, chosen, render
from cti.prompts.work import Item

ITEM = Item(language="en", sound="hello", text="P I C C", readings={}, fragment=False)


class Humming:
    """Stands in for the model: a second of a 300 Hz tone, longer when asked to speak slowly."""

    def __init__(self) -> None:
        self.spoken: list[float] = []

    def run(self, _outputs: None, inputs: Mapping[str, Any]) -> list[Any]:
        speed = float(inputs["speed"][0])
        self.spoken.append(speed)
        quiet = numpy.zeros(24_000)
        return [numpy.concatenate([quiet, tone(24_000, 1.0 / speed), quiet])]


def tone(rate_hz: int, seconds: float, size: float = 0.3) -> Any:
    at = numpy.arange(round(rate_hz * seconds)) / rate_hz
    return size * numpy.sin(2 * math.pi * 300 * at)


@pytest.fixture
def humming() -> Humming:
    return Humming()


@pytest.fixture
def studio(tmp_path: Path, humming: Humming) -> Studio:
    voices = tmp_path / "voices"
    voices.mkdir()
    for voice in kokoro.VOICES.values():
        numpy.zeros(510 * 256, numpy.float32).tofile(voices / f"{voice}.bin")
    symbols = {sign: number for number, sign in enumerate(" ˈpisI.一")}
    return Studio(
        folder=tmp_path,
        catalogue=Catalogue({}, {}),
        voice=kokoro.Kokoro(humming, symbols, voices),
    )


def silent(number: int, total: int, item: Item, entry: Entry | None) -> None:
    """Report nothing."""


def record(studio: Studio, samples: Any, rate_hz: int = 16_000) -> Path:
    path = ITEM.recording(studio.folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(str(path), samples, rate_hz)
    return path


def test_a_prompt_is_trimmed_levelled_and_measured(studio: Studio) -> None:
    assert render(studio, [ITEM], silent) == 1
    made = load_manifest(studio.folder)["en/hello"]
    assert made.seconds == pytest.approx(1.2, abs=0.03)
    assert made.level_db == pytest.approx(audio.LOUDNESS_LUFS, abs=0.5)
    assert made.peak_dbfs < audio.PEAK_DBFS
    assert made.source == "kokoro:af_heart"
    assert ITEM.path(studio.folder).stat().st_size == round(made.seconds * 8000)


def test_what_did_not_change_is_not_made_again(studio: Studio, humming: Humming) -> None:
    render(studio, [ITEM], silent)
    assert render(studio, [ITEM], silent) == 0
    assert len(humming.spoken) == 1


def test_a_lost_file_and_a_changed_text_are_made_again(studio: Studio) -> None:
    render(studio, [ITEM], silent)
    ITEM.path(studio.folder).unlink()
    assert render(studio, [ITEM], silent) == 1
    assert render(studio, [dataclasses.replace(ITEM, text="P I P")], silent) == 1


def test_a_mandarin_sentence_spoken_too_fast_is_spoken_again_more_slowly(
    studio: Studio, humming: Humming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "mandarin", lambda text, readings: text)
    item = dataclasses.replace(ITEM, language="zh", text="一" * 8)
    render(studio, [item], silent)
    assert len(humming.spoken) == 2
    assert humming.spoken[1] < humming.spoken[0]


def test_a_human_recording_wins_over_the_voice(studio: Studio, humming: Humming) -> None:
    render(studio, [ITEM], silent)
    record(studio, tone(16_000, 2.0))
    assert render(studio, [ITEM], silent) == 1
    made = load_manifest(studio.folder)["en/hello"]
    assert made.source == "recording"
    assert made.seconds == pytest.approx(2.15, abs=0.05)
    assert len(humming.spoken) == 1
    assert render(studio, [ITEM], silent) == 0


def test_without_its_recording_a_prompt_gets_the_voice_back(studio: Studio) -> None:
    path = record(studio, tone(16_000, 2.0))
    render(studio, [ITEM], silent)
    path.unlink()
    assert render(studio, [ITEM], silent) == 1
    assert load_manifest(studio.folder)["en/hello"].source == "kokoro:af_heart"


@pytest.mark.parametrize(
    ("samples", "rate_hz", "words"),
    [
        (tone(16_000, 1.0).reshape(-1, 2), 16_000, "one channel"),
        (tone(6_000, 1.0), 6_000, "at least 8000 Hz"),
        (numpy.sign(tone(16_000, 1.0)), 16_000, "clipped"),
        (numpy.zeros(16_000), 16_000, "silent"),
        (tone(8_000, 121), 8_000, "at most 120 s"),
        (numpy.zeros(0), 16_000, "longer than 0"),
    ],
)
def test_an_unusable_recording_is_refused_with_the_reason(
    studio: Studio, samples: Any, rate_hz: int, words: str
) -> None:
    record(studio, samples, rate_hz)
    with pytest.raises(RecordingUnusable, match=words):
        render(studio, [ITEM], silent)
    assert not ITEM.path(studio.folder).exists()


def test_a_file_that_is_no_sound_is_refused(studio: Studio) -> None:
    record(studio, tone(16_000, 1.0)).write_text("hello")
    with pytest.raises(RecordingUnusable, match=r"hello\.wav"):
        render(studio, [ITEM], silent)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 44_100, 48_000])
def test_recordings_of_any_usual_rate_are_prepared(studio: Studio, rate_hz: int) -> None:
    record(studio, tone(rate_hz, 1.5), rate_hz)
    render(studio, [ITEM], silent)
    made = load_manifest(studio.folder)["en/hello"]
    assert made.seconds == pytest.approx(1.65, abs=0.03)
    assert made.level_db == pytest.approx(audio.LOUDNESS_LUFS, abs=0.5)


def test_alaw_codes_are_those_of_the_recommendation() -> None:
    # G.711, tables 1a and 1b, with the even bits inverted: the first and last codes of each sign.
    samples = numpy.array([0, 32767, -1, -32768]) / 32767
    assert audio.encode_alaw(samples) == bytes([0xD5, 0xAA, 0x55, 0x2A])


def test_decoding_gives_back_what_was_encoded() -> None:
    wave = numpy.linspace(-1, 1, 4001)
    for sample, code in zip(wave, audio.encode_alaw(wave), strict=True):
        turned = code ^ 0x55
        segment, step = (turned & 0x70) >> 4, turned & 0x0F
        size = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
        decoded = (size if turned & 0x80 else -size) / 32768
        assert decoded == pytest.approx(sample, rel=0.035, abs=0.0005)


def test_a_phoneme_the_voice_does_not_know_is_refused(studio: Studio) -> None:
    with pytest.raises(kokoro.ModelUnusable, match="no symbol"):
        studio.voice.speak("Ж", "af_heart", 1.0)


def test_letters_alone_need_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert sounds.english("P I").split() == ["pˈi", "ˈI"]
    with pytest.raises(sounds.NoEspeak):
        sounds.english("hello")


def test_missing_tools_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(toolchain.ToolchainError, match="npm is not installed"):
        toolchain.voices(tmp_path)
    with pytest.raises(toolchain.ToolchainError, match="not the project's folder"):
        toolchain.environment(tmp_path)


def test_items_are_chosen_by_language_and_id() -> None:
    other = dataclasses.replace(ITEM, language="zh")
    third = dataclasses.replace(ITEM, sound="bye")
    assert chosen([ITEM, other, third], "en", []) == [ITEM, third]
    assert chosen([ITEM, other, third], None, ["hello"]) == [ITEM, other]


def test_computed_sounds_are_written_once(tmp_path: Path) -> None:
    music.write_sounds(tmp_path, ("zh",))
    beep = tmp_path / "zh" / "beep.alaw"
    assert (tmp_path / music.MUSIC).stat().st_size == 240_000
    assert beep.stat().st_size == 3_200
    beep.write_bytes(b"human")
    music.write_sounds(tmp_path, ("zh",))
    assert beep.read_bytes() == b"human"


def test_an_unknown_id_is_refused_before_anything_is_installed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["prompts", "render", "--inside", "--language", "en", "--only", "nope"]) == 1
    assert 'no prompt "nope"' in capsys.readouterr().err


def test_the_synthesis_environment_is_renewed_when_either_lock_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(toolchain, "_run", ran.append)
    for lock in ("requirements.txt", "requirements-prompts.txt"):
        (tmp_path / lock).write_text("one==1\n")
    binaries = tmp_path / ".runtime" / "prompts-venv" / "bin"
    binaries.mkdir(parents=True)
    for lock in ("requirements.txt", "requirements-prompts.txt"):
        (tmp_path / lock).write_text("one==2\n")
        ran.clear()
        toolchain.environment(tmp_path)
        assert len(ran) == 3
        toolchain.environment(tmp_path)
        assert len(ran) == 3
