"""What the services need from the world, in our words. The edges implement these; tests do too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from cti.core.acd.control_orders import ControlOrder
from cti.core.acd.lines import Line
from cti.core.acd.orders import DialBack, DropLeg, MirrorMember, RingAgent, TakeBack
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.core.changes import Changes
from cti.core.events import Event
from cti.core.ids import AgentId, CallId, EventId
from cti.core.wrap_ups import CallerRole, Emotion, Handling


class StoreDown(ConnectionError):
    """Redis did not answer in time; whether a write took effect is unknown."""


class HistoryDown(ConnectionError):
    """SQL did not answer in time, or is not there; what was to be written must be written again."""


class Conflict(Exception):
    """A record changed under us: somebody else committed first. Nothing was written."""


class LiveState(Protocol):
    """Who is where now, and the journal; both in Redis, changed by one atomic step."""

    async def commit(self, changes: Changes) -> tuple[EventId, ...]:
        """Write states and facts at once; the events' ids in order. Raises Conflict, StoreDown."""
        ...

    async def load(self) -> tuple[tuple[Agent, ...], tuple[Call, ...]]:
        """All agents and live calls. Raises StoreDown."""
        ...

    async def take_lease(self, node: str, ttl_s: float) -> bool:
        """Become or stay the one dispatcher. False while another node holds the lease."""
        ...

    async def drop_lease(self, node: str) -> None:
        """Give the lease back at an orderly stop."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the journal."""

    event_id: EventId
    event: Event


class EventStream(Protocol):
    """The journal as followers read it."""

    async def read_after(
        self, last: EventId, *, limit: int = 500, block_s: float = 0.0
    ) -> Sequence[Recorded]:
        """Events after ``last``, oldest first; waits up to ``block_s`` for the first one."""
        ...

    async def last_id(self) -> EventId:
        """The newest event's id (``0-0`` for an empty journal)."""
        ...

    async def holds(self, event_id: EventId) -> bool:
        """True while everything after ``event_id`` is still in the stream (it is trimmed)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy for the screen-pop; ``status`` is a code such as ``in_force``."""

    policy_no: str
    line: str
    plate: str | None
    starts_on: date
    ends_on: date
    status: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim; ``state`` is a code of domain.md §2.5 such as ``assessed``."""

    report_no: str
    policy_no: str | None
    state: str
    reported_at: datetime
    plate: str | None = None
    surveyor_name: str | None = None
    surveyor_phone: str | None = None
    documents_wanted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer with his policies and claims; names and numbers in clear, masked at the edge."""

    customer_id: int
    name: str
    salutation: str
    segment: str
    id_tail: str | None
    area: str | None
    alerts: tuple[str, ...] = ()
    birth_year: int | None = None
    open_complaint: bool = False
    policies: tuple[Policy, ...] = ()
    claims: tuple[Claim, ...] = ()


class Customers(Protocol):
    """The customer table."""

    async def by_number(self, caller_number: str) -> Sequence[Customer]:
        """Customers whose phone this is; empty for a stranger."""
        ...


class Role(StrEnum):
    """What a signed-in person may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QA = "qa"
    ADMIN = "admin"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in. ``agent_id`` is set for those who take calls; who ``must_change`` his
    password does nothing else before."""

    login: str
    name: str
    role: Role
    agent_id: AgentId | None = None
    locked: bool = False
    must_change: bool = False


class Accounts(Protocol):
    """Sign-ins: argon2 hashes in SQL."""

    async def check(self, login: str, password: str) -> Account | None:
        """The account, or None for a wrong login or password (same time for both)."""
        ...

    async def put(self, account: Account, password: str) -> None:
        """Create the account or replace it and its password."""
        ...

    async def all(self) -> Sequence[Account]:
        """Every account, without its hash."""
        ...


class Sessions(Protocol):
    """Signed-in browsers, in Redis with an idle limit."""

    async def open(self, account: Account, ttl_s: float) -> str:
        """A fresh unguessable token."""
        ...

    async def find(self, token: str, ttl_s: float) -> Account | None:
        """The session's account; finding it extends it by ``ttl_s``."""
        ...

    async def close(self, token: str) -> None:
        """End the session."""
        ...


class Audit(Protocol):
    """Who did what to what, and why; append only, in SQL."""

    async def note(
        self, actor: str, action: str, subject: str, *, reason: str, at: datetime
    ) -> None:
        """Write one line."""
        ...


class Refused(Exception):
    """A command that cannot be done now; ``code`` names its sentence in messages ``desk.CODE``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """What the agent writes down after a call; ``follow_up_due`` is the last day for what he promised."""

    call_id: CallId
    reason: str
    remarks: str = ""
    solved: bool = True
    follow_up: bool = False
    handling: Handling = Handling.NONE
    caller_role: CallerRole = CallerRole.NONE
    emotion: Emotion = Emotion.NONE
    reference: str = ""
    follow_up_due: date | None = None


class Telephony(Protocol):
    """What the dispatcher asks of Asterisk. All raise TelephonyDown when AMI is away."""

    async def ring(self, order: RingAgent) -> None:
        """Send the waiting caller into Dial. Raises CallerLeft when the channel is gone."""
        ...

    async def dial_back(self, order: DialBack) -> None:
        """Ring the agent, then the customer. Raises CallerLeft when Asterisk refuses."""
        ...

    async def drop(self, order: DropLeg) -> None:
        """End one leg (cause 16); a leg that is gone already is no error."""
        ...

    async def take_back(self, order: TakeBack) -> None:
        """Bring a caller into our waiting loop. Raises CallerLeft when the channel is gone."""
        ...

    async def control(self, order: ControlOrder) -> None:
        """Move or change legs of a call that is under way. Raises CallerLeft when Asterisk refuses."""
        ...

    async def mirror(self, order: MirrorMember) -> None:
        """Sign the agent in to or out of the native queue, paused or not."""
        ...

    async def beat(self, epoch: int) -> None:
        """Refresh the heartbeat that keeps callers with us (seconds since 1970, UTC)."""
        ...

    async def lines(self) -> Sequence[Line]:
        """Every channel of a call of ours as Asterisk sees it now, for recovery."""
        ...


class TelephonyDown(ConnectionError):
    """AMI is away; what was asked may or may not have happened."""


class CallerLeft(Exception):
    """The caller's channel no longer exists."""


class Lookups(Protocol):
    """Where ``lookup`` nodes get their data."""

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        """Values for the tree, or None for no such record. May raise; has no limit of its own."""
        ...


Clock = Callable[[], datetime]
"""The present moment, aware."""
