"""``cti test --update``: failing flows get the expectations that the trees now fulfil."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cti.core.ivr.check import Site
from cti.flow_tests.expected import Change, changes_for
from cti.flow_tests.rewrite import rewritten
from cti.flow_tests.run import Result

BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """One file, before and after."""

    path: Path
    shown_as: str
    before: str
    after: str

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        before, after = self.before.splitlines(), self.after.splitlines()
        names = (self.shown_as, self.shown_as)
        return difflib.unified_diff(before, after, *names, lineterm="")

    def write(self) -> None:
        self.path.write_bytes(self.after.encode("utf-8"))


def rewrites(
    site: Site, folder: Path, failures: Sequence[Result]
) -> tuple[Sequence[Rewrite], Sequence[Result]]:
    """What to write, and the failures for which new expectations are not enough.

    ``folder`` is the one above the folder that marks begin with (``dialplan/tests/a.yaml``).
    """
    files: dict[str, list[Change]] = {}
    left: list[Result] = []
    for result in failures:
        tree = site.trees.get(result.flow.tree)
        changes = changes_for(tree, result.flow) if tree else None
        if changes is None:
            left.append(result)
        else:
            files.setdefault(result.flow.mark.file, []).extend(changes)
    return list(_rewrites(folder, files)), left


def _rewrites(folder: Path, files: Mapping[str, Sequence[Change]]) -> Iterator[Rewrite]:
    for name, changes in files.items():
        path = folder / name
        whole = path.read_bytes().decode("utf-8")
        text = whole.removeprefix(BOM)
        after = whole[: len(whole) - len(text)] + rewritten(text, changes)
        yield Rewrite(path=path, shown_as=name, before=whole, after=after)
