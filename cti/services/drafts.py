"""Drafts of dialplan and configuration: begun, written, tried and used, with nothing typed ever lost.

Dialplan files become a version by the version desk, configuration files go into the server's folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from cti.core.draft_paths import (
    CATALOGUE,
    CONFIG,
    DIALPLAN,
    LONGEST,
    MOST_FILES,
    area_of,
    as_drafted,
    as_published,
    etag_of,
    may_come_and_go,
)
from cti.core.ivr.versions import InForce, Version
from cti.core.problems import Problem, Severity
from cti.services.admin_ports import Draft, DraftFile, DraftStore, Impossible, Stale
from cti.services.ports import Audit, Clock
from cti.services.sentences import Booth, Pair, side_by_side
from cti.services.version_desk import VersionDesk, Wish

Files = Mapping[str, str]
Json = dict[str, Any]
CURRENT, FOLDER = "current", "folder"
TAKES_EFFECT = "restart"
"""When configuration files that were written are followed: at the server's next start."""


class BadPath(Exception):
    """No file of a draft, or one that must stay as it is."""


class BadText(Exception):
    """No text that a file could hold, or too long."""


class FolderChanged(Exception):
    """Somebody changed these files on the server since the draft began; nothing was written."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(", ".join(files))
        self.files = files


class Unusable(Exception):
    """The files have errors; ``problems`` are all findings. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Bench(Protocol):
    """Where drafts are tried, beside the server: each has a limit of time. Raises Impossible
    (``too_long``, ``bench_broken``)."""

    async def check(self, files: Files) -> list[Problem]:
        """Every finding of ``cti check``."""
        ...

    async def diff(self, before: Files, after: Files) -> Json:
        """``{files, words, readable}``: what is not the same, and what callers notice."""
        ...


class ServerFolder(Protocol):
    """The files of the server's own dialplan and config folders and its catalogue of prompts, named as
    drafts name them."""

    def read(self) -> Files:
        """All of them. Raises Unusable."""
        ...

    def says(self, catalogue: str) -> bool:
        """Is this the server's own catalogue of prompts?"""
        ...

    def write(self, files: Files) -> None:
        """Put files of config/ there, each whole or not at all. Raises Impossible (``read_only``)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftParts:
    """What drafts are kept and tried with."""

    store: DraftStore
    desk: VersionDesk
    folder: ServerFolder
    bench: Bench
    booth: Booth
    audit: Audit
    now: Clock


class Drafts:
    """Methods raise Impossible, HistoryDown, StoreDown, and NotPossible for a version that never was."""

    def __init__(self, parts: DraftParts) -> None:
        self._parts = parts

    async def in_force(self) -> InForce:
        """What callers meet."""
        return await self._parts.desk.in_force()

    async def draft(self, login: str) -> Draft:
        """His draft. Raises Impossible: there is none."""
        if found := await self._parts.store.draft(login):
            return found
        raise Impossible("no_draft")

    async def begin(self, login: str, source: str | int, *, anew: bool = False) -> Draft:
        """A draft of what is in force, of the server's folder, or of a version."""
        if not anew and await self._parts.store.draft(login):
            raise Impossible("draft_exists")
        base, files = await self._files(source)
        now = self._parts.now()
        drafted = [
            DraftFile(path=p, text=t, base_text=t, etag=etag_of(t)) for p, t in files.items()
        ]
        draft = Draft(
            login=login,
            base=base,
            begun_at=now,
            changed_at=now,
            revision=1,
            files={each.path: each for each in drafted},
        )
        await self._parts.store.begin(draft)
        return draft

    async def _files(self, source: str | int) -> tuple[int, Files]:
        here = self._parts.folder.read()
        number = await self._number(source)
        if not number:
            return 0, here
        version = await self._parts.desk.version(number)
        kept = {path: text for path, text in here.items() if not path.startswith(DIALPLAN)}
        return number, {**kept, **as_drafted(version.files)}

    async def _number(self, source: str | int) -> int:
        if isinstance(source, int):
            return source
        return 0 if source == FOLDER else (await self.in_force()).current

    async def own_or_current(self, login: str) -> Draft:
        """His draft; one of what is in force where he has none."""
        found = await self._parts.store.draft(login)
        return found or await self.begin(login, CURRENT)

    async def texts_or_current(self, login: str) -> Files:
        """The files of his draft; those in force (or in the folder) where he has none."""
        found = await self._parts.store.draft(login)
        return found.texts() if found else (await self._files(CURRENT))[1]

    async def drop(self, login: str) -> None:
        """Throw it away."""
        if not await self._parts.store.drop(login):
            raise Impossible("no_draft")

    async def write(self, login: str, path: str, text: str, seen: str | None) -> DraftFile:
        """Put a text where the file with the etag ``seen`` is. Raises BadPath, BadText, Stale."""
        if seen is None and not may_come_and_go(path):
            raise BadPath(path)
        if area_of(path) is None:
            await self._refuse_unless_there(login, path)
        if len(text) > LONGEST or "\x00" in text or not _is_utf8(text):
            raise BadText(path)
        return await self._put(login, path, text, seen)

    async def remove(self, login: str, path: str, seen: str) -> None:
        """Take a file out. Raises BadPath, Stale."""
        if area_of(path) is None:
            await self._refuse_unless_there(login, path)
        elif not may_come_and_go(path):
            raise BadPath(path)
        await self._put(login, path, None, seen)

    async def _refuse_unless_there(self, login: str, path: str) -> None:
        """A file of the server's dialplan folder may have another name than a new one may."""
        if path not in (await self.draft(login)).files:
            raise BadPath(path)

    async def _put(self, login: str, path: str, text: str | None, seen: str | None) -> DraftFile:
        draft = await self.draft(login)
        there = draft.files.get(path)
        if there is None and len(draft.files) >= MOST_FILES:
            raise Impossible("too_many_files", most=MOST_FILES)
        # A file that was taken out may be put back without having been seen.
        if there and there.text is None and seen is None:
            seen = there.etag
        if there is None and seen is not None:
            raise Stale(None)
        base = there.base_text if there else None
        file = DraftFile(path=path, text=text, base_text=base, etag=etag_of(text))
        if not await self._parts.store.write(login, file, seen, self._parts.now()):
            raise Impossible("no_draft")
        return file

    async def check(self, login: str) -> tuple[Draft, list[Problem]]:
        """Every finding in his draft, and the draft that was looked at."""
        draft = await self.draft(login)
        return draft, await self._parts.bench.check(draft.texts())

    async def diff(self, login: str, against: str | int) -> Json:
        """What is not the same in his draft; ``against``: base, current, folder or a version."""
        draft = await self.draft(login)
        if against == "base":
            based = {path: each.base_text for path, each in draft.files.items()}
            before: Files = {path: text for path, text in based.items() if text is not None}
        else:
            _, before = await self._files(against)
        return await self._parts.bench.diff(before, draft.texts())

    async def words(self, login: str) -> list[Pair]:
        """What callers hear now, and what they would hear of his draft. Raises Unusable."""
        draft, (_, before) = await self.draft(login), await self._files(CURRENT)
        booth = self._parts.booth
        heard = await booth.sentences(self._as_published(before))
        return side_by_side(heard, await booth.sentences(self.published(draft)))

    async def publish(self, login: str, seen: InForce, wish: Wish) -> Version:
        """The dialplan of his draft as a version; ``wish`` says how. Raises as the version desk does."""
        draft = await self.draft(login)
        files = self.published(draft)
        await self._parts.booth.keep(files)
        made = await self._parts.desk.publish(seen, replace(wish, files=files))
        await self._note(
            login, f"dialplan.publish.{wish.way}", f"version {made.number}", wish.message
        )
        await self._parts.store.rebase(login, made.number, _below(draft, (DIALPLAN, CATALOGUE)))
        return made

    def published(self, draft: Draft) -> Files:
        """The files that a version of this draft has: the catalogue only where it is not the server's own."""
        return self._as_published(draft.texts())

    def _as_published(self, drafted: Files) -> Files:
        files = as_published(drafted)
        if self._parts.folder.says(files.get(CATALOGUE, "")):
            del files[CATALOGUE]
        return files

    async def apply(self, login: str, reason: str) -> tuple[list[str], list[Problem]]:
        """Put the configuration that he changed into the server's folder; the paths, and warnings.

        Raises Unusable, FolderChanged.
        """
        draft = await self.draft(login)
        changed = {
            path: each.text
            for path, each in draft.files.items()
            if path.startswith(CONFIG) and each.changed and each.text is not None
        }
        if not changed:
            raise Impossible("nothing_changed")
        problems = await self.usable(draft.texts())
        here = self._parts.folder.read()
        if others := [p for p in changed if here.get(p) != draft.files[p].base_text]:
            raise FolderChanged(sorted(others))
        await self._note(login, "configuration.apply", " ".join(sorted(changed)), reason)
        self._parts.folder.write(changed)
        await self._parts.store.rebase(login, None, changed)
        return sorted(changed), problems

    async def usable(self, files: Files) -> list[Problem]:
        """The findings in files whose configuration has no error. Raises Unusable."""
        problems = await self._parts.bench.check(files)
        if any(_is_error_of_config(each) for each in problems):
            raise Unusable(problems)
        return problems

    async def _note(self, by: str, action: str, subject: str, reason: str) -> None:
        await self._parts.audit.note(by, action, subject, reason=reason, at=self._parts.now())


def _below(draft: Draft, folders: tuple[str, ...]) -> dict[str, str | None]:
    return {path: each.text for path, each in draft.files.items() if path.startswith(folders)}


def _is_error_of_config(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR and problem.mark.file.startswith(CONFIG)


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
