"""The machine: ports, disk, limits, clock, secrets, packages."""

import ctypes
import importlib.metadata
import re
import resource
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti.config_models import Configuration
from cti.doctor.findings import Finding, error, ok, warning
from cti.doctor.sockets import listener, our_sessions, session_of
from cti.settings import Settings

DISTRIBUTION = "cti95518"
DISK_LEAST_MB, DISK_LOW_MB = 200, 1000
FILES_LEAST, FILES_LOW = 512, 4096
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""
TIMEX_BYTES = 512
HERE = ("127.0.0.1", "::1", "localhost")
HOST = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*\.)*[A-Za-z][A-Za-z0-9_-]*\.?")
"""A name that may stand in SIP: its last label begins with a letter (RFC 3261 §25.1, ``hostname``)."""


def check_machine(configuration: Configuration) -> Iterator[Finding]:
    """Everything that needs no connection."""
    settings = configuration.settings
    yield from check_ports(settings)
    yield from check_disk(settings.folders.instance)
    yield from check_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    yield from check_clock(settings.time_zone)
    if settings.ami.host in HERE:
        yield from check_name(socket.gethostname())
    yield from check_secrets(settings.folders.instance / "secrets")
    yield from check_packages()


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Somebody else's program on a port of ours, or a running service that lost a port."""
    sessions = our_sessions(settings.folders.instance / "pids.json")
    wanted = {
        "http": settings.http.port,
        "fastagi": settings.fastagi.port,
        "ami": settings.ami.port,
        "sip": settings.sip.port,
    }
    if not settings.redis.url:
        wanted["redis"] = settings.redis.port
    wrong = 0
    for name, port in wanted.items():
        there = listener(port, udp=name == "sip")
        told = {"name": name, "port": port, "variable": f"CTI_{name.upper()}_PORT"}
        if there is None and sessions:
            wrong += 1
            yield error("ports", "port_silent", **told)
        elif there is not None and session_of(there.pid) not in sessions:
            wrong += 1
            yield error("ports", "port_taken", **told, program=there.name, pid=there.pid)
    if not wrong:
        yield ok("ports", ports=", ".join(f"{name} {port}" for name, port in wanted.items()))


def check_disk(folder: Path) -> Iterator[Finding]:
    """Room for Redis' journal, history and logs."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free_mb = shutil.disk_usage(there).free // 1_000_000
    if free_mb < DISK_LEAST_MB:
        yield error("disk", "disk_full", folder=there, free_mb=free_mb)
    elif free_mb < DISK_LOW_MB:
        yield warning("disk", "disk_low", folder=there, free_mb=free_mb)
    else:
        yield ok("disk", folder=there, free_mb=free_mb)


def check_files(limit: int) -> Iterator[Finding]:
    """Sockets and recordings need descriptors; RLIM_INFINITY counts as enough."""
    if limit == resource.RLIM_INFINITY or limit >= FILES_LOW:
        yield ok("files", limit=limit)
    elif limit < FILES_LEAST:
        yield error("files", "files_few", limit=limit, wanted=FILES_LOW)
    else:
        yield warning("files", "files_few", limit=limit, wanted=FILES_LOW)


def check_clock(time_zone: str, now: datetime | None = None) -> Iterator[Finding]:
    """The zone is known, the year is believable, and the kernel says the clock is kept right."""
    now = now or datetime.now(UTC)
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield error("clock", "zone_unknown", zone=time_zone)
        return
    if now < OLDEST_CLOCK:
        yield error("clock", "clock_old", now=now.isoformat(timespec="seconds"))
    elif not clock_kept():
        yield warning("clock", "clock_free", now=now.astimezone(zone).isoformat(timespec="seconds"))
    else:
        yield ok("clock", now=now.astimezone(zone).isoformat(timespec="seconds"))


def clock_kept() -> bool:
    """Whether the kernel counts its clock as synchronised (adjtimex(2), read only)."""
    try:
        adjtimex = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return True
    return bool(adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)) != TIME_ERROR)


def check_name(host: str) -> Iterator[Finding]:
    """Asterisk calls itself so in From and Contact, and browsers' phones drop what is no host."""
    if HOST.fullmatch(host):
        yield ok("host", host=host)
    else:
        yield warning("host", "host_no_sip", host=host)


def check_secrets(folder: Path) -> Iterator[Finding]:
    """Nobody but the owner may read them."""
    found = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    loose = [path for path in found if path.stat().st_mode & 0o077]
    for path in loose:
        yield warning("secrets", "secret_open", path=path, mode=f"{path.stat().st_mode & 0o777:o}")
    if not loose:
        yield ok("secrets", folder=folder, count=max(0, len(found) - 1))


def check_packages() -> Iterator[Finding]:
    """What running needs is installed (the name before any version in each requirement)."""
    try:
        wanted = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        wanted = []
    names = [
        re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0]
        for each in wanted
        if "extra ==" not in each
    ]
    missing = [name for name in names if not _installed(name)]
    if missing:
        yield error("packages", "package_missing", names=", ".join(missing))
    else:
        yield ok("packages", count=len(names))


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
