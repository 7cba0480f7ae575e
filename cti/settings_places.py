"""Where everything listens and lies: the sections of config/cti.yaml about addresses and folders."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from cti.settings_kinds import Address, Frozen, Networks, Number, Port, SecureUrl


class Http(Frozen):
    """The desktop's address. Behind a reverse proxy: ``origins`` are the origins that browsers see
    (``https://95518.example.cn``), ``secure_cookie`` keeps sign-ins to https, and ``trusted_proxies`` are the
    addresses whose ``proxy_header`` is believed about where a browser is and whether it came by https.
    Without one, ``certificate`` (chain) and ``key`` name the PEM files for https of our own."""

    host: str = "127.0.0.1"
    port: int = Port
    origins: tuple[str, ...] = ()
    secure_cookie: bool = False
    trusted_proxies: Networks = ()
    proxy_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"
    certificate: str = ""
    key: str = ""

    @property
    def url(self) -> str:
        """Where this server answers, without a slash at the end."""
        return f"http{'s' if self.certificate else ''}://{self.host}:{self.port}"

    @model_validator(mode="after")
    def _certificate_with_key(self) -> Self:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key are named together, or neither")
        return self


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


class BrowserPhone(Frozen):
    """Phones in the browser: where Asterisk takes SIP by WebSocket (``bind`` there, ``host`` as our server
    reaches it). ``caller_page`` says who may call us up from a page as any number: nobody (``off``), who is
    ``signed_in``, or whoever can open it (``open``, for trying things out). ``media`` is Asterisk's address
    for their sound, never loopback; empty: ``sip.host``, or else this machine's own towards its network.
    A phone that sends no sound for ``silent_s`` is lost, and its talk broken off."""

    host: str = "127.0.0.1"
    port: int = Field(default=15088, ge=1, le=65535)
    bind: str = "127.0.0.1"
    media: Address = ""
    caller_page: Literal["off", "signed_in", "open"] = "signed_in"
    silent_s: int = Field(default=30, ge=5, le=600)


class Sip(Frozen):
    """Asterisk's SIP address, the numbers callers dial, and where agents' phones may be.

    ``external_host`` is the address that phones and carriers beyond a NAT or container know us by;
    ``local`` must hold Asterisk's own address then, and nobody else's who is beyond. A desk phone that sends
    no sound for ``silent_s`` is lost: longer than for a browser's, since some send none while they are muted.
    """

    host: str = "127.0.0.1"
    port: int = Port
    external_host: str = ""
    local: Networks = ("127.0.0.0/8",)
    numbers: tuple[Number, ...] = ("95518",)
    phones: Networks = ("127.0.0.1/32",)
    silent_s: int = Field(default=120, ge=5, le=600)


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
