"""Where everything listens and lies: config/cti.yaml, overlaid by the environment.

``CTI_<SECTION>_<KEY>`` overrides ``section: {key: …}`` and ``CTI_<KEY>`` a top-level key. This is the
only module that reads the environment.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from cti.core.measures.canary import CanaryRules
from cti.core.speech.kinds import SpokenKind
from cti.core.speech.phrases import PERSONAL

PREFIX = "CTI_"


class Frozen(BaseModel):
    """A part of the settings: no unknown keys, never changed after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Port = Field(ge=1, le=65535)


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    for network in given:
        ipaddress.ip_network(network)
    return given


Networks = Annotated[tuple[str, ...], AfterValidator(_networks)]
"""IP networks such as ``10.1.0.0/16``."""


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called '{given}'") from None
    return given


Zone = Annotated[str, AfterValidator(_zone)]
"""A name of the IANA time zone database."""


def _pattern(given: str) -> str:
    try:
        re.compile(given)
    except re.error as wrong:
        raise ValueError(f"no regular expression: {wrong}") from wrong
    return given


Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression."""
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]
"""A number as callers dial it."""


class Http(Frozen):
    """The desktop's address. Behind a reverse proxy: ``origins`` are the origins that browsers see
    (``https://95518.example.cn``), and ``secure_cookie`` keeps sign-ins to https."""

    host: str = "127.0.0.1"
    port: int = Port
    origins: tuple[str, ...] = ()
    secure_cookie: bool = False


class FastAgi(Frozen):
    """Where our FastAGI server listens, and the host name Asterisk reaches it by."""

    host: str = "127.0.0.1"
    port: int = Port
    advertise: str = "127.0.0.1"


class Ami(Frozen):
    """Where Asterisk's manager interface is, and from which networks we come to it."""

    host: str = "127.0.0.1"
    port: int = Port
    user: str = "cti"
    bind: str = "127.0.0.1"
    allow: Networks = ("127.0.0.1/32",)


class Sip(Frozen):
    """Asterisk's SIP address, the numbers callers dial, and where agents' phones may be.

    ``external_host`` is the address that phones and carriers beyond a NAT or container know us by;
    ``local`` must hold Asterisk's own address then, and nobody else's who is beyond.
    """

    host: str = "127.0.0.1"
    port: int = Port
    external_host: str = ""
    local: Networks = ("127.0.0.0/8",)
    numbers: tuple[Number, ...] = ("95518",)
    phones: Networks = ("127.0.0.1/32",)


class Rtp(Frozen):
    """The UDP ports of media."""

    first_port: int = Field(default=20000, ge=1024, le=65534)
    last_port: int = Field(default=20999, ge=1025, le=65535)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_port > self.last_port:
            raise ValueError("first_port is above last_port")
        return self


class Redis(Frozen):
    """``url`` of an existing Redis; empty: our own at ``port``, started by ``cti up``."""

    url: str = ""
    port: int = Port
    prefix: str = "cti:"

    @property
    def address(self) -> str:
        """The URL to connect to."""
        return self.url or f"redis://127.0.0.1:{self.port}/0"


class Sql(Frozen):
    """``url`` for SQLAlchemy's async engine; empty: SQLite in the instance folder."""

    url: str = ""


class Folders(Frozen):
    """Folders, relative to the folder above config/cti.yaml's. ``instance`` holds all that a run makes."""

    dialplan: Path = Path("dialplan")
    config: Path = Path("config")
    prompts: Path = Path("prompts")
    scripts: Path = Path("dialplan/scripts")
    instance: Path = Path(".runtime/run")
    asterisk: Path | None = None
    """Asterisk's own folder, as this server sees it; left out: ``asterisk`` in the instance folder."""

    @property
    def of_asterisk(self) -> Path:
        """Where Asterisk's etc/ and log/ are."""
        return self.asterisk or self.instance / "asterisk"


def _secure(given: str) -> str:
    """https, but for a system on this machine."""
    parts = urlsplit(given)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    wanted = ("https", "http") if local else ("https",)
    if given and (
        parts.scheme not in wanted or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("an address such as https://core.example.cn/hotline")
    return given


SecureUrl = Annotated[str, AfterValidator(_secure)]
"""An address of another system, by TLS."""


class DataPort(Frozen):
    """Where self-service asks about customers: our own tables (``sql``) or the insurer's core system
    (``http``, with the token in the secret ``insurer``)."""

    adapter: Literal["sql", "http"] = "sql"
    url: SecureUrl = ""
    ca_file: str = ""
    deadline_s: float = Field(default=2.5, gt=0, le=3)
    at_once: int = Field(default=20, ge=1, le=1000)
    failures: int = Field(default=5, ge=1, le=100)
    rest_s: float = Field(default=10.0, gt=0, le=600)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.adapter == "http" and not self.url:
            raise ValueError("adapter http needs a url")
        return self


class Identity(Frozen):
    """Wrong identity numbers that lock self-service for a caller's number, and for how long."""

    tries: int = Field(default=3, ge=1, le=10)
    lock_s: float = Field(default=1800.0, ge=1, le=86_400)


class Speech(Frozen):
    """Kinds of spoken value that are played as one synthesised phrase (``whole``; none: off), how many
    files and megabytes of them are kept, and the voice: its Python (empty: that of ``cti prompts
    render``), a limit for each run, and how long it rests after it broke."""

    whole: tuple[SpokenKind, ...] = ()
    personal: bool = False
    most: int = Field(default=2000, ge=10, le=100_000)
    most_mb: float = Field(default=50.0, ge=1, le=10_000)
    python: str = ""
    limit_s: float = Field(default=120.0, gt=0, le=600)
    rest_s: float = Field(default=600.0, gt=0, le=86_400)

    @model_validator(mode="after")
    def _not_personal(self) -> Self:
        if (named := sorted(PERSONAL.intersection(self.whole))) and not self.personal:
            raise ValueError(f"{', '.join(named)}: personal; kept only with personal: true")
        return self


class Desk(Frozen):
    """Sign-ins last ``session_s`` seconds without use; ``auto_answer`` asks phones to pick up. Who has had
    no desktop for ``gone_s`` is not ready. A caller whom an agent sent to the menu is back after ``menu_s``
    at the latest. ``phone_required``: nobody signs in without a phone;
    ``ready_when_phone_back``: who lost his phone is ready again by himself when it is back. Agents may
    have numbers dialled that one of ``dial`` fits: mobile, other areas, local, service numbers; no
    emergency line, no dear one, nothing abroad. They call people up between ``calls_from`` and
    ``calls_until`` of the day; the same twice: at any hour."""

    session_s: float = 43200.0
    auto_answer: bool = False
    calls_from: time = time(8)
    calls_until: time = time(21)
    gone_s: float = Field(default=20.0, ge=1, le=600)
    menu_s: int = Field(default=180, ge=5, le=900)
    phone_required: bool = True
    ready_when_phone_back: bool = False
    dial: tuple[Pattern, ...] = (
        r"1[3-9][0-9]{9}",
        r"0[1-9][0-9]{8}[0-9]?[0-9]?",
        r"[2-8][0-9]{6}[0-9]?",
        r"95[0-9]{3}[0-9]?",
        r"400[0-9]{7}",
    )


class Heartbeat(Frozen):
    """How often callers are told we are here, and when they stop believing it; how often what we hold is
    compared with what Asterisk shows."""

    every_s: float = Field(default=1.0, gt=0, le=2)
    lost_after_s: int = Field(default=5, ge=3, le=30)
    look_every_s: float = Field(default=10.0, ge=0.5, le=600)


class Log(Frozen):
    """``form``: json, text, or auto (text on a terminal)."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    form: Literal["auto", "json", "text"] = "auto"


class CanarySettings(Frozen):
    """When a canary is taken back; the shares are of 1."""

    least_visits: int = Field(default=30, ge=5, le=100_000)
    most_failed: float = Field(default=0.1, gt=0, lt=1)
    abandon_excess: float = Field(default=0.05, gt=0, lt=1)
    confidence: float = Field(default=0.99, ge=0.5, lt=1)
    window_s: float = Field(default=3600.0, ge=60, le=86_400)

    @property
    def rules(self) -> CanaryRules:
        """As the core knows them."""
        return CanaryRules(**self.model_dump())


class QueueLogSettings(Frozen):
    """What queue_log says of a caller's number."""

    numbers: Literal["masked", "full", "none"] = "masked"


class MeasureSettings(Frozen):
    """How figures are counted: numbers of test and internal calls, the reasons that are no working time,
    how soon a callback is promised, which answers to the question ``rating`` are satisfied ones, and
    within how many days a caller who rings again about the same was not served at once."""

    exclude: tuple[Number, ...] = ()
    off_reasons: tuple[str, ...] = ("MEAL", "TRAIN", "MEETING")
    callback_within_s: float = Field(default=900.0, ge=60, le=86_400)
    satisfied: tuple[str, ...] = ("1", "2")
    repeat_days: int = Field(default=7, ge=1, le=90)


class MailSettings(Frozen):
    """The server that reports are mailed by; no ``host``, no mail. The password of ``user`` is the secret
    ``smtp``; ``ca_file`` is a certificate authority of one's own."""

    host: str = Field(default="", pattern=r"^[A-Za-z0-9.:-]*$")
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = Field(default="95518@localhost", pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$")
    timeout_s: float = Field(default=30.0, gt=0, le=120)
    ca_file: str = ""

    @model_validator(mode="after")
    def _password_by_tls(self) -> Self:
        if self.user and self.tls == "none":
            raise ValueError("a password needs tls: starttls or tls")
        return self


class Trunk(Frozen):
    """A carrier's gateway: calls are taken only from these networks, and sent to ``host`` if given
    (``sip.example.net:5060``)."""

    allow: Networks
    host: str = Field(default="", pattern=r"^[A-Za-z0-9.:-]*$")


class SmsPort(Frozen):
    """How text messages leave: into a file, by an HTTP gateway (``url``), or by SMPP (``host``, ``port``,
    ``system_id``); ``sender`` is the number they come from, ``per_s`` the most in a second."""

    gateway: Literal["file", "http", "smpp"] = "file"
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    host: str = "127.0.0.1"
    port: int = Field(default=2775, ge=1, le=65535)
    system_id: str = Field(default="cti", max_length=15)
    sender: str = Field(default="95518", pattern=r"^[0-9A-Za-z+]{1,20}$")
    per_s: float = Field(default=20.0, gt=0, le=1000)
    valid_h: float = Field(default=24.0, gt=0, le=168)

    @model_validator(mode="after")
    def _addressed(self) -> Self:
        if self.gateway == "http" and not self.url:
            raise ValueError("gateway http needs url")
        return self


class Settings(Frozen):
    """All of config/cti.yaml."""

    node: str = Field(default="cti1", pattern=r"^[A-Za-z0-9_-]{1,32}$")
    language: Literal["zh", "en"] = "zh"
    time_zone: Zone = "Asia/Shanghai"
    http: Http
    fastagi: FastAgi
    ami: Ami
    sip: Sip
    rtp: Rtp = Rtp()
    redis: Redis
    sql: Sql = Sql()
    folders: Folders = Folders()
    data: DataPort = DataPort()
    identity: Identity = Identity()
    sms: SmsPort = SmsPort()
    speech: Speech = Speech()
    desk: Desk = Desk()
    heartbeat: Heartbeat = Heartbeat()
    log: Log = Log()
    canary: CanarySettings = CanarySettings()
    measures: MeasureSettings = MeasureSettings()
    mail: MailSettings = MailSettings()
    queue_log: QueueLogSettings = QueueLogSettings()
    trunks: Mapping[str, Trunk] = Field(default_factory=dict)

    @property
    def sql_url(self) -> str:
        """The history's database."""
        return self.sql.url or f"sqlite+aiosqlite:///{self.folders.instance}/history.sqlite"


def overlaid(plain: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The file's data with the environment's values laid over them (text; lists by commas)."""
    laid: dict[str, Any] = dict(plain)
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, Frozen):
            laid[name] = _section(name, model, laid.get(name), environment)
        elif (value := environment.get(f"{PREFIX}{name.upper()}")) is not None:
            laid[name] = value
    return laid


def _section(name: str, model: type[Frozen], plain: Any, environment: Mapping[str, str]) -> Any:
    if plain is not None and not isinstance(plain, Mapping):
        return plain  # the model says what is wrong with it
    section: dict[str, Any] = dict(plain or {})
    for key, field in model.model_fields.items():
        value = environment.get(f"{PREFIX}{name.upper()}_{key.upper()}")
        if value is not None:
            several = str(field.annotation).startswith("tuple")
            section[key] = [part for part in value.split(",") if part] if several else value
    return section


def rooted(settings: Settings, root: Path) -> Settings:
    """The same settings with every folder absolute."""
    found = {name: (root / path).resolve() for name, path in settings.folders if path}
    return settings.model_copy(update={"folders": Folders(**found)})


def environment() -> Mapping[str, str]:
    """The process's environment."""
    return os.environ
