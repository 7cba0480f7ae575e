"""What the admin's page needs from the world: sign-ins, the audit as it is read, drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cti.core.audit_chain import Chained, Verified
from cti.services.ports import Account, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Lines to be found: of [since, until), by whom, of actions that begin so, about what; ``before``: only
    lines with a smaller number. None and empty: any."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""
    before: int | None = None
    limit: int = 100


class AuditLog(Protocol):
    """The audit as it is read. Every method raises HistoryDown."""

    async def find(self, query: AuditQuery) -> Sequence[Chained]:
        """Lines that the query fits, newest first."""
        ...

    async def actions(self) -> Sequence[str]:
        """Every action there is a line of."""
        ...

    async def verify(self, noted: str = "") -> Verified:
        """Read the whole chain; ``noted``: a hash that somebody wrote down once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A sign-in as admins see it; ``password_at``: since when he has his password, if that is known."""

    account: Account
    password_at: datetime | None = None


class AccountBook(Protocol):
    """Sign-ins, to be kept by admins. Every method raises HistoryDown."""

    async def people(self) -> Sequence[Person]:
        """Everybody, by login."""
        ...

    async def check(self, login: str, password: str) -> Account | None:
        """The account, or None for a wrong login or password."""
        ...

    async def add(self, account: Account, password: str, at: datetime) -> bool:
        """False where the login is taken."""
        ...

    async def change(
        self, login: str, *, name: str | None, role: Role | None, locked: bool | None
    ) -> Account | None:
        """The account as it is then; None where there is no such login. Raises LastAdmin."""
        ...

    async def set_password(
        self, login: str, password: str, at: datetime, *, must_change: bool
    ) -> Account | None:
        """The account with its new password; None where there is no such login."""
        ...


class Impossible(Exception):
    """An admin's wish that cannot be done; ``code`` names its sentence in messages ``admin.CODE``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class LastAdmin(Exception):
    """Nobody could administer any more; nothing was changed."""


class SessionBook(Protocol):
    """Signed-in browsers by person. Every method raises StoreDown."""

    async def counts(self) -> Mapping[str, int]:
        """Login → sessions."""
        ...

    async def end_all(self, login: str, but: str = "") -> int:
        """End his sessions, but the one of the token ``but``; how many ended."""
        ...

    async def replace(self, token: str, account: Account, ttl_s: float) -> None:
        """The session goes on with the account as it is now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """One file of a draft; ``text`` None: taken out, ``base_text`` None: new. The ``etag`` is the text's."""

    path: str
    text: str | None
    base_text: str | None
    etag: str

    @property
    def changed(self) -> bool:
        """Is it not as it was where the draft began?"""
        return self.text != self.base_text

    @property
    def nothing(self) -> bool:
        """Was it new, and taken out again?"""
        return self.text is None and self.base_text is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Somebody's own copy of the files, to be changed and tried before it is used.

    ``base``: the version it began from, 0 for the server's folder; ``revision`` counts its changes.
    """

    login: str
    base: int
    begun_at: datetime
    changed_at: datetime
    revision: int
    files: Mapping[str, DraftFile]

    def texts(self) -> Mapping[str, str]:
        """Path → text of the files that are there."""
        return {path: each.text for path, each in self.files.items() if each.text is not None}


class Stale(Exception):
    """The file is not as the writer saw it; ``file`` is what is there, if any. Nothing was written."""

    def __init__(self, file: DraftFile | None) -> None:
        super().__init__(file.path if file else "")
        self.file = file


class DraftStore(Protocol):
    """Where drafts are kept. Every method raises HistoryDown."""

    async def draft(self, login: str) -> Draft | None:
        """His draft with all files."""
        ...

    async def begin(self, draft: Draft) -> None:
        """This is his draft from now on, instead of any other."""
        ...

    async def drop(self, login: str) -> bool:
        """Throw it away; False where there is none."""
        ...

    async def write(self, login: str, file: DraftFile, seen: str | None, at: datetime) -> bool:
        """Put a file where the one with the etag ``seen`` is (None: none may be there).

        False where there is no draft. Raises Stale.
        """
        ...

    async def rebase(self, login: str, base: int | None, texts: Mapping[str, str | None]) -> None:
        """These texts are what the files of these paths are compared with from now on; a file that is
        gone there too is forgotten. ``base`` None: as it was."""
        ...
