"""Who may sign in, as admins keep it; each act is in the audit before it is done."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from cti.core.ids import AgentId
from cti.core.passwords import weakness
from cti.services.admin_ports import (
    AccountBook,
    Impossible,
    LastAdmin,
    Person,
    SessionBook,
)
from cti.services.ports import Account, Audit, Clock, Role

OWN_WISH = "-"
"""The reason of who changes his own password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserParts:
    """What accounts are kept with. ``one_time`` makes a password to be changed at once; ``agents`` are the
    logins of the roster, whose agent numbers they are."""

    book: AccountBook
    sessions: SessionBook
    audit: Audit
    now: Clock
    one_time: Callable[[], str]
    agents: Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be another with an account; None: as it is."""

    name: str | None = None
    role: Role | None = None
    locked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An account with what is going on: ``last_admin``: without him nobody could administer."""

    person: Person
    sessions: int
    last_admin: bool


class Users:
    """Methods raise Impossible, HistoryDown and StoreDown."""

    def __init__(self, parts: UserParts) -> None:
        self._parts = parts

    async def listed(self) -> list[Shown]:
        """Everybody, by login."""
        people, counts = await self._parts.book.people(), await self._parts.sessions.counts()
        admins = _working_admins(people)
        return [
            Shown(
                person=each,
                sessions=counts.get(each.account.login, 0),
                last_admin=admins == {each.account.login},
            )
            for each in people
        ]

    async def shown(self, login: str) -> Shown:
        """One of them."""
        found = next((one for one in await self.listed() if _login(one.person) == login), None)
        if found is None:
            raise Impossible("no_such_login", login=login)
        return found

    async def add(self, wanted: Account, *, by: str, reason: str) -> str:
        """A new sign-in; its one-time password."""
        parts = self._parts
        if any(_login(each) == wanted.login for each in await parts.book.people()):
            raise Impossible("login_taken", login=wanted.login)
        self._check_roster(wanted.login, wanted.role)
        password, account = parts.one_time(), self._whole(wanted)
        await self._note(by, "account.add", f"{wanted.login} {wanted.role}", reason)
        if not await parts.book.add(account, password, parts.now()):
            raise Impossible("login_taken", login=wanted.login)
        return password

    def _whole(self, wanted: Account) -> Account:
        on_roster = wanted.login in self._parts.agents()
        agent_id = AgentId(wanted.login) if on_roster else None
        return replace(wanted, agent_id=agent_id, must_change=True)

    async def change(self, login: str, wanted: Wanted, *, by: str, reason: str) -> int:
        """Another name or role, locked or not; how many sessions ended by that."""
        shown = await self.shown(login)
        self._check(shown, wanted, by)
        for action, value in _acts(shown.person.account, wanted):
            await self._note(by, action, f"{login} {value}".strip(), reason)
        try:
            await self._parts.book.change(
                login, name=wanted.name, role=wanted.role, locked=wanted.locked
            )
        except LastAdmin:
            raise Impossible("last_admin") from None
        ends = wanted.locked or wanted.role not in (None, shown.person.account.role)
        return await self._parts.sessions.end_all(login) if ends else 0

    def _check(self, shown: Shown, wanted: Wanted, by: str) -> None:
        account = shown.person.account
        loses = wanted.locked or (wanted.role or account.role) is not account.role
        if loses and account.login == by:
            raise Impossible("not_yourself")
        if shown.last_admin and loses:
            raise Impossible("last_admin")
        if wanted.role is not None:
            self._check_roster(account.login, wanted.role)

    def _check_roster(self, login: str, role: Role) -> None:
        if role is Role.AGENT and login not in self._parts.agents():
            raise Impossible("not_on_roster", login=login)

    async def reset(self, login: str, *, by: str, reason: str) -> str:
        """A one-time password instead of his own; his sessions end."""
        await self.shown(login)
        password = self._parts.one_time()
        await self._note(by, "account.password.reset", login, reason)
        book, now = self._parts.book, self._parts.now()
        await book.set_password(login, password, now, must_change=True)
        await self._parts.sessions.end_all(login)
        return password

    async def sign_out(self, login: str, *, by: str, reason: str) -> int:
        """End his sessions; how many there were."""
        await self.shown(login)
        await self._note(by, "account.signOut", login, reason)
        return await self._parts.sessions.end_all(login)

    async def change_own(self, account: Account, current: str, password: str) -> Account:
        """His own new password, when ``current`` is right. The account as it is then."""
        parts, login = self._parts, account.login
        if weak := weakness(password, login, account.name):
            raise Impossible(f"password.{weak}")
        if password == current:
            raise Impossible("password.same")
        await self._note(login, "account.password.change", login, OWN_WISH)
        found = await parts.book.set_password(login, password, parts.now(), must_change=False)
        if found is None:
            raise Impossible("no_such_login", login=login)
        return found

    async def _note(self, by: str, action: str, subject: str, reason: str) -> None:
        await self._parts.audit.note(by, action, subject, reason=reason, at=self._parts.now())


def _acts(account: Account, wanted: Wanted) -> list[tuple[str, str]]:
    """The audit's words for what becomes another, with its new value."""
    found: list[tuple[str, str]] = []
    if wanted.name not in (None, account.name):
        found.append(("account.name", wanted.name or ""))
    if wanted.role not in (None, account.role):
        found.append(("account.role", f"{account.role} → {wanted.role}"))
    if wanted.locked not in (None, account.locked):
        found.append(("account.lock" if wanted.locked else "account.unlock", ""))
    return found


def _login(person: Person) -> str:
    return person.account.login


def _working_admins(people: Collection[Person]) -> set[str]:
    accounts = (person.account for person in people)
    return {each.login for each in accounts if each.role is Role.ADMIN and not each.locked}
