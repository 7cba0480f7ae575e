"""The sound files that are shipped: complete, level, not clipped, not too fast."""

import math
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from cti.core.speech import characters_per_minute, read_digits, spoken_characters
from cti.prompts.catalogue import LANGUAGES, load_catalogue
from cti.prompts.check import FASTEST_ZH_CPM, check_prompts
from cti.prompts.manifest import load_manifest, seconds
from cti.prompts.work import items

PROMPTS = Path("prompts")
RATE_HZ = 8000


def linear(code: int) -> float:
    """ITU-T G.711 A-law to a sample in [-1, 1]."""
    code ^= 0x55
    segment, step = (code & 0x70) >> 4, code & 0x0F
    size = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return (size if code & 0x80 else -size) / 32768


LINEAR = [linear(code) for code in range(256)]


@cache
def samples(path: Path) -> list[float]:
    return [LINEAR[code] for code in path.read_bytes()]


def level_db(sound: list[float]) -> float:
    return 10 * math.log10(sum(sample**2 for sample in sound) / len(sound) + 1e-12)


def test_the_shipped_prompts_are_in_order() -> None:
    assert check_prompts(PROMPTS) == []


def test_the_sounds_stay_small_enough_to_be_kept_beside_the_code() -> None:
    assert sum(path.stat().st_size for path in PROMPTS.rglob("*.alaw")) < 16_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_as_long_as_the_manifest_says(language: str) -> None:
    for sound, length_s in seconds(load_manifest(PROMPTS), language).items():
        size = (PROMPTS / language / f"{sound}.alaw").stat().st_size
        assert size / RATE_HZ == pytest.approx(length_s, abs=0.001), sound


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_has_a_voice_that_is_neither_clipped_nor_faint(language: str) -> None:
    for item in items(load_catalogue(PROMPTS)):
        if item.language == language and not item.fragment:
            sound = samples(item.path(PROMPTS))
            assert max(map(abs, sound)) < 0.75, item.name
            assert -26 < level_db(sound) < -15, item.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_begins_and_ends_in_silence(language: str) -> None:
    edge = RATE_HZ // 100
    for item in items(load_catalogue(PROMPTS)):
        if item.language == language and not item.fragment:
            sound = samples(item.path(PROMPTS))
            assert level_db(sound[:edge]) < -35, item.name
            assert level_db(sound[-edge:]) < -35, item.name


def test_no_mandarin_prompt_is_spoken_faster_than_allowed() -> None:
    lengths = seconds(load_manifest(PROMPTS), "zh")
    for prompt in load_catalogue(PROMPTS).prompts.values():
        speed = characters_per_minute(prompt.texts["zh"], lengths[prompt.id])
        assert speed <= FASTEST_ZH_CPM, prompt.id


def test_fragments_are_short_enough_to_follow_each_other() -> None:
    for item in items(load_catalogue(PROMPTS)):
        if item.fragment:
            assert 0.1 < item.path(PROMPTS).stat().st_size / RATE_HZ < 2.2, item.name


def test_the_music_on_hold_is_half_a_minute_quiet_and_loops_without_a_click() -> None:
    music = samples(PROMPTS / "moh" / "hold.alaw")
    assert len(music) == 30 * RATE_HZ
    assert level_db(music) == pytest.approx(-27, abs=1)
    steps = [abs(after - before) for before, after in pairwise(music)]
    assert abs(music[0] - music[-1]) <= max(steps)


def test_a_run_of_digits_is_read_digit_by_digit_and_a_single_one_as_a_number() -> None:
    assert read_digits("95518，请按1", "zh") == "九五五幺八，请按一"
    assert read_digits("call 120, press 1", "en") == "call one two zero, press one"


def test_speed_counts_what_is_spoken() -> None:
    assert spoken_characters("您好，95518。") == 7
    assert characters_per_minute("您好，欢迎致电九五五幺八。", 3.0) == 220
    assert characters_per_minute("目前", 0.3) == 0
    assert characters_per_minute("您好，欢迎致电九五五幺八。", 0.0) == 0
