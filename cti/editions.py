"""A dialplan on disk, wherever it lies, as an edition that ``cti diff`` and ``cti graph`` look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path

from cti.core.clock.hours import Calendar
from cti.core.ivr.diff import Edition
from cti.core.ivr.link import link, subtrees_used
from cti.core.ivr.parse import parse_tree
from cti.core.ivr.tree import Subtree, Tree
from cti.core.problems import Mark, Problem, Severity
from cti.dialplan_files import HOURS_FILE, load_calendar, tree_files
from cti.prompts.catalogue import LANGUAGES, CatalogueError, load_catalogue
from cti.store.yaml_files import read_yaml

Found = tuple[Edition | None, list[Problem]]
Loader = Callable[[str], Found]
"""From what the user named (a folder, a file, a version) to an edition, or what is wrong with it."""


def load_edition(named: str) -> Found:
    """Read a folder of trees, a folder with ``dialplan`` and ``prompts`` in it, or one tree file.

    The edition is None when a file cannot be read; rules of ``cti check`` are not asked.
    """
    path = Path(named)
    folder = path.parent if path.is_file() else path
    if not (folder / HOURS_FILE).is_file() and (folder / "dialplan").is_dir():
        folder = folder / "dialplan"
    files = [path] if path.is_file() else tree_files(folder)
    if not files:
        return None, [Problem(Mark(named), "check.file_unreadable", {"reason": "-"})]
    calendar, problems = _calendar(folder)
    every, found = _trees(folder, calendar)
    problems += found
    if any(each.severity is Severity.ERROR for each in problems):
        return None, problems
    wanted = {file.name for file in files}
    library = {tree.name: tree for tree in every.values() if not tree.walked}
    mains = {t.name: t for name, t in every.items() if name in wanted and _linkable(t, library)}
    trees = {
        name: link(tree, library) for name, tree in mains.items() if tree.walked or path.is_file()
    }
    return Edition(trees=trees, calendar=calendar, texts=texts_of(folder.parent)), problems


def _calendar(folder: Path) -> tuple[Calendar, list[Problem]]:
    if not (folder / HOURS_FILE).is_file():
        return Calendar(zone=UTC), []
    calendar, problems = load_calendar(folder)
    return calendar or Calendar(zone=UTC), problems


def _trees(folder: Path, calendar: Calendar) -> tuple[dict[str, Tree], list[Problem]]:
    trees: dict[str, Tree] = {}
    problems: list[Problem] = []
    for path in tree_files(folder):
        data, found = read_yaml(path, f"{folder.name}/{path.name}")
        problems += found
        if data is not None:
            draft, found = parse_tree(data, calendar)
            problems += found
            trees |= {path.name: draft.tree} if draft else {}
    return trees, problems


def _linkable(tree: Tree, library: Mapping[str, Tree]) -> bool:
    trees = [tree, *(library[name] for name in subtrees_used(tree, library))]
    nodes = [node for each in trees for node in each.nodes.values()]
    return all(node.subtree in library for node in nodes if isinstance(node, Subtree))


def texts_of(home: Path) -> Mapping[str, Mapping[str, str]]:
    """The prompts' texts beside a dialplan folder; none where there is no catalogue to read."""
    try:
        prompts = load_catalogue(home / "prompts").prompts
    except (CatalogueError, OSError):
        return {}
    return {
        language: {name: prompt.texts.get(language, "") for name, prompt in prompts.items()}
        for language in LANGUAGES
    }
