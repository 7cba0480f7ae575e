"""Sentences and findings in both languages, for pages that show either."""

from collections.abc import Sequence
from typing import Any

from cti import messages
from cti.core.problems import Problem, Severity

Json = dict[str, Any]


def words(key: str, **values: object) -> dict[str, str]:
    """A sentence in each language."""
    return {each: messages.text(key, each, **values) for each in messages.LANGUAGES}


def finding(problem: Problem) -> Json:
    """One finding, with its words in each language."""
    languages = messages.LANGUAGES
    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "severity": problem.severity.value,
        "rule": problem.code.rpartition(".")[2],
        "code": problem.code,
        "what": {each: messages.what(problem, each) for each in languages},
        "cure": {each: messages.cure(problem, each) for each in languages},
    }


def found_in(problems: Sequence[Problem]) -> Json:
    """All findings, and how many of each kind."""
    errors = sum(each.severity is Severity.ERROR for each in problems)
    return {
        "findings": [finding(each) for each in problems],
        "errors": errors,
        "warnings": len(problems) - errors,
    }
