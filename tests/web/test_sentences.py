"""Every sentence that the web can need is there, in both languages, with the same places."""

import re
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

import cti

ROOT = Path(cti.__file__).parent
SOURCES = {path: path.read_text("utf-8") for path in sorted(ROOT.rglob("*.py"))}


def _leaves(found: Any, path: str = "") -> dict[str, str]:
    if not isinstance(found, dict):
        return {path: str(found)}
    leaves: dict[str, str] = {}
    for key, value in found.items():
        leaves |= _leaves(value, f"{path}.{key}" if path else str(key))
    return leaves


def _sentences(language: str, area: str) -> dict[str, str]:
    source = ROOT / "messages" / language / f"{area}.yaml"
    return _leaves(yaml.safe_load(source.read_text("utf-8")))


def _codes(pattern: str, folder: str = "") -> set[str]:
    chosen = [body for path, body in SOURCES.items() if folder in path.as_posix()]
    return {code for body in chosen for code in re.findall(pattern, body)}


@pytest.mark.parametrize("area", ["web", "desk", "pop"])
def test_both_languages_have_the_same_sentences_with_the_same_places(area: str) -> None:
    zh, en = _sentences("zh", area), _sentences("en", area)
    assert set(zh) == set(en)
    for key in zh:
        places = [
            {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
            for sentence in (zh[key], en[key])
        ]
        assert places[0] == places[1], key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_has_a_sentence(language: str) -> None:
    codes = _codes(r'\b(?:Refused|Declined)\("(\w+)"')
    assert len(codes) > 10
    assert codes <= set(_sentences(language, "desk"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_of_the_web_has_a_sentence(language: str) -> None:
    raised = _codes(r'ApiError\(\s*\d+, "([\w.]+)"', "/web/")
    bad = _codes(r'BadMessage\(\s*"([\w.]+)"', "/web/")
    table = _codes(r'\d{3}, "(failure\.\w+)"', "/web/")
    assert min(len(raised), len(bad), len(table)) > 5
    sentences = _sentences(language, "web")
    assert raised | bad | table <= set(sentences)
