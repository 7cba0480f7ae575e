"""What a version says in words of its own: beside the server's prompts, never instead of them."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.draft_paths import CATALOGUE
from cti.core.ivr.wording import sound_of
from cti.core.problems import Severity
from cti.own_words import SAID_BY_ASTERISK, own_words, sound_path
from cti.publishing import examined, folder_files, in_words
from cti.services.version_ports import NOT_SPOKEN

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = "您好，欢迎致电中国人保财险95518服务热线。", "您好，这里是95518，请讲。"


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    for name in ("config", "dialplan"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "prompts").symlink_to(ROOT / "prompts")
    found, problems = load_configuration(
        tmp_path / "config", {"CTI_FOLDERS_INSTANCE": str(tmp_path / "run")}
    )
    assert found, problems
    return found


def catalogue(old: str = OLD, new: str = OLD) -> str:
    text = (ROOT / "prompts/catalogue.yaml").read_text("utf-8")
    assert old in text
    return text.replace(old, new, 1)


def published(configuration: Configuration, text: str) -> Mapping[str, str]:
    return {**folder_files(configuration.settings.folders.dialplan), CATALOGUE: text}


def test_words_that_the_servers_sounds_say_are_not_its_own(configuration: Configuration) -> None:
    found = own_words({CATALOGUE: catalogue()}, configuration.settings)
    assert (found.wording, found.unspoken, found.problems) == ({"zh": {}, "en": {}}, (), []) or (
        not any(found.wording.values()) and not found.unspoken and not found.problems
    )


def test_a_version_is_refused_until_its_new_words_are_spoken(configuration: Configuration) -> None:
    files = published(configuration, catalogue(new=NEW))
    refused = examined(files, configuration)
    assert refused.site is None
    [problem] = [each for each in refused.errors if each.code == NOT_SPOKEN]
    assert problem.mark.file == CATALOGUE
    assert catalogue(new=NEW).splitlines()[problem.mark.line - 1].strip() == "welcome:"
    [item] = own_words(files, configuration.settings).unspoken
    sound = sound_path(item, configuration.settings.folders)
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"\xd5" * 800)
    site = examined(files, configuration).site
    assert site is not None
    assert sound_of(site.wording, "zh", "welcome") == f"spoken/{sound.stem}"
    assert site.wording["zh"]["welcome"].text == NEW
    assert [sound_of(site.wording, *each) for each in (("en", "welcome"), ("zh", "root"))] == [
        "welcome",
        "root",
    ]


def test_other_words_are_another_sound_and_the_same_words_the_same(
    configuration: Configuration,
) -> None:
    def sound(new: str) -> Path:
        [item] = own_words({CATALOGUE: catalogue(new=new)}, configuration.settings).unspoken
        return sound_path(item, configuration.settings.folders)

    assert sound(NEW) == sound(NEW)
    assert sound(NEW) != sound("您好。")


def test_a_new_prompt_may_be_named_by_a_tree_and_must_be_spoken(
    configuration: Configuration,
) -> None:
    text = catalogue("prompts:\n", "prompts:\n  snow: {zh: 下雪了。, en: It snows.}\n")
    files = dict(published(configuration, text))
    files["95518.yaml"] = files["95518.yaml"].replace(
        "welcome: {say: welcome,", "welcome: {say: snow,", 1
    )
    codes = [(each.code, each.values["path"]) for each in examined(files, configuration).errors]
    assert codes == [(NOT_SPOKEN, "zh/snow"), (NOT_SPOKEN, "en/snow")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("prompts: [", "prompts.unreadable"),
        ("prompts:\n  a: {zh: 甲}\n", "prompts.no_text"),
        ("prompts:\n  Ä: {zh: 甲, en: a}\n", "prompts.unreadable"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_named_with_its_line(
    configuration: Configuration, text: str, code: str
) -> None:
    found = examined(published(configuration, text), configuration)
    assert found.site is None
    assert code in [each.code for each in found.problems]


def test_the_difference_says_old_and_new_words(configuration: Configuration) -> None:
    before = folder_files(configuration.settings.folders.dialplan)
    after = published(configuration, catalogue(new=NEW))
    [said] = in_words(before, after, configuration.settings.folders.prompts, "zh")
    assert OLD in said
    assert NEW in said


def test_what_asterisk_says_by_itself_is_known() -> None:
    texts = (path.read_text("utf-8") for path in (ROOT / "cti/asterisk/templates").glob("*.conf"))
    named = {name for text in texts for name in re.findall(r"95518/(\w+)(?![\w/$])", text)}
    assert named == SAID_BY_ASTERISK


def test_a_draft_is_told_of_words_that_asterisk_goes_on_saying_as_before(
    configuration: Configuration,
) -> None:
    text = catalogue("感谢您的来电，再见。", "谢谢来电，再见。")
    found = own_words({CATALOGUE: text.replace(OLD, NEW)}, configuration.settings)
    assert [each.values["id"] for each in found.kept_problems()] == ["goodbye"]
    assert {each.severity for each in found.kept_problems()} == {Severity.WARNING}
