"""Which tree a call walks, and of which version."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cti.core.clock.hours import Calendar
from cti.core.ivr.check import Site
from cti.core.ivr.tree import Tree
from cti.core.ivr.versions import InForce, is_canary
from cti.core.ivr.wording import Wording
from cti.services.ports import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A tree as one published version has it, in its words; ``version`` is 0 for files nobody published."""

    tree: Tree
    version: int = 0
    wording: Wording = field(default_factory=dict)


class Menus(Protocol):
    """The trees in force. A call keeps the edition it began with."""

    def for_number(self, dialed_number: str, caller_number: str) -> Edition:
        """The tree for a dialled number; the first one for a number that no tree names.

        Raises Refused where no tree is in force yet.
        """
        ...

    def at(self, entry: str, version: int) -> Edition | None:
        """The tree walked at ``entry`` (``entries.ENTRIES``) by a call of that version."""
        ...


class SiteMenus:
    """``Menus`` over one set of files."""

    def __init__(self, site: Site, version: int = 0) -> None:
        self._site, self._version = site, version

    def for_number(self, dialed_number: str, caller_number: str) -> Edition:  # noqa: ARG002
        """Every caller gets the same tree."""
        found = self._site.tree_for(dialed_number) or next(iter(self._site.trees.values()))
        return self._edition(found)

    def at(self, entry: str, version: int) -> Edition | None:  # noqa: ARG002
        """There is one version."""
        found = self._site.tree_at(entry)
        return self._edition(found) if found else None

    def _edition(self, tree: Tree) -> Edition:
        return Edition(tree=tree, version=self._version, wording=self._site.wording)

    @property
    def calendar(self) -> Calendar | None:
        """The opening hours, which all its trees share."""
        return next((tree.calendar for tree in self._site.trees.values()), None)

    @property
    def site(self) -> Site:
        """All its trees."""
        return self._site

    def tree(self, name: str) -> Tree | None:
        """The tree of that name."""
        return self._site.trees.get(name)


class LiveMenus:
    """``Menus`` over the versions in force; ``stand`` swaps them under new callers.

    A session holds its edition by reference, so what is dropped here lives on until the last call
    that walks it has left the menu.
    """

    def __init__(self) -> None:
        self._editions: dict[int, SiteMenus] = {}
        self._in_force = InForce()

    @property
    def in_force(self) -> InForce:
        """What new callers meet here."""
        return self._in_force

    @property
    def ready(self) -> bool:
        """Whether there is a tree for a caller."""
        return self._in_force.current in self._editions

    @property
    def calendar(self) -> Calendar | None:
        """The opening hours of the current version."""
        found = self._editions.get(self._in_force.current)
        return found.calendar if found else None

    @property
    def site(self) -> Site | None:
        """The trees of the current version."""
        found = self._editions.get(self._in_force.current)
        return found.site if found else None

    @property
    def loaded(self) -> frozenset[int]:
        """The versions at hand."""
        return frozenset(self._editions)

    @property
    def wordings(self) -> Sequence[Wording]:
        """What the versions at hand say in words of their own."""
        return [each.site.wording for each in self._editions.values()]

    def put(self, number: int, site: Site) -> None:
        """A version's trees are at hand."""
        self._editions[number] = SiteMenus(site, number)

    def stand(self, in_force: InForce) -> None:
        """From now on these are in force; their trees must be at hand."""
        self._in_force = in_force

    def keep(self, numbers: Collection[int]) -> None:
        """Drop all others but those in force."""
        wanted = {*numbers, self._in_force.current, *self._in_force.numbers}
        self._editions = {n: each for n, each in self._editions.items() if n in wanted}

    def for_number(self, dialed_number: str, caller_number: str) -> Edition:
        """The canary's tree for its share of the callers, the current one for the others."""
        canary = self._in_force.canary
        chosen = canary and canary.number in self._editions and is_canary(caller_number, canary)
        number = canary.number if canary and chosen else self._in_force.current
        return self._of(number).for_number(dialed_number, caller_number)

    def at(self, entry: str, version: int) -> Edition | None:
        """The call's own version; the current one where that is no longer to be had."""
        return self._of(version).at(entry, version)

    def walked(self, dialed_number: str, version: int) -> Edition:
        """The tree that a call of this version walks. Raises Refused."""
        return self._of(version).for_number(dialed_number, "")

    def shadow(self, tree: str) -> Edition | None:
        """The shadow version's tree of that name, where there is a shadow."""
        shadow = self._in_force.shadow
        menus = self._editions.get(shadow.number) if shadow else None
        found = menus.tree(tree) if menus else None
        return Edition(tree=found, version=shadow.number) if found and shadow else None

    def _of(self, version: int) -> SiteMenus:
        found = self._editions.get(version) or self._editions.get(self._in_force.current)
        if found is None:
            raise Refused("not_ready")
        return found
