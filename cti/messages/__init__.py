"""Every sentence that a person reads, by key and language: Chinese first, English second."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from cti.core.problems import Problem

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


@cache
def _area(language: str, area: str) -> Mapping[str, Any]:
    source = resources.files(__package__).joinpath(language, f"{area}.yaml")
    loaded = yaml.safe_load(source.read_text("utf-8"))
    return loaded if isinstance(loaded, dict) else {}


def text(key: str, language: str = DEFAULT_LANGUAGE, /, **values: object) -> str:
    """The sentence ``area.rest.of.key`` with ``{name}`` places filled.

    Raises KeyError when no message file has the key (a test walks all keys in use).
    """
    area, _, rest = key.partition(".")
    found: Any = sentences(area, language)
    for part in rest.split("."):
        found = found[part]
    return str(found).format(**values)


def sentences(area: str, language: str = DEFAULT_LANGUAGE) -> Mapping[str, Any]:
    """All that one message file says."""
    return _area(language if language in LANGUAGES else DEFAULT_LANGUAGE, area)


def what(problem: Problem, language: str = DEFAULT_LANGUAGE) -> str:
    """What is wrong, in words."""
    return text(f"{problem.code}.what", language, **problem.values)


def cure(problem: Problem, language: str = DEFAULT_LANGUAGE) -> str:
    """What to do about it, in words."""
    return text(f"{problem.code}.cure", language, **problem.values)


def line(problem: Problem, language: str = DEFAULT_LANGUAGE) -> str:
    """One finding as editors and people expect it: ``file:line:column: severity: what — cure``."""
    severity = text(f"severity.{problem.severity}", language)
    return f"{problem.mark}: {severity}: {what(problem, language)} — {cure(problem, language)}"
