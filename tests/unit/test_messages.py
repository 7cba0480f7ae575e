"""What people read: every sentence the code asks for is there, in Chinese and in English."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

import cti
from cti import messages
from cti.core.agent_state import AgentStatus
from cti.core.call import CallPhase
from cti.core.event_wire import EVENT_TYPES
from cti.core.events import ClearedBy, OfferEnd, Outcome
from cti.core.ivr.tree import NODE_TYPES
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem, Severity
from cti.store.yaml_files import read_yaml

PACKAGE = Path(cti.__file__).parent
FOLDER = PACKAGE / "messages"
FILES = sorted(FOLDER.glob("*/*.yaml"))
AREAS = sorted({path.stem for path in FILES})
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
KEY = re.compile(rf"(?:{'|'.join(AREAS)})(?:\.\w+)+", re.ASCII)
FILE_NAMES = (".yaml", ".json", ".py", ".log")


def leaves(found: Marked, path: str) -> Iterator[tuple[str, str]]:
    """Dotted key and sentence of every text in a file."""
    entries = found.mapping()
    if entries is None:
        yield path, str(found.value)
        return
    for key, entry in entries.items():
        yield from leaves(entry, f"{path}.{key}")


def sentences(path: Path) -> Mapping[str, str]:
    data, _ = read_yaml(path)
    assert data is not None
    return dict(leaves(data, path.stem))


def all_sentences(language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for area in AREAS:
        found |= sentences(FOLDER / language / f"{area}.yaml")
    return found


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def keys_in_code() -> set[str]:
    """Every text of the package that looks like a message key."""
    texts = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {each for each in texts if KEY.fullmatch(each) and not each.endswith(FILE_NAMES)}


def beginnings_in_code() -> set[str]:
    """``trace.said`` of ``text(f"trace.said.{key}")``: the rest is known only while running."""
    found = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begin = str(node.values[0].value).removesuffix(".")
                if begin in AREAS or KEY.fullmatch(begin):
                    found.add(begin)
    return found


def has_sentence(key: str, known: set[str]) -> bool:
    """Also as a problem's two halves, or as an error of the web (``ApiError(404, KEY)``)."""
    return bool({key, f"web.{key}"} & known) or {f"{key}.what", f"{key}.cure"} <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_message_file_has_no_key_twice(path: Path) -> None:
    _, problems = read_yaml(path)
    assert problems == []


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys_with_the_same_places(area: str) -> None:
    zh, en = (sentences(FOLDER / lang / f"{area}.yaml") for lang in messages.LANGUAGES)
    assert {key: places(text) for key, text in zh.items()} == {
        key: places(text) for key, text in en.items()
    }


def test_no_sentence_is_empty() -> None:
    every = [*all_sentences("zh").items(), *all_sentences("en").items()]
    assert [key for key, text in every if not text.strip()] == []


@pytest.mark.parametrize("other", ["坐席", "口令", "浏览器电话"])
def test_one_thing_has_one_word_in_chinese(other: str) -> None:
    """It is 座席, 密码 and 浏览器话机, here as on the pages."""
    assert [key for key, text in all_sentences("zh").items() if other in text] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_key_in_the_code_has_a_sentence_or_a_problem_with_its_cure(language: str) -> None:
    known = set(all_sentences(language))
    assert len(keys_in_code()) > 40
    missing = [key for key in sorted(keys_in_code()) if not has_sentence(key, known)]
    assert missing == []


def test_every_key_put_together_while_running_begins_with_a_part_of_a_file() -> None:
    known = {".".join(key.split(".")[:n]) for key in all_sentences("zh") for n in (1, 2, 3)}
    assert beginnings_in_code() - known == set()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_event_is_told_in_words(language: str) -> None:
    known = all_sentences(language)
    assert [name for name in EVENT_TYPES if f"trace.{name}" not in known] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("outcome", tuple(Outcome)),
        ("cause", tuple(OfferEnd)),
        ("cleared_by", tuple(ClearedBy)),
        ("phase", tuple(CallPhase)),
        ("status", (AgentStatus.READY, AgentStatus.NOT_READY)),
        ("kind", tuple(NODE_TYPES)),
    ],
)
def test_every_word_of_an_event_has_one_for_people(
    language: str, place: str, words: tuple[str, ...]
) -> None:
    known = all_sentences(language)
    assert [word for word in words if f"trace.words.{place}.{word}" not in known] == []


def test_a_finding_reads_place_severity_what_and_cure() -> None:
    values = {"name": "moter", "known": "motor"}
    warning = Problem(Mark("config/queues.yaml", 7, 5), "config.unknown_name", values)
    assert messages.line(warning, "en") == (
        "config/queues.yaml:7:5: error: 'moter' is not defined — known are: motor"
    )


def test_a_warning_says_so() -> None:
    found = Problem(Mark("a.yaml"), "check.not_list", severity=Severity.WARNING)
    assert messages.line(found, "en").startswith("a.yaml:1:1: warning: ")


def test_an_unknown_language_is_answered_in_chinese() -> None:
    assert messages.text("severity.error", "tlh") == messages.text("severity.error", "zh")


def test_an_unknown_key_raises() -> None:
    with pytest.raises(KeyError):
        messages.text("severity.catastrophe")
