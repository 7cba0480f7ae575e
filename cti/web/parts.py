"""What the web edge is given by app.py, and under which keys its routes find it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import web

from cti.core.ids import AgentId
from cti.core.measures.canary import Counts
from cti.services.blocking import Blocking
from cti.services.control_ports import CallControl
from cti.services.feed import Feed
from cti.services.figures import Figure
from cti.services.history_ports import History
from cti.services.knowledge import Knowledge
from cti.services.measure_drilldown import DrillDown
from cti.services.measures import Measures
from cti.services.modes import Modes
from cti.services.own_figures import OwnFigures
from cti.services.people_ports import AgentDesk, DesktopWatch, Notices, People
from cti.services.ports import Account, Accounts, Audit, Recorded, Sessions
from cti.services.queue_lengths import QueueLengths
from cti.services.reach_ports import Reach, Supervision
from cti.services.recording_desk import RecordingDesk
from cti.services.reports import Reports
from cti.services.routing_ports import Routing
from cti.services.screen_pop import ScreenPops
from cti.services.sms_ports import SmsNews
from cti.services.version_desk import VersionDesk
from cti.services.wallboard import Wallboard
from cti.services.work_ports import WorkBook
from cti.services.wrap_ups import WrapUps
from cti.web.admin_parts import AdminParts
from cti.web.phone_parts import PhoneParts
from cti.web.proxies import Proxies


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a list on the desktop; ``label`` by language (``{"zh": …, "en": …}``).

    A ``system`` one is shown where it occurs, but nobody chooses it; one with ``approval`` is asked for.
    ``times`` and ``minutes`` are what an agent may use of it on a day.
    """

    code: str
    label: Mapping[str, str]
    max_s: int | None = None
    times: int | None = None
    minutes: float | None = None
    system: bool = False
    approval: bool = False
    children: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """The lists that an agent chooses from; ``seats``: name → extension."""

    queues: tuple[Choice, ...] = ()
    reasons: tuple[Choice, ...] = ()
    wrap_up_reasons: tuple[Choice, ...] = ()
    seats: Mapping[str, str] = field(default_factory=dict)
    tasks: tuple[Choice, ...] = ()
    """What callers may be sent to the menu for."""
    shown_numbers: tuple[str, ...] = ()
    """What the called person may see, the usual one first."""
    targets: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Service level by queue: share and seconds."""
    skills: tuple[Choice, ...] = ()
    keep_classes: tuple[Choice, ...] = ()
    """Of recordings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One sentence of a call's story; ``type`` is the event's."""

    at: datetime
    text: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanParts:
    """Publishing: ``files`` reads the server's folder (raises Unfit), ``canary`` the counts of a
    canary and of the current version."""

    desk: VersionDesk
    files: Callable[[], Mapping[str, str]]
    canary: Callable[[], tuple[Counts, Counts] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLimits:
    """What keeps one browser from harming the others."""

    session_idle_s: float = 8 * 3600
    session_check_s: float = 60.0
    request_s: float = 10.0
    report_s: float = 120.0
    silent_s: float = 30.0
    body_bytes: int = 64 * 1024
    frame_bytes: int = 64 * 1024
    heartbeat_s: float = 20.0
    backlog_bytes: int = 1024 * 1024
    close_s: float = 3.0
    wrong_passwords: int = 5
    wrong_passwords_of_one_address: int = 30
    wrong_passwords_an_hour: int = 50
    bad_frames: int = 20
    frames_in_10_s: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageParts:
    """Work items and text messages. ``audio`` gives a voice message's file, None where it is gone;
    ``token`` is what the gateway of text messages shows to be let in."""

    work: WorkBook
    audio: Callable[[str], Awaitable[Path | None]]
    news: SmsNews
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingParts:
    """Recordings. ``pause`` silences that of the agent's call, or lets it go on; ``agents_hear_own``: an
    agent may hear those in which nobody but he talks."""

    desk: RecordingDesk
    pause: Callable[[AgentId, bool], Awaitable[None]]
    agents_hear_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureParts:
    """Figures of any period, what is behind them, the wallboard, and reports."""

    measures: Measures
    drill_down: DrillDown
    board: Wallboard
    lengths: QueueLengths
    reports: Reports | None = None
    own: OwnFigures | None = None


AreaOf = Callable[[str], str]


def area_unknown(_number: str) -> str:
    """Where no table of places is there."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """Ports and functions behind the routes.

    ``tell`` puts a call's events into sentences of a language; ``ready`` says of each part the
    service stands on (redis, asterisk, sql, tree) whether it is there; ``gauges`` are further
    figures for /metrics; ``static`` is the folder of the built desktop; ``area_of``: the key of the place
    where a number was issued.
    """

    desk: AgentDesk
    people: People
    notices: Notices
    watch: DesktopWatch
    control: CallControl
    routing: Routing
    reach: Reach
    supervision: Supervision
    feed: Feed
    sessions: Sessions
    accounts: Accounts
    audit: Audit
    history: History
    pops: ScreenPops
    knowledge: Knowledge
    wrap_ups: WrapUps
    modes: Modes
    blocking: Blocking
    dialplan: DialplanParts
    options: Callable[[], DeskOptions]
    tell: Callable[[Sequence[Recorded], str], Sequence[StoryLine]]
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
    now: Callable[[], datetime]
    static: Path
    messages: MessageParts | None = None
    recordings: RecordingParts | None = None
    measures: MeasureParts | None = None
    admin: AdminParts | None = None
    phone: PhoneParts | None = None
    gauges: Callable[[], Mapping[str, Figure]] = dict
    area_of: AreaOf = area_unknown
    cookie_secure: bool = False
    origins: frozenset[str] = frozenset()
    proxies: Proxies = field(default_factory=Proxies)
    limits: WebLimits = field(default_factory=WebLimits)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at this browser; ``token`` is his session's."""

    account: Account
    token: str


PARTS = web.AppKey("PARTS", WebParts)
SIGNED_IN = web.RequestKey("SIGNED_IN", SignedIn)
