"""Which files a draft may hold, and what each is. Pure.

A draft's path begins with ``dialplan/``, ``config/`` or ``prompts/``, whatever those folders are called on
disk. What a version says in words of its own is its file ``prompts/catalogue.yaml``.
"""

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum

DIALPLAN, CONFIG = "dialplan/", "config/"
TESTS, RULES = "dialplan/tests/", "config/rules/"
HOURS = "dialplan/hours.yaml"
CATALOGUE = "prompts/catalogue.yaml"
CONFIG_FILES = (
    "queues",
    "skills",
    "agents",
    "reasons",
    "wrap_up",
    "sms",
    "surveys",
    "callers",
    "recording",
    "reports",
    "webhooks",
    "knowledge",
)
"""Not ``cti``: who can edit it in a browser could have the server run any program of the machine."""
LONGEST = 1_000_000
MOST_FILES = 500
_NAME = r"[0-9A-Za-z_][0-9A-Za-z_-]{0,60}\.yaml"
_FREE = re.compile(rf"(?:{DIALPLAN}|{TESTS}|{RULES}){_NAME}", re.ASCII)


class Area(StrEnum):
    """What a file of a draft is."""

    DIALPLAN = "dialplan"
    TESTS = "tests"
    CONFIG = "config"
    RULES = "rules"
    PROMPTS = "prompts"


def area_of(path: str) -> Area | None:
    """None for a path that is none of a draft."""
    if path.startswith(CONFIG) and path.removeprefix(CONFIG).removesuffix(".yaml") in CONFIG_FILES:
        return Area.CONFIG if path.endswith(".yaml") else None
    if path == CATALOGUE:
        return Area.PROMPTS
    if not _FREE.fullmatch(path):
        return None
    if path.startswith(TESTS):
        return Area.TESTS
    return Area.RULES if path.startswith(RULES) else Area.DIALPLAN


def shown_in(path: str) -> Area:
    """Where a file of a draft is listed: one of the server's folder may have any name."""
    return area_of(path) or (Area.TESTS if path.startswith(TESTS) else Area.DIALPLAN)


def may_come_and_go(path: str) -> bool:
    """May the file be new, or taken out? Configuration is always whole, and so are the opening hours."""
    return area_of(path) in (Area.DIALPLAN, Area.TESTS, Area.RULES) and path != HOURS


def schema_of(path: str) -> str:
    """The name of the JSON Schema that an editor takes for it."""
    match shown_in(path):
        case Area.TESTS:
            return "flows"
        case Area.RULES:
            return "rules"
        case Area.PROMPTS:
            return "prompts"
        case Area.CONFIG:
            return path.removeprefix(CONFIG).removesuffix(".yaml")
    return "hours" if path == HOURS else "dialplan"


def etag_of(text: str | None) -> str:
    """What changes with the text."""
    if text is None:
        return "gone"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def part_of(files: Mapping[str, str], folder: str) -> dict[str, str]:
    """The files below ``folder``, by their path in it."""
    return {
        path.removeprefix(folder): text for path, text in files.items() if path.startswith(folder)
    }


def as_drafted(published: Mapping[str, str]) -> dict[str, str]:
    """The files of a version as a draft names them."""
    return {
        path if path == CATALOGUE else DIALPLAN + path: text for path, text in published.items()
    }


def as_published(drafted: Mapping[str, str]) -> dict[str, str]:
    """The files of a draft that a version has, as the version names them."""
    said = {CATALOGUE: drafted[CATALOGUE]} if CATALOGUE in drafted else {}
    return {**part_of(drafted, DIALPLAN), **said}
