"""``cti prompts check``: the catalogue against the files on disk."""

from pathlib import Path

import pytest

from cti.cli import main
from cti.core.problems import Problem
from cti.core.speech import fragments
from cti.messages import LANGUAGES, line
from cti.prompts.catalogue import load_catalogue
from cti.prompts.check import check_prompts, missing_prompts
from cti.prompts.manifest import Entry, load_manifest, save_manifest
from cti.prompts.work import items


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set of prompts in perfect order."""
    root = tmp_path / "prompts"
    root.mkdir()
    text = "prompts:\n  hello: {zh: 您好，欢迎致电服务热线。, en: Hello.}\n"
    (root / "catalogue.yaml").write_text(text, "utf-8")
    (root / "lexicon.yaml").write_text("zh: {重听: chong2 ting1}\n", "utf-8")
    entries = {}
    for item in items(load_catalogue(root)):
        item.path(root).parent.mkdir(parents=True, exist_ok=True)
        item.path(root).write_bytes(b"\xd5" * 80)
        entries[item.name] = entry(text_key=item.text_key)
    save_manifest(root, entries)
    return root


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "key": "k", "text_key": "t", "seconds": 1.0, "speed_cpm": 240,
        "level_db": -19.0, "peak_dbfs": -3.5, "source": "recording",
    }  # fmt: skip
    return Entry(**(values | changes))  # type: ignore[arg-type]


def change(folder: Path, name: str, **changes: object) -> None:
    entries = load_manifest(folder)
    entries[name] = entry(text_key=entries[name].text_key, **changes)
    save_manifest(folder, entries)


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code.removeprefix("prompts.") for problem in problems]


def test_prompts_in_order_have_no_findings(folder: Path) -> None:
    assert check_prompts(folder) == []


def test_a_prompt_without_sound_is_an_error_at_its_line(folder: Path) -> None:
    (folder / "en" / "hello.alaw").unlink()
    problems = check_prompts(folder)
    assert codes(problems) == ["no_audio"]
    assert str(problems[0].mark) == "prompts/catalogue.yaml:2:1"
    assert problems[0].values == {"path": "en/hello.alaw"}


def test_a_prompt_without_a_text_is_an_error(folder: Path) -> None:
    (folder / "catalogue.yaml").write_text("prompts:\n  hello: {zh: 您好}\n", "utf-8")
    assert codes(check_prompts(folder))[0] == "no_text"


def test_missing_fragments_are_one_error_a_language(folder: Path) -> None:
    for name in ("digits/07", "num/2000"):
        (folder / "zh" / f"{name}.alaw").unlink()
    problems = check_prompts(folder)
    assert codes(problems) == ["no_fragments"]
    assert problems[0].values["count"] == "2"


def test_a_text_changed_after_rendering_is_found(folder: Path) -> None:
    text = "prompts:\n  hello: {zh: 您好，欢迎再次致电服务热线。, en: Hello.}\n"
    (folder / "catalogue.yaml").write_text(text, "utf-8")
    problems = check_prompts(folder)
    assert codes(problems) == ["stale"]
    assert problems[0].values["path"] == "zh/hello"


def test_a_prompt_spoken_too_fast_is_found(folder: Path) -> None:
    change(folder, "zh/hello", speed_cpm=271)
    assert codes(check_prompts(folder)) == ["too_fast"]


@pytest.mark.parametrize("measured", [{"peak_dbfs": 0.0}, {"level_db": -40.0}])
def test_a_clipped_or_faint_sound_is_found(folder: Path, measured: dict[str, float]) -> None:
    change(folder, "zh/hello", **measured)
    assert codes(check_prompts(folder)) == ["level"]


def test_a_sound_of_unknown_origin_is_found(folder: Path) -> None:
    entries = load_manifest(folder)
    del entries["zh/hello"]
    save_manifest(folder, entries)
    assert codes(check_prompts(folder)) == ["not_measured"]


def test_a_sound_that_belongs_to_no_prompt_is_found(folder: Path) -> None:
    (folder / "zh" / "helo.alaw").write_bytes(b"\xd5")
    problems = check_prompts(folder)
    assert codes(problems) == ["unknown_sound"]
    assert problems[0].mark.file == "prompts/zh/helo.alaw"


def test_an_unreadable_catalogue_is_one_finding(folder: Path) -> None:
    (folder / "catalogue.yaml").write_text("prompts: [", "utf-8")
    assert codes(check_prompts(folder)) == ["unreadable"]


@pytest.mark.parametrize("text", ["{", "[]", '{"zh/hello": {"key": 1}}', '{"zh/hello": 5}'])
def test_an_unreadable_manifest_is_one_finding(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, "utf-8")
    problems = check_prompts(folder)
    assert codes(problems) == ["unreadable"]
    assert problems[0].mark.file == "prompts/manifest.json"


def test_errors_stand_before_warnings(folder: Path) -> None:
    change(folder, "zh/hello", speed_cpm=300)
    (folder / "en" / "digits" / "7.alaw").unlink()
    assert codes(check_prompts(folder)) == ["no_fragments", "too_fast"]


def test_every_finding_has_words_in_each_language(folder: Path) -> None:
    (folder / "catalogue.yaml").write_text("prompts:\n  hello: {zh: 您好}\n", "utf-8")
    (folder / "zh" / "helo.alaw").write_bytes(b"\xd5")
    (folder / "zh" / "digits" / "07.alaw").unlink()
    change(folder, "zh/hello", speed_cpm=300, peak_dbfs=0.0)
    for problem in check_prompts(folder):
        for language in LANGUAGES:
            assert "{" not in line(problem, language)


def test_missing_prompts_are_named_by_language() -> None:
    present = {"zh": frozenset({"welcome"})}
    assert missing_prompts(["welcome", "root", "root"], ["zh", "en"], present) == [
        "zh/root",
        "en/root",
        "en/welcome",
    ]


def test_the_command_fails_when_a_sound_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["prompts", "check", "--folder", str(folder), "--language", "en"]
    assert main(arguments) == 0
    (folder / "zh" / "hello.alaw").unlink()
    assert main(arguments) == 1
    assert "sound file zh/hello.alaw is missing" in capsys.readouterr().out


def test_the_list_shows_each_text_with_its_length(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prompts", "list", "--folder", str(folder)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 2
    assert shown[1].split() == ["en/hello", "1.0", "s", "recording", "Hello."]


def test_the_list_of_a_broken_catalogue_fails_with_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "catalogue.yaml").unlink()
    assert main(["prompts", "list", "--folder", str(folder), "--language", "en"]) == 1
    assert "catalogue.yaml" in capsys.readouterr().err


def test_fragments_are_known_by_both_languages() -> None:
    assert {"digits/0", "month/12", "day/31", "year/2040"} <= fragments("en").keys()
    assert {"digits/00", "month/12", "day/31", "year/2040"} <= fragments("zh").keys()
