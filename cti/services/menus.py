"""Which tree a call walks, and of which version."""

from dataclasses import dataclass
from typing import Protocol

from cti.core.ivr.check import Site
from cti.core.ivr.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A tree as one published version has it; ``version`` is 0 for files that nobody published."""

    tree: Tree
    version: int = 0


class Menus(Protocol):
    """The trees in force. A call keeps the edition it began with."""

    def for_number(self, dialed_number: str, caller_number: str) -> Edition:
        """The tree for a dialled number; the first one for a number that no tree names."""
        ...

    def at(self, entry: str, version: int) -> Edition | None:
        """The tree walked at ``entry`` (``tree.ENTRIES``) by a call of that version."""
        ...


class SiteMenus:
    """``Menus`` over one set of files."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def for_number(self, dialed_number: str, caller_number: str) -> Edition:  # noqa: ARG002
        """Every caller gets the same tree."""
        found = self._site.tree_for(dialed_number) or next(iter(self._site.trees.values()))
        return Edition(tree=found)

    def at(self, entry: str, version: int) -> Edition | None:  # noqa: ARG002
        """There is one version."""
        found = self._site.tree_at(entry)
        return Edition(tree=found) if found else None
